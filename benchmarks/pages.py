"""What a visitor's page costs, against an application that does nothing but return its bytes.

    .venv/bin/python -m benchmarks.pages /articles/plan-probite-et-protection/

starts the site with its demo in a temporary folder, and beside it, on the same gunicorn, a bare
WSGI application with the same answer; asks both in turn, several times (wrk, 16 connections), and
prints the requests per second of each and their ratio. The target of a report's page is 80 %.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path
from urllib.request import Request, urlopen

from benchmarks.site import requests_per_second, served, with_demo

ROUNDS = 11
TARGET = 0.80
BARE = """
import json, pathlib
found = json.loads(pathlib.Path({answer!r}).read_text())
body = bytes.fromhex(found["body"])
headers = [tuple(each) for each in found["headers"]]
def application(environ, start_response):
    start_response("200 OK", headers)
    return [body]
"""
# What the server adds to every answer.
OF_THE_SERVER = {"server", "date", "connection"}


def main(path: str) -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = with_demo(folder)
        with served(environment) as site:
            _keep_answer(f"{site}{path}", folder)
            with served(environment | {"PYTHONPATH": name}, "bare:application") as bare:
                rates = [
                    tuple(requests_per_second(f"{each}{path}") for each in (site, bare))
                    for _ in range(ROUNDS)
                ]
    ratios = sorted(ours / theirs for ours, theirs in rates)
    for ours, theirs in rates:
        print(f"site {ours:8.0f}/s   bare {theirs:8.0f}/s   ratio {ours / theirs:.0%}")
    median = statistics.median(ratios)
    print(
        f"median ratio {median:.0%}, from {ratios[0]:.0%} to {ratios[-1]:.0%}; target {TARGET:.0%}"
    )


def _keep_answer(address: str, folder: Path) -> None:
    """Write the bare application, which gives this very answer."""
    with urlopen(Request(address, headers={"Accept-Encoding": "br"})) as answer:  # noqa: S310
        headers = [each for each in answer.getheaders() if each[0].lower() not in OF_THE_SERVER]
        found = {"headers": headers, "body": answer.read().hex()}
    (folder / "answer.json").write_text(json.dumps(found))
    (folder / "bare.py").write_text(BARE.format(answer=str(folder / "answer.json")))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "/articles/plan-probite-et-protection/")

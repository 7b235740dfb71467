"""What a visitor's page costs, against an application that does nothing but return its bytes.

    .venv/bin/python -m benchmarks.pages /articles/plan-probite-et-protection/

starts the site with its demo in a temporary folder, and beside it, on the same gunicorn, a bare
WSGI application with the same answer; asks both in turn, several times (wrk, 16 connections), and
prints the requests per second of each and their ratio. The target of a report's page is 80 %.
"""

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import Request, urlopen

from benchmarks.site import served, with_demo

ROUNDS, SECONDS, CONNECTIONS = 5, 5, 16
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
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt install wrk")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = with_demo(folder)
        with served(environment) as site:
            _keep_answer(f"{site}{path}", folder)
            with served(environment | {"PYTHONPATH": name}, "bare:application") as bare:
                rates = [(_rate(f"{site}{path}"), _rate(bare)) for _ in range(ROUNDS)]
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


def _rate(address: str) -> float:
    """Requests per second."""
    command = [
        "wrk",
        "-t2",
        f"-c{CONNECTIONS}",
        f"-d{SECONDS}s",
        "-H",
        "Accept-Encoding: br",
        address,
    ]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if not found or "Non-2xx" in said:
        sys.exit(said)
    return float(found[1])


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "/articles/plan-probite-et-protection/")

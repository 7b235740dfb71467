"""One machine, then two: what they answer in a second, and that each shows what the other changed.

    .venv/bin/python -m benchmarks.machines
    .venv/bin/python -m benchmarks.machines journeys
    .venv/bin/python -m benchmarks.machines serve

The first installs the site on two machines (two folders, one gunicorn of one worker in each) behind
nginx, with PostgreSQL, Redis and an S3 server in common. It verifies that what is saved through one
is shown by the other at the very next request, and that the site goes on when one stops; it prints
the requests per second of one and of two (wrk, 16 connections), in turn. On a computer of two
processors, the two machines, nginx, the database and wrk share them: two machines then show what
they cost each other rather than what they bring.

The second runs the journeys of `tests/browser` on such an installation, the third leaves it running
for whoever wants to look.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

from benchmarks.installation import Installation, free_ports, installed, proxy, servers
from benchmarks.site import requests_per_second

ROUNDS = 3
CHANGES = 25
REPORT = "/articles/plan-probite-et-protection/"
PAGES = {
    "visitor, report": (REPORT, False),
    "visitor, search": ("/recherche/?q=effectifs", False),
    "adherent, report": (REPORT, True),
}
PASSWORD = "demo-demo-demo-demo"  # noqa: S105  it is in README.md


def main() -> None:
    """Verify, measure, print."""
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt install wrk")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            servers(folder) as shared,
            installed(shared, folder, name="site") as site,
        ):
            _verify(site)
            _measure(site)
            _stop_one(site)


class Person:
    """Somebody who keeps a session, and may ask any machine."""

    def __init__(self, email: str, machine: str) -> None:
        self.cookies = CookieJar()
        self._opener = build_opener(HTTPCookieProcessor(self.cookies))
        self.send(f"{machine}/compte/login/", login=email, password=PASSWORD)
        if not any(cookie.name == "session" for cookie in self.cookies):
            sys.exit(f"{email} could not sign in")

    def read(self, address: str) -> str:
        with self._opener.open(address) as answer:
            return str(answer.read().decode())

    def send(self, address: str, to: str = "", **fields: str) -> None:
        """Fill the form of a page, and send it there or to another address."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.read(address))
        if not token:
            sys.exit(f"no form at {address}")
        said = urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
        origin = "/".join(address.split("/")[:3])
        asked = Request(to or address, said, headers={"Origin": origin, "Referer": address})  # noqa: S310
        self._opener.open(asked).close()


def _verify(site: Installation) -> None:
    one, two = site.machines
    officer = Person("secretaire@example.org", one)
    adherent = Person("adherente@example.org", two)
    desk = f"{one}/admin/articles/category/"
    first = re.search(r'href="/admin/articles/category/(\d+)/change/', officer.read(desk))
    if not first:
        sys.exit("the desk lists no category")
    form = f"{desk}{first[1]}/change/"
    slug = re.search(r'name="slug" value="([^"]+)"', officer.read(form))
    same = {"slug": slug[1] if slug else "", "parent": "", "position": "1"}
    seen = {"visitors": 0, "adherents": 0}
    for number in range(CHANGES):
        title = f"Rubrique {number} de l’essai"
        _get(f"{two}/articles/")
        officer.send(form, title=title, **same)
        seen["visitors"] += title in unescape(_get(f"{two}/articles/"))
        words = f"Une réaction, la {number}e de l’essai."
        adherent.send(f"{two}{REPORT}", f"{two}{REPORT}reactions/", body=words)
        seen["adherents"] += words in unescape(officer.read(f"{one}{REPORT}"))
    for who, times in seen.items():
        print(f"{who}: {times} of {CHANGES} changes shown by the other machine at the next request")
    if min(seen.values()) < CHANGES:
        sys.exit("what one machine changes is not shown by the other one")


def _measure(site: Installation) -> None:
    [alone] = free_ports(1)
    first_port = int(site.machines[0].rpartition(":")[2])
    adherent = Person("adherente@example.org", site.machines[0])
    session = "; ".join(f"{cookie.name}={cookie.value}" for cookie in adherent.cookies)
    host = site.address.removeprefix("http://")
    with proxy(site.folder / "alone", alone, [first_port]):
        print(f"{'requests per second':<20}{'one':>8}{'two':>8}{'ratio':>8}")
        for name, (path, is_signed_in) in PAGES.items():
            headers = {"Host": host}
            headers |= {"Cookie": session} if is_signed_in else {}
            rates = [
                (
                    requests_per_second(f"http://127.0.0.1:{alone}{path}", **headers),
                    requests_per_second(f"{site.address}{path}", **headers),
                )
                for _ in range(ROUNDS)
            ]
            one, two = (statistics.median(rate[at] for rate in rates) for at in (0, 1))
            print(f"{name:<20}{one:8.0f}{two:8.0f}{two / one:8.2f}")


def _stop_one(site: Installation) -> None:
    site.processes[0].terminate()
    site.processes[0].wait(30)
    for _ in range(CHANGES):
        _get(f"{site.address}{REPORT}")
    print(f"one machine stopped: {CHANGES} pages of {CHANGES} answered by the other one")


def _get(address: str) -> str:
    with urlopen(address) as answer:  # noqa: S310
        return str(answer.read().decode())


@contextlib.contextmanager
def two_sites() -> Iterator[tuple[str, list[Installation]]]:
    """Two such sites, one of which asks officers for a second factor; where it is written down."""
    with tempfile.TemporaryDirectory() as name:
        folder, strict_folder = Path(name), Path(name, "strict")
        strict_folder.mkdir()
        with (
            servers(folder) as shared,
            installed(shared, folder, name="site") as site,
            installed(
                *(shared, strict_folder),
                name="strict",
                host="localhost",
                REQUIRE_SECOND_FACTOR="true",
            ) as strict,
        ):
            told = {
                kind: {"folder": str(each.folder), "environment": each.environment}
                for kind, each in (("site", site), ("strict", strict))
            }
            written = folder / "installation.json"
            written.write_text(json.dumps(told))
            yield str(written), [site, strict]


def journeys(options: list[str]) -> int:
    """Run the journeys on two such sites, and tell what their machines logged as errors."""
    with two_sites() as (written, sites):
        command = [sys.executable, "-m", "pytest", "-m", "browser", "tests/browser", *options]
        status = subprocess.run(  # noqa: S603
            command, env=os.environ | {"INSTALLATION": written}, check=False
        ).returncode
        lines = [line for site in sites for line in site.logs().splitlines()]
    errors = [line for line in lines if " ERROR " in line]
    print("\n".join(errors) or "No machine logged an error.")
    return status or bool(errors)


def serve() -> None:
    """Serve two such sites until Ctrl+C."""
    with two_sites() as (written, sites):
        for site in sites:
            print(f"{site.address} by {' and '.join(site.machines)}")
        print(f"INSTALLATION={written} .venv/bin/python -m pytest -m browser", flush=True)
        signal.pause()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked, options = (sys.argv[1:2] or ["compare"])[0], sys.argv[2:]
    if asked == "journeys":
        sys.exit(journeys(options))
    with contextlib.suppress(KeyboardInterrupt):
        serve() if asked == "serve" else main()

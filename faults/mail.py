"""The mail server that is down, hangs or sends everybody away, while people ask for codes."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from faults.databases import on_sqlite
from faults.filling import adherent
from faults.people import Person, fields_of
from faults.reports import Report
from faults.site import ROOT, Site, free_port
from tests.smtp_server import Server, smtp_server

PEOPLE = 6
CODE = "/compte/login/code/"
# In seconds: what a page may take that has a mail sent, on a machine that does much else.
PATIENCE = 5
# As the service of the mail does.
LOOP = "30"


def main(seconds: float = 45) -> Iterator[Report]:
    """Break the mail server in each way for so many seconds, then mend it."""
    port = free_port()
    with (
        on_sqlite(PEOPLE, EMAIL_URL=f"smtp://127.0.0.1:{port}") as site,
        site.running(),
        _sending(site),
    ):
        for name, breaks in BREAKING.items():
            with breaks(port) as mends:
                yield _wait_for_mail(site, Report(f"Mail server {name}"), mends, seconds)


Mends = Callable[[], Server]


@contextmanager
def _down(port: int) -> Iterator[Mends]:
    """Nobody listens, then somebody does."""
    opened = smtp_server(port)
    try:
        yield opened.__enter__
    finally:
        opened.__exit__(None, None, None)


@contextmanager
def _hanging(port: int) -> Iterator[Mends]:
    """It takes calls and never answers."""
    with smtp_server(port) as server:
        server.hangs_at = "CONNECT"

        def mends() -> Server:
            server.hangs_at = ""
            server.released.set()
            return server

        yield mends


@contextmanager
def _refusing(port: int) -> Iterator[Mends]:
    """It answers that it takes nothing today."""
    with smtp_server(port) as server:
        server.closes_after, server.says_goodbye = 0, True

        def mends() -> Server:
            server.closes_after = None
            return server

        yield mends


BREAKING = {"down": _down, "hanging": _hanging, "refusing": _refusing}


@contextmanager
def _sending(site: Site) -> Iterator[None]:
    """Run the service that sends what waits."""
    command = [sys.executable, "manage.py", "send_mail_queue", "--loop", LOOP]
    with site.log.open("ab") as log:
        service = subprocess.Popen(command, cwd=ROOT, env=site.environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        service.terminate()
        service.wait(60)


def _wait_for_mail(site: Site, report: Report, mends: Mends, seconds: float) -> Report:
    logged = _events(site)
    broken_at, slowest = time.monotonic(), 0.0
    for number in range(PEOPLE):
        person = Person(site.address)
        form = fields_of(person.get(CODE).text, "email")
        begun = time.monotonic()
        answer = person.post(CODE, form | {"email": adherent(number)})
        slowest = max(slowest, time.monotonic() - begun)
        report.acknowledged += answer.status == 302
        report.errors += answer.status >= 500
        time.sleep(1)
    report.done.append(f"{PEOPLE} codes asked for, the slowest page took {slowest:.1f} s")
    report.expect(slowest < PATIENCE, "a page waited for the mail server")
    time.sleep(max(0, seconds - (time.monotonic() - broken_at)))
    report.done.append(f"mended after {time.monotonic() - broken_at:.0f} s")
    server, mended_at = mends(), time.monotonic()
    while len(set(server.to())) < PEOPLE and time.monotonic() - mended_at < 2 * int(LOOP):
        time.sleep(0.1)
    report.recovery = time.monotonic() - mended_at
    # Long enough for a second copy to come.
    time.sleep(int(LOOP) + 5)
    received = Counter(server.to())
    report.found = len(received)
    report.lost = report.acknowledged - report.found
    report.doubled = sum(count > 1 for count in received.values())
    report.events = _events(site) - logged
    report.expect(report.events > 0, "the log does not say so")
    return report


def _events(site: Site) -> int:
    return site.events().count("members.mail.sending")

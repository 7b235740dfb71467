"""kill -9 of gunicorn's workers, and of its master, while adherents post."""

import os
import random
import signal
import time
from collections.abc import Iterator

from faults.conversation import Conversation
from faults.databases import on_postgresql, on_sqlite
from faults.reports import Report
from faults.site import Site

ADHERENTS = 6
DATABASES = {"SQLite": on_sqlite, "PostgreSQL": on_postgresql}


def main() -> Iterator[Report]:
    """Kill on each kind of database."""
    for name in DATABASES:
        yield kill_on(name, workers=20, masters=3)


def kill_on(name: str, workers: int, masters: int) -> Report:
    """Kill so many workers, then the master and its workers so many times."""
    report = Report(f"Workers and master killed during writes, on {name}")
    with DATABASES[name](adherents=ADHERENTS) as site, site.running():
        _kill(site, report, workers, masters)
    return report


def _kill(site: Site, report: Report, workers: int, masters: int) -> None:
    talk = Conversation(site)
    slowest = 0.0
    with talk.going_on(ADHERENTS):
        talk.wait_for(ADHERENTS)
        for _ in range(workers):
            talk.wait_for(3)
            # At any moment of a request.
            time.sleep(random.uniform(0, 0.05))
            if pids := site.workers:
                os.kill(random.choice(pids), signal.SIGKILL)
                slowest = max(slowest, talk.recovered_after(time.monotonic()))
        report.done.append(f"{workers} workers killed, one after the other")
        for _ in range(masters):
            talk.wait_for(3)
            os.killpg(site.master, signal.SIGKILL)
            slowest = max(slowest, talk.recovered_after(time.monotonic()))
        report.done.append(f"{masters} times the master and its workers, started again 5 s later")
        talk.wait_for(ADHERENTS)
    report.recovery = slowest
    talk.report(report)

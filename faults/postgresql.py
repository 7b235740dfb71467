"""PostgreSQL restarted and stopped while adherents post and visitors read."""

import signal
import time
from collections.abc import Iterator

from faults.conversation import Conversation
from faults.databases import server_and_site
from faults.reports import Report
from faults.site import Site
from tests.postgres import Server

ADHERENTS = 6
# How a server is told to stop: it closes its connections, or falls as if it had been killed.
MODES = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}


def main(restarts: int = 3, outages: tuple[int, ...] = (20, 90)) -> Iterator[Report]:
    """Restart it in each mode, then leave it down for so many seconds."""
    with server_and_site(ADHERENTS) as (server, site), site.running():
        for name, mode in MODES.items():
            report = Report(f"PostgreSQL restarted under load ({name})")
            _break(server, site, report, mode, [0] * restarts)
            report.done.append(f"{restarts} restarts")
            yield report
        for seconds in outages:
            report = Report(f"PostgreSQL down for {seconds} s under load")
            _break(server, site, report, signal.SIGQUIT, [seconds])
            yield report


def _break(
    server: Server, site: Site, report: Report, mode: signal.Signals, outages: list[int]
) -> None:
    logged = len(site.events())
    talk = Conversation(site)
    slowest = 0.0
    with talk.going_on(ADHERENTS, visitors=2):
        for seconds in outages:
            talk.wait_for(ADHERENTS)
            server.stop(mode)
            time.sleep(seconds)
            server.start()
            slowest = max(slowest, talk.recovered_after(time.monotonic()))
        talk.wait_for(ADHERENTS)
    report.recovery = slowest
    talk.report(report)
    report.events = len(site.events()) - logged
    # A restart may be too short for anybody to notice.
    report.expect(report.events > 0 or not talk.errors, "nothing was logged")

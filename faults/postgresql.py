"""PostgreSQL restarted and stopped while adherents post and visitors read."""

import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

from faults.conversation import Conversation
from faults.databases import server_and_site
from faults.reports import Report
from faults.site import Site

ADHERENTS = 6
# More than the threads of all workers, so that none is left over.
CROWD = 12
# In seconds: a proxy gives up after 60, and says so in its own words.
PATIENCE = 45
# How a server is told to stop: it closes its connections, or falls as if it had been killed.
MODES = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT}


def main(
    restarts: int = 3, outages: tuple[int, ...] = (20, 90), hangs: tuple[int, ...] = (20, 90)
) -> Iterator[Report]:
    """Restart it in each mode, then leave it down, then hung, for so many seconds."""
    with server_and_site(CROWD) as (server, site), site.running():
        for name, mode in MODES.items():
            report = Report(f"PostgreSQL restarted under load ({name})")
            _break(site, report, partial(server.stop, mode), server.start, [0] * restarts)
            report.done.append(f"{restarts} restarts")
            yield report
        for seconds in outages:
            report = Report(f"PostgreSQL down for {seconds} s under load")
            _break(site, report, partial(server.stop, signal.SIGQUIT), server.start, [seconds])
            yield report
        for seconds in hangs:
            report = Report(f"PostgreSQL hung for {seconds} s under load")
            try:
                _break(site, report, server.hang, server.go_on, [seconds], CROWD)
            finally:
                server.go_on()
            yield report


def _break(
    site: Site,
    report: Report,
    breaks: Callable[[], None],
    mends: Callable[[], None],
    outages: list[int],
    adherents: int = ADHERENTS,
) -> None:
    logged = len(site.events())
    talk = Conversation(site)
    slowest = 0.0
    with talk.going_on(adherents, visitors=2):
        for seconds in outages:
            talk.wait_for(adherents)
            breaks()
            if seconds:
                report.expect(not site.is_healthy(), "/healthz says that all is well")
            time.sleep(seconds)
            mends()
            slowest = max(slowest, talk.recovered_after(time.monotonic()))
        talk.wait_for(adherents)
    report.recovery = slowest
    report.done.append(f"slowest answer {talk.slowest:.1f} s")
    report.expect(talk.slowest < PATIENCE, "somebody waited too long for an answer")
    talk.report(report)
    report.events = len(site.events()) - logged
    # A restart may be too short for anybody to notice.
    report.expect(report.events > 0 or not talk.errors, "nothing was logged")

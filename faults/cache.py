"""The cache that disappears: Redis stopped or hung, the folder removed or in nobody's reach."""

import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faults.conversation import Conversation
from faults.databases import on_sqlite
from faults.filling import adherent
from faults.people import NoAnswer, Person
from faults.reports import Report
from faults.site import Site
from tests import programs
from tests.redis_server import start_redis, url_of_redis

ADHERENTS = 4
OF_THE_CACHE = "cgtdouanes.stores.steady_cache"
# As in the settings: so many wrong passwords for one account.
LIMIT = 5
# How long a cache that is back is left alone, and what a worker then needs to be asked.
SHARED_AGAIN_SECONDS = 30


@dataclass(frozen=True)
class Fault:
    """What is done to the cache, and undone. `is_away` tells whether the site can notice."""

    name: str
    does: Callable[[], None]
    undoes: Callable[[], None]
    is_away: bool = True


def main(seconds: float = 20) -> Iterator[Report]:
    """Break each cache for so many seconds, while adherents post and visitors read."""
    with _redis() as (url, faults), on_sqlite(ADHERENTS, CACHE_URL=url) as site, site.running():
        for fault in faults:
            yield _break(site, fault, seconds)
    with on_sqlite(ADHERENTS) as site, site.running():
        for fault in _of_folder(site.folder / "cache"):
            yield _break(site, fault, seconds)


@contextmanager
def _redis() -> Iterator[tuple[str, list[Fault]]]:
    program = programs.redis()
    if not program:
        sys.exit("Redis is missing: apt install redis-server")
    with tempfile.TemporaryDirectory(prefix="redis-") as name:
        folder = Path(name)
        server = start_redis(program, folder)

        def stop() -> None:
            server.kill()
            server.wait()

        def start() -> None:
            nonlocal server
            server = start_redis(program, folder)

        try:
            yield (
                url_of_redis(folder),
                [
                    Fault("Redis killed, and started again empty", stop, start),
                    Fault(
                        "Redis hung",
                        lambda: server.send_signal(signal.SIGSTOP),
                        lambda: server.send_signal(signal.SIGCONT),
                    ),
                ],
            )
        finally:
            stop()


def _of_folder(folder: Path) -> list[Fault]:
    def replace() -> None:
        shutil.rmtree(folder)
        folder.write_text("")

    return [
        Fault("Folder of the cache removed", lambda: shutil.rmtree(folder), lambda: None, False),
        Fault("Folder of the cache in nobody's reach", replace, folder.unlink),
    ]


def _break(site: Site, fault: Fault, seconds: float) -> Report:
    report = Report(fault.name)
    known = _events(site)
    talk = Conversation(site)
    with talk.going_on(ADHERENTS, visitors=3):
        talk.wait_for(ADHERENTS)
        fault.does()
        broken_at = time.monotonic()
        talk.wait_for(ADHERENTS)
        report.expect(_signs_in(site), "nobody can sign in")
        tried = _tries(site, f"{time.monotonic()}@example.org")
        report.done.append(f"wrong passwords for one account, until the limit: {tried}")
        most = LIMIT * len(site.workers)
        report.expect(LIMIT <= tried <= most, f"the limit is not within {LIMIT} and {most}")
        time.sleep(max(0, seconds - (time.monotonic() - broken_at)))
        fault.undoes()
        back_at = time.monotonic()
        talk.recovered_after(back_at)
        while _tries(site, f"{time.monotonic()}@example.org") != LIMIT:
            if time.monotonic() - back_at > SHARED_AGAIN_SECONDS:
                report.wrong.append("the limit is not shared again")
                break
        report.recovery = time.monotonic() - back_at
    talk.report(report)
    report.done.append(f"slowest answer {talk.slowest:.1f} s")
    report.expect(not talk.errors, f"error pages: {talk.errors}")
    report.events = _events(site) - known
    report.expect(bool(report.events) == fault.is_away, "the log does not say so")
    return report


def _signs_in(site: Site) -> bool:
    return Person(site.address).sign_in(adherent(0)).status == 302


def _tries(site: Site, email: str) -> int:
    """How many wrong passwords are taken for an address before « Trop d’essais »."""
    for number in range(100):
        try:
            if "Trop d" in Person(site.address).sign_in(email, f"faux {number}").text:
                return number
        except NoAnswer:
            continue
    return 100


def _events(site: Site) -> int:
    return site.events().count(OF_THE_CACHE)

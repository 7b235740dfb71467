"""A replica of the database, which reads for visitors as long as it lags behind in nothing.

Before a visitor's page is made, the main database is asked how far it has written its log, and the
replica whether it has replayed as much: what it then reads is as new as what the main one would
read. A page that was reserved a second ago is never shown, nor kept. Whatever is written, and
whatever comes with a session, is for the main database alone; so is all that a request still reads
once it has written. A replica that lags or is away serves nobody, and no page is lost for it.
"""

import logging
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, OperationalError, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cgtdouanes.middleware import GetResponse
from cgtdouanes.operations.doctor import Finding, good, missing, unsafe
from cgtdouanes.pages.memory import key_of

MAIN, REPLICA = "default", "replica"
# In seconds: a replica that failed is not asked again before.
PAUSE = 30

logger = logging.getLogger(__name__)


@dataclass
class _Visit:
    """A request of a visitor; where it reads is decided when it first does."""

    reads_replica: bool | None = None


_visit: ContextVar[_Visit | None] = ContextVar("visit", default=None)


class Router:
    """Every row is written in the main database, and read there but for visitors' pages."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        visit = _visit.get()
        if visit is None or connections[MAIN].in_atomic_block:
            return MAIN
        if visit.reads_replica is None:
            visit.reads_replica = _health.has_all()
        return REPLICA if visit.reads_replica else MAIN

    def db_for_write(self, model: Any, **hints: Any) -> str:
        if visit := _visit.get():
            visit.reads_replica = False
        return MAIN

    def allow_relation(self, *objects: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == MAIN


class VisitorsReadReplica:
    """A middleware: the pages of visitors are read from the replica, if there is one."""

    def __init__(self, get_response: GetResponse) -> None:
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_visit = key_of(request.META) is not None
        before = _visit.set(_Visit() if is_visit else None)
        try:
            return self._get_response(request)
        finally:
            _visit.reset(before)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Read again from the main database what the replica broke off; nothing was written."""
        visit = _visit.get()
        if visit is None or not visit.reads_replica or not isinstance(error, OperationalError):
            return None
        _health.failed(error)
        visit.reads_replica = False
        view, args, kwargs = request.resolver_match  # type: ignore[misc]
        answer: HttpResponseBase = view(request, *args, **kwargs)
        return answer


class _Health:
    """What this process knows of the replica."""

    def __init__(self) -> None:
        self._not_before = 0.0

    def has_all(self) -> bool:
        """Whether all that the main database has written up to now can be read there."""
        if time.monotonic() < self._not_before:
            return False
        try:
            with connections[MAIN].cursor() as cursor:
                cursor.execute(HOW_FAR)
                how_far = cursor.fetchone()
        except DatabaseError:
            # The page itself will meet it.
            return False
        try:
            with connections[REPLICA].cursor() as cursor:
                cursor.execute(HAS_ALL, how_far)
                return bool(cursor.fetchone()[0])
        except DatabaseError as error:
            self.failed(error)
            return False

    def failed(self, error: Exception) -> None:
        self._not_before = time.monotonic() + PAUSE
        logger.warning("The replica is left alone for %s s: %s", PAUSE, type(error).__name__)


_health = _Health()

# Where the next record of the log will be written (PostgreSQL, 9.27.3), and of which server.
HOW_FAR = """
SELECT pg_current_wal_insert_lsn()::text, system_identifier FROM pg_control_system()
"""
# A replica that was promoted, or that follows another server, has nothing of this one.
HAS_ALL = """
SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn AND system_identifier = %s
FROM pg_control_system()
"""


def look() -> Iterator[Finding]:
    """For the doctor: whether the replica follows this very database, and how far behind."""
    if REPLICA not in settings.DATABASES:
        return
    with connections[MAIN].cursor() as cursor:
        cursor.execute("SELECT system_identifier FROM pg_control_system()")
        ours = cursor.fetchone()[0]
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(HOW_LATE)
            theirs, follows, late = cursor.fetchone()
    except DatabaseError as error:
        yield missing(
            f"La réplique de la base ne répond pas ({type(error).__name__}) : la base principale "
            "répond à sa place",
            "vérifiez DATABASE_REPLICA_URL et que ce serveur tourne",
        )
        return
    if theirs != ours or not follows:
        yield unsafe(
            "DATABASE_REPLICA_URL ne désigne pas une réplique de DATABASE_URL : elle ne sert pas",
            "refaites-la (pg_basebackup), ou retirez ce réglage",
        )
    elif late is not None and late > PAUSE:
        yield missing(
            f"La réplique a {late:.0f} secondes de retard : elle ne sert pas pendant ce temps",
            "voyez son journal, le réseau et sa charge",
        )
    else:
        yield good("La réplique de la base suit")


# Nothing is late while nothing is to be replayed.
HOW_LATE = """
SELECT system_identifier, pg_is_in_recovery(),
    CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END
FROM pg_control_system()
"""

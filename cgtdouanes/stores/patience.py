"""A connection to PostgreSQL that gives up on a server which has stopped answering.

A server that hangs keeps its connections open: each thread of a worker would wait for it, until
none was left for a page that needs no database, or for `/healthz`.
"""

import time
from typing import Any, ClassVar, TypeVar

import psycopg
from psycopg.abc import PQGen

T = TypeVar("T")


class Connection(psycopg.Connection[Any]):
    """One that is closed, with an OperationalError, when an answer takes longer than `patience`.

    `patience` is in seconds, for the whole process: None, as in a command, waits for ever. Once an
    answer did not come, the next ones are waited for as long as `little_patience`, until one comes.
    """

    patience: ClassVar[float | None] = None
    little_patience: ClassVar[float] = 5
    _has_hung: ClassVar[bool] = False

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        kind = type(self)
        if kind.patience is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        limit = kind.little_patience if kind._has_hung else kind.patience
        begun = time.monotonic()
        try:
            answer = super().wait(gen, interval, limit)
        except psycopg.OperationalError:
            if time.monotonic() - begun >= limit:
                kind._has_hung = True
                # It is still in the middle of its question: nothing else can be asked there.
                self.close()
            raise
        kind._has_hung = False
        return answer

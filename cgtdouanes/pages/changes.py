"""Saying that what visitors see has changed, for every worker to know."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterable
from functools import partial
from threading import Lock, Thread

from django.db import transaction

from cgtdouanes.pages.memory import LONGEST
from cgtdouanes.pages.versions import counters

logger = logging.getLogger(__name__)


def changed(*tags: str) -> None:
    """Say that what these tags name is changing: called in the transaction that changes it."""
    _tell(counters().begin, tags)
    transaction.on_commit(partial(_tell, counters().end, tags), robust=True)


def _tell(said: Callable[[Iterable[str]], None], tags: Iterable[str]) -> None:
    """Never keep a save from being done: what cannot be said now is said later."""
    try:
        said(tags)
    except Exception as error:  # noqa: BLE001  each cache has errors of its own
        logger.error("Kept pages may be late: %s", type(error).__name__)
        if _one_at_a_time.acquire(blocking=False):
            # A daemon: a worker that stops does not wait for a cache.
            Thread(target=_make_up, name="pages", daemon=True).start()


_one_at_a_time = Lock()


def _make_up() -> None:
    """Once the cache is back, have all made anew: it may remember what was there before.

    Nothing is kept for longer than the time that this goes on for.
    """
    try:
        for _ in range(LONGEST):
            time.sleep(1)
            with contextlib.suppress(Exception):
                counters().restart()
                return
    finally:
        _one_at_a_time.release()

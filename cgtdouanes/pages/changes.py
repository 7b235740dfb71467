"""Saying that what visitors see has changed, for every worker to know."""

import logging
from collections.abc import Callable, Iterable
from functools import partial

from django.db import transaction

from cgtdouanes.pages.versions import counters

logger = logging.getLogger(__name__)


def changed(*tags: str) -> None:
    """Say that what these tags name is changing: called in the transaction that changes it."""
    _tell(counters().begin, tags)
    transaction.on_commit(partial(_tell, counters().end, tags), robust=True)


def _tell(said: Callable[[Iterable[str]], None], tags: Iterable[str]) -> None:
    """Never keep a save from being done: what cannot be said is known in five minutes at most."""
    try:
        said(tags)
    except Exception as error:  # noqa: BLE001  each cache has errors of its own
        logger.error("Kept pages may be late: %s", type(error).__name__)

"""Keeping the index: what hangs on an object is written again after each change of it.

The models call `changed` and `removing`, an import `all_changed`: the change is noted in the
transaction that makes it, and `catch_up` writes the entries as soon as it is kept. Whoever searches
catches up first with what is noted still, so nobody ever finds what they may no longer read.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import DataError, models, transaction

from cgtdouanes.search.models import ENTRIES, Change
from cgtdouanes.search.sources import SOURCES, touched_by
from cgtdouanes.search.writing import write, write_alone

logger = logging.getLogger(__name__)

# How many changes are caught up with in one transaction.
BATCH = 100
# What an object with odd contents may raise; that the database is away is no reason to forget it.
UNWRITABLE = (ArithmeticError, AttributeError, DataError, LookupError, TypeError, ValueError)


def changed(obj: models.Model) -> None:
    """Note that an object was saved: called in the same transaction."""
    _note([(obj._meta.label_lower, obj.pk)])


def all_changed(objects: Iterable[models.Model]) -> None:
    """Note that these objects were saved, in one query: called in the same transaction."""
    _note((obj._meta.label_lower, obj.pk) for obj in objects)


@contextmanager
def removing(obj: models.Model) -> Iterator[None]:
    """Note that an object goes away, and what hangs on it: the deletion is made within."""
    with transaction.atomic():
        touched = touched_by(obj._meta.label_lower, [obj.pk])
        _note((SOURCES[name].label, pk) for name, pks in touched.items() for pk in sorted(pks))
        yield


def catch_up() -> None:
    """Write again what hangs on the changes noted so far; one process at a time."""
    while Change.objects.exists():
        with transaction.atomic():
            write_alone()
            noted = list(Change.objects.order_by("pk")[:BATCH])
            try:
                _follow_up(noted)
            except UNWRITABLE:
                # One object that cannot be written must not close the search to everybody.
                for change in noted:
                    _follow_up_or_forget(change)
            # Those alone: what has been noted meanwhile tells of later changes.
            Change.objects.filter(pk__in=[change.pk for change in noted]).delete()


def _note(changes: Iterable[tuple[str, int]]) -> None:
    Change.objects.bulk_create(Change(model=label, object_id=pk) for label, pk in changes)
    # What cannot be written now will be at the next search, which then says what is wrong.
    transaction.on_commit(catch_up, robust=True)


def _follow_up(changes: Iterable[Change]) -> None:
    keys: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        keys[change.model].add(change.object_id)
    touched: dict[str, set[int]] = defaultdict(set)
    for label, pks in keys.items():
        for name, found in touched_by(label, pks).items():
            touched[name] |= found
    write(touched)


def _follow_up_or_forget(change: Change) -> None:
    """Follow up one change; what cannot be written is found no more, and the operator is told."""
    try:
        _follow_up([change])
    except UNWRITABLE:
        logger.exception("%s cannot be written in the index of the search", change)
        for name, pks in touched_by(change.model, [change.object_id]).items():
            for model in ENTRIES.values():
                model._default_manager.filter(source=name, object_id__in=pks).delete()

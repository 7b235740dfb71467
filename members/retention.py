"""How long things are kept: each app registers its rules, `manage.py purge_personal_data` applies
them.

A purge goes by batches, each in its own transaction: stopped half-way, it has deleted what it has
said, and the next one goes on from there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

BATCH = 500


def delete_rows(rows: QuerySet[Any]) -> int:
    """Delete rows, and return how many; what goes with them is not counted."""
    return rows.delete()[1].get(rows.model._meta.label, 0)


@dataclass(frozen=True)
class Rule:
    """What is kept, how long and why: `due` gives the rows whose time is over.

    `purge` is given some of them within a transaction, and returns how many it dealt with; `done`
    says in one word what became of them.
    """

    title: str
    why: str
    due: Callable[[], QuerySet[Any]]
    purge: Callable[[QuerySet[Any]], int] = delete_rows
    done: str = "effacés"


_rules: list[Rule] = []


def register(*rules: Rule) -> None:
    """Make rules known, in the order in which they apply; called once, when their app is ready."""
    _rules.extend(rules)


def rules() -> list[Rule]:
    return list(_rules)


def before(days: int) -> datetime:
    """Return the moment before which something kept that many days has had its time."""
    return timezone.now() - timedelta(days=days)


def apply(rule: Rule) -> Iterator[int]:
    """Purge what is due, and yield the number of rows dealt with after each batch."""
    last = None
    while True:
        due = rule.due().order_by("pk")
        if last is not None:
            due = due.filter(pk__gt=last)
        keys = list(due.values_list("pk", flat=True)[:BATCH])
        if not keys:
            return
        with transaction.atomic():
            # Asked again: what was renewed in between stays.
            done = rule.purge(rule.due().filter(pk__in=keys))
        last = keys[-1]
        yield done

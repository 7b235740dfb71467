"""The history of a membership or of a mandate told in words: who, when, before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from operator import attrgetter
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst

from cgtdouanes.officers.journal import BY_THE_SYSTEM, ChangeKind, FieldChange
from members.models import Mandate


@dataclass(frozen=True)
class Entry:
    """One change: of what, its action in words, who made it, and why where it is known.

    `is_first`: nothing is known of before it.
    """

    name: str
    at: datetime
    who: str
    action: str
    is_first: bool
    reason: str
    changes: list[FieldChange]

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date()


def told(history: Any) -> list[Entry]:
    """Return the changes of these objects, given their history, the latest first."""
    rows = history.select_related("history_user", "user")
    versions = list(rows.order_by("id", "-history_date", "-history_id"))
    entries = [_entry(after, before) for after, before in pairwise([*versions, None])]
    return sorted(entries, key=attrgetter("at"), reverse=True)


def _entry(after: Any, earlier: Any | None) -> Entry:
    before = earlier if earlier is not None and earlier.id == after.id else None
    reason = after.history_change_reason or ""
    user = after.history_user
    return Entry(
        name=_name(after),
        at=after.history_date,
        who=_who(user, reason),
        action=str(ChangeKind(after.history_type).label),
        is_first=before is None,
        reason="" if reason == BY_THE_SYSTEM else reason,
        changes=list(_changes(after, before)),
    )


def _name(version: Any) -> str:
    """Say what changed, where several objects are told together."""
    if not isinstance(version, Mandate.history.model):
        return f"n° {version.number}"
    holder = version.user or f"compte supprimé n° {version.user_id}"
    return f"{version.get_role_display()}, {holder}"


def _who(user: Any, reason: str) -> str:
    if user:
        return f"{user.public_name} ({user.email})"
    return BY_THE_SYSTEM if reason == BY_THE_SYSTEM else "compte supprimé"


def _changes(after: Any, before: Any | None) -> Iterator[FieldChange]:
    for field in type(after).tracked_fields:
        if field.primary_key:
            continue
        old, new = (_words(field, version) for version in (before, after))
        if old != new:
            yield FieldChange(capfirst(field.verbose_name), old, new)


def _words(field: models.Field, version: Any | None) -> str:
    """A value as it is read on screen."""
    if version is None:
        return ""
    value = getattr(version, field.attname)
    if value in (None, ""):
        return ""
    if field.is_relation:
        return str(getattr(version, field.name) or f"compte supprimé (n° {value})")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)

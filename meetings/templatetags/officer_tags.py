"""What waits for the officers who keep the record, and how a sentence names a meeting."""

from collections.abc import Sequence
from typing import Any

from django import template

from meetings import opening_statement, wording
from meetings.deadlines import Deadline, around, to_claim
from meetings.models import Commitment, Meeting
from meetings.permissions import can_keep_record, can_read_journal
from members.permissions import Reader

register = template.Library()

_SHOWN = 5


@register.filter
def of_the_meeting(meeting: Meeting) -> str:
    """Name a meeting after « l’ordre du jour »: “du CSA du 3 décembre 2024”."""
    return wording.of(wording.the_meeting(meeting))


@register.filter
def at_the_meeting(meeting: Meeting) -> str:
    """Say where something took place: “au CSA du 3 décembre 2024”."""
    return wording.to(wording.the_meeting(meeting))


@register.inclusion_tag("meetings/_deadlines_of_meeting.html", takes_context=True)
def deadlines_of_meeting(context: dict[str, Any], meeting: Meeting) -> dict[str, Any]:
    """What is due around a meeting, and what to say of it in an opening statement."""
    reader = _reader(context)
    deadlines = around(meeting, reader) if can_keep_record(reader) else []
    return {
        "meeting": meeting,
        "rows": _rows(deadlines),
        "late": sum(each.is_late for each in deadlines),
        "sentences": opening_statement.statement(deadlines).splitlines(),
    }


@register.inclusion_tag("meetings/_to_do.html", takes_context=True)
def to_do(context: dict[str, Any]) -> dict[str, Any]:
    """What the keepers of the record have to claim and to prepare."""
    reader = _reader(context)
    late = to_claim(reader)
    overdue = Commitment.objects.visible_to(reader).overdue().by_urgency()
    coming = Meeting.objects.visible_to(reader).upcoming()
    return {
        "late": _some(_rows(late), len(late)),
        "sentences": [opening_statement.sentence(each) for each in late[:_SHOWN]],
        "overdue": _some(overdue.select_related("agenda_item__meeting"), overdue.count()),
        "coming": _some(coming, coming.count()),
    }


@register.simple_tag(takes_context=True)
def may_keep_record(context: dict[str, Any]) -> bool:
    """Whether to show what waits for the keepers of the record."""
    return can_keep_record(_reader(context))


@register.simple_tag(takes_context=True)
def may_read_journal(context: dict[str, Any]) -> bool:
    """Whether to show the way to the journal."""
    return can_read_journal(_reader(context))


def _rows(deadlines: Sequence[Deadline]) -> list[dict[str, Any]]:
    return [
        {"deadline": deadline, "title": opening_statement.title(deadline)} for deadline in deadlines
    ]


def _some(rows: Any, total: int) -> dict[str, Any]:
    """The first rows, and how many there are."""
    return {"rows": list(rows[:_SHOWN]), "total": total, "more": max(0, total - _SHOWN)}


def _reader(context: dict[str, Any]) -> Reader:
    reader: Reader = context["request"].user
    return reader

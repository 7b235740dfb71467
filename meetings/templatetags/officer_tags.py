"""What is due around a meeting, at the desk, and how a sentence names a meeting."""

from typing import Any

from django import template

from meetings import opening_statement, wording
from meetings.deadlines import around
from meetings.models import Meeting
from meetings.permissions import can_keep_record, can_read_journal
from members.permissions import Reader

register = template.Library()


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
        "rows": [{"deadline": due, "title": opening_statement.title(due)} for due in deadlines],
        "late": sum(each.is_late for each in deadlines),
        "sentences": opening_statement.statement(deadlines).splitlines(),
    }


@register.simple_tag(takes_context=True)
def may_read_journal(context: dict[str, Any]) -> bool:
    """Whether to show the way to the journal."""
    return can_read_journal(_reader(context))


def _reader(context: dict[str, Any]) -> Reader:
    reader: Reader = context["request"].user
    return reader

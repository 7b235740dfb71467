"""The reports of the meetings, at the officers' desk: those to write, and the drafts to open."""

from typing import Any

from django import template

from articles.models import Article
from articles.permissions import can_write
from articles.report import calls_for_report, without_report
from meetings.models import Meeting
from members.permissions import Reader

register = template.Library()

_SHOWN = 5


@register.inclusion_tag("articles/_report_of_meeting.html", takes_context=True)
def report_of_meeting(context: dict[str, Any], meeting: Meeting) -> dict[str, Any]:
    """The articles about a meeting, and the button that drafts its report."""
    user: Reader = context["request"].user
    may_write = can_write(user)
    about = Article.objects.visible_to(user).filter(meeting=meeting).order_by("pk")
    return {
        "meeting": meeting,
        "may_draft": may_write and calls_for_report(meeting),
        "articles": list(about.defer("body", "full_html", "teaser_html")) if may_write else [],
    }


@register.inclusion_tag("articles/_meetings_without_report.html", takes_context=True)
def meetings_without_report(context: dict[str, Any]) -> dict[str, Any]:
    """The meetings that still call for a report, for who may write it."""
    user: Reader = context["request"].user
    if not can_write(user):
        return {"may_write": False}
    meetings = without_report(user)
    total = meetings.count()
    return {
        "may_write": True,
        "total": total,
        "meetings": list(meetings[:_SHOWN]),
        "more": max(0, total - _SHOWN),
    }

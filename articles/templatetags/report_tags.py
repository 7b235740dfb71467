"""The reports of a meeting, on its page at the officers' desk."""

from typing import Any

from django import template

from articles.models import Article
from articles.permissions import can_write
from articles.report import calls_for_report
from meetings.models import Meeting
from members.permissions import Reader

register = template.Library()


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

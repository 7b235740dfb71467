"""The reports of a meeting, on its page and at the officers' desk: meetings know of no article."""

from typing import Any

from django import template

from articles.models import Article
from articles.models.article import ArticleQuerySet
from articles.permissions import can_write
from articles.report import calls_for_report
from meetings.models import Meeting
from members.permissions import Reader

register = template.Library()


@register.simple_tag(takes_context=True)
def reports_of(context: dict[str, Any], meeting: Meeting) -> ArticleQuerySet:
    """What the page of a meeting lists for this reader."""
    return Article.objects.listed_for(context["request"].user).filter(meeting=meeting)


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

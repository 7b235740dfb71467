"""Slow mode: how often one person may post, so that nobody floods a conversation.

It is counted in the database, so that it holds whichever worker is asked.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from articles.models import Article
from members.models import User


class TooSoon(Exception):
    """The person posts too often: `until` is when the next reaction will be taken."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def check_pace(author: User, article: Article, now: datetime) -> None:
    """Raise TooSoon for who has to wait. Hold the author's row, or two posts may both pass."""
    if waits := [until for until in _ends_of_wait(author, article, now) if until > now]:
        raise TooSoon(max(waits))


def _ends_of_wait(author: User, article: Article, now: datetime) -> Iterator[datetime]:
    span = timedelta(minutes=settings.REACTIONS_PACE_MINUTES)
    # What was deleted since counts: it was read, and told by mail.
    latest = author.reactions.order_by("-created_at", "-pk")
    within = latest.filter(created_at__gt=now - span).values_list("created_at", flat=True)
    posted = list(within[: settings.REACTIONS_PACE])
    if len(posted) == settings.REACTIONS_PACE:
        yield posted[-1] + span
    if article.reactions_interval and (here := latest.filter(article=article).first()):
        yield here.created_at + timedelta(seconds=article.reactions_interval)

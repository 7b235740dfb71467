"""What the demo publishes: rubriques, articles with their attachments, and reactions."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial
from typing import cast

from django.utils import timezone

from articles import citations, editorial
from articles.models import (
    Article,
    Attachment,
    Category,
    ModerationDecision,
    Reaction,
    ReactionStatus,
    Status,
    Verdict,
)
from cgtdouanes import demo
from cgtdouanes.management.filling.story import Event, Row, Story, only, save, save_with_file

MORNING = time(9)
_CITED = re.compile(r"\{([A-Za-z0-9-]+)\}")


def add_categories(story: Story) -> None:
    for position, row in enumerate(demo.rows("categories"), start=1):
        story.categories[row["slug"]] = save(Category(position=position, **row))


def events(story: Story) -> Iterator[Event]:
    """Each article on the day of its publication; what is still being written, today."""
    for row in demo.reports():
        published_at = row.get("published_at")
        day = published_at.date() if published_at else story.today
        yield Event(day, partial(_add_article, row, story))


def _add_article(row: Row, story: Story) -> None:
    published_at = row.get("published_at")
    if "published_in_days" in row:
        day = story.today + timedelta(days=row["published_in_days"])
        published_at = datetime.combine(day, MORNING)
    article = save(
        Article(
            category=story.categories[row["category"]],
            meeting=story.meetings[row["meeting"]] if "meeting" in row else None,
            author=story.people[row["author"]],
            published_at=published_at and timezone.make_aware(published_at),
            body=_with_citations(row["body"], story),
            **only(row, "slug", "kicker", "title", "lead"),
            **only(row, "status", "visibility", "reactions_policy"),
        )
    )
    story.articles[article.slug] = article
    if article.status == Status.IN_REVIEW:
        editorial.submit(editorial.begin(article), story.people[row["author"]])
    for attached in row.get("attachments", []):
        save_with_file(
            Attachment(article=article, **only(attached, "title", "kind", "visibility")),
            attached["file"],
        )


def _with_citations(body: str, story: Story) -> str:
    """Cite what is named between braces: the reference of a demand, or the key of a commitment."""

    def citation(named: re.Match[str]) -> str:
        if demand := story.demands.get(named[1]):
            return citations.of_demand(demand)
        return citations.of_commitment(story.commitments[named[1]])

    return _CITED.sub(citation, body.strip())


def add_reactions(story: Story) -> None:
    """Add the threads, once every article is there."""
    for row in demo.rows("reactions"):
        article = story.articles[row["article"]]
        published_at = cast(datetime, article.published_at)
        first = _add_reaction(row, article, published_at, story)
        for answer in row.get("answers", []):
            _add_reaction(answer, article, first.created_at, story, parent=first)


def _add_reaction(
    row: Row, article: Article, since: datetime, story: Story, parent: Reaction | None = None
) -> Reaction:
    created_at = since + timedelta(hours=row["hours_after"])
    reaction = Reaction(
        article=article,
        author=story.people[row["author"]],
        parent=parent,
        created_at=created_at,
        **only(row, "body", "status"),
    )
    if "edited_minutes_after" in row:
        reaction.edited_at = created_at + timedelta(minutes=row["edited_minutes_after"])
    save(reaction)
    if reaction.status == ReactionStatus.HIDDEN:
        save(
            ModerationDecision(
                reaction=reaction,
                verdict=Verdict.HIDE,
                by=story.people[row["moderated_by"]],
                at=created_at + timedelta(hours=row["moderated_hours_after"]),
                reason=row["moderation_reason"],
            )
        )
    return reaction

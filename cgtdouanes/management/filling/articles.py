"""What the demo publishes: rubriques, and articles with their attachments."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.utils import timezone

from articles import citations, editorial
from articles.illustrations import figure
from articles.models import (
    Article,
    Attachment,
    Category,
    Picture,
    Status,
)
from cgtdouanes import demo
from cgtdouanes.management.filling.drawing import assembly
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
            body=_with_citations(_with_drawing(row), story),
            **only(row, "slug", "kicker", "title", "lead"),
            **only(row, "status", "visibility", "reactions_policy", "reactions_days"),
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


def _with_drawing(row: Row) -> str:
    """Draw what a report has drawn, and put it where it stands: it is nobody's photograph."""
    if not (given := row.get("drawing")):
        return str(row["body"])
    drawn = ContentFile(assembly(given["people"], given["lines"]), name="dessin.png")
    picture = save(Picture(file=drawn, **only(given, "alt", "caption", "credit")))
    return str(row["body"].replace("{drawing}", figure(picture)))


def _with_citations(body: str, story: Story) -> str:
    """Cite what is named between braces: the reference of a demand, or the key of a commitment."""

    def citation(named: re.Match[str]) -> str:
        if demand := story.demands.get(named[1]):
            return citations.of_demand(demand)
        return citations.of_commitment(story.commitments[named[1]])

    return _CITED.sub(citation, body.strip())

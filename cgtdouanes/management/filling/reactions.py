"""What the adherents of the demo say of the articles, and what became of it."""

from datetime import datetime, timedelta
from typing import cast

from articles.models import (
    Article,
    Flag,
    Mention,
    ModerationDecision,
    QuickReaction,
    Reaction,
    ReactionStatus,
    Verdict,
    Word,
    Wording,
)
from cgtdouanes import demo
from cgtdouanes.management.filling.story import Row, Story, only, save


def add(story: Story) -> None:
    """Add the threads and the words of one tap, once every article is there."""
    for row in demo.rows("reactions"):
        article = story.articles[row["article"]]
        published_at = cast(datetime, article.published_at)
        first = _add_reaction(row, article, published_at, story)
        for answer in row.get("answers", []):
            _add_reaction(answer, article, first.created_at, story, parent=first)
    for row in demo.rows("quick_reactions"):
        _say(row, story.articles[row["article"]], story)


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
        edited_at = created_at + timedelta(minutes=row["edited_minutes_after"])
        reaction.edited_at = edited_at
        save(reaction)
        save(Wording(reaction=reaction, body=row["before"], replaced_at=edited_at))
    else:
        save(reaction)
    for email in row.get("mentions", []):
        person = story.people[email]
        save(Mention(reaction=reaction, user=person, name=person.public_name))
    _say(row, article, story, reaction)
    _moderate(row, reaction, story)
    return reaction


def _say(row: Row, article: Article, story: Story, reaction: Reaction | None = None) -> None:
    for word in Word:
        for email in row.get(word.value, []):
            author = story.people[email]
            save(QuickReaction(article=article, reaction=reaction, author=author, word=word))


def _moderate(row: Row, reaction: Reaction, story: Story) -> None:
    if reaction.status == ReactionStatus.HIDDEN:
        save(
            ModerationDecision(
                reaction=reaction,
                verdict=Verdict.HIDE,
                by=story.people[row["moderated_by"]],
                at=reaction.created_at + timedelta(hours=row["moderated_hours_after"]),
                reason=row["moderation_reason"],
            )
        )
    for flag in row.get("flags", []):
        save(
            Flag(
                reaction=reaction,
                by=story.people[flag["by"]],
                at=reaction.created_at + timedelta(hours=flag["hours_after"]),
                **only(flag, "reason", "words"),
            )
        )

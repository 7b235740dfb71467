"""The reactions to an article as one reader sees them, and what this reader may do with each.

As many queries for a hundred reactions as for none.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, Q, Value
from django.utils.safestring import SafeString

from articles import reaction_text
from articles.models import Article, Mention, QuickReaction, Reaction, Word, Wording
from articles.models.quick_reaction import OF_ARTICLE, OF_REACTION
from articles.permissions import (
    can_answer,
    can_delete_reaction,
    can_edit_reaction,
    can_flag,
    can_say_of,
)
from members.permissions import Reader


@dataclass(frozen=True)
class Said:
    """A word of one tap: how many people said it, and whether this reader did."""

    word: Word
    count: int
    is_mine: bool


@dataclass(frozen=True)
class Earlier:
    """What a reaction said before it was corrected."""

    text: SafeString
    replaced_at: datetime


@dataclass(frozen=True)
class ReactionLine:
    """A reaction and what this reader may do with it."""

    reaction: Reaction
    text: SafeString
    earlier: Sequence[Earlier]
    said: Sequence[Said]
    can_say: bool
    can_edit: bool
    can_delete: bool
    can_answer: bool
    can_flag: bool
    is_own: bool

    @property
    def said_id(self) -> str:
        """Where, in the page, one says a word of it."""
        return f"avis-{self.reaction.pk}"


@dataclass(frozen=True)
class Thread:
    """A reaction to the article and the answers to it, in the order of writing."""

    line: ReactionLine
    answers: list[ReactionLine] = field(default_factory=list)


@dataclass(frozen=True)
class Conversation:
    """All that was said of an article; `said` is of the article itself."""

    reactions: Sequence[Reaction]
    threads: Sequence[Thread]
    said: Sequence[Said]
    can_say: bool


def conversation(article: Article, user: Reader) -> Conversation:
    """Return what this reader, who may read reactions, sees of them."""
    said = _said(article, user)
    earlier, called = _earlier_and_called(article)
    found: dict[int, Thread] = {}
    visible = article.reactions.visible_to(user).select_related("author")
    reactions = list(visible.order_by("created_at", "pk"))
    for reaction in reactions:
        reaction.article = article
        readable = reaction.is_readable
        can_say = can_say_of(user, article, reaction)
        line = ReactionLine(
            reaction,
            text=reaction_text.shown(reaction.body if readable else "", called[reaction.pk]),
            earlier=earlier.get(reaction.pk, ()) if readable else (),
            said=_tally(said[reaction.pk], OF_REACTION, can_say=can_say),
            can_say=can_say,
            can_edit=can_edit_reaction(user, reaction),
            can_delete=can_delete_reaction(user, reaction),
            can_answer=can_answer(user, reaction),
            can_flag=can_flag(user, reaction),
            is_own=reaction.author_id is not None and reaction.author_id == user.pk,
        )
        if reaction.parent_id is None:
            found[reaction.pk] = Thread(line)
        elif thread := found.get(reaction.parent_id):
            thread.answers.append(line)
    can_say = can_say_of(user, article)
    return Conversation(
        reactions, list(found.values()), _tally(said[None], OF_ARTICLE, can_say=can_say), can_say
    )


def _earlier_and_called(article: Article) -> tuple[dict[int, list[Earlier]], dict[int, set[str]]]:
    """What the reactions said before, and the names that each mentions: read in one query."""
    of_article = Q(reaction__article=article)
    wordings = Wording.objects.filter(of_article).order_by()
    mentions = Mention.objects.filter(of_article).order_by()
    never = Value(None, DateTimeField())
    rows: Any = wordings.values_list("reaction_id", "body", "replaced_at", "pk").union(
        mentions.values_list("reaction_id", "name", never, "pk"), all=True
    )
    earlier, called = defaultdict(list), defaultdict(set)
    for reaction, text, replaced_at, _ in rows.order_by("replaced_at", "pk"):
        if replaced_at is None:
            called[reaction].add(text)
        else:
            earlier[reaction].append(Earlier(reaction_text.shown(text), replaced_at))
    return earlier, called


def earlier_wordings(of: Q) -> dict[int, list[Earlier]]:
    """Return the former words of these reactions, by their keys, the oldest first."""
    found = defaultdict(list)
    for wording in Wording.objects.filter(of).order_by("replaced_at", "pk"):
        text = reaction_text.shown(wording.body)
        found[wording.reaction_id].append(Earlier(text, wording.replaced_at))
    return found


def _said(article: Article, user: Reader) -> dict[int | None, dict[str, Said]]:
    """Count each word of the article and of its reactions."""
    found: dict[int | None, dict[str, Said]] = defaultdict(dict)
    counted = QuickReaction.objects.filter(article=article).values("reaction_id", "word")
    own = Count("pk", filter=Q(author_id=user.pk))
    for row in counted.annotate(count=Count("pk"), own=own).order_by("reaction_id", "word"):
        word = Word(row["word"])
        found[row["reaction_id"]][word] = Said(word, row["count"], bool(row["own"]))
    return found


def _tally(said: Mapping[str, Said], offered: Sequence[Word], *, can_say: bool) -> list[Said]:
    """What is offered to who may say it; else what was said, no more."""
    if can_say:
        return [said.get(word, Said(word, 0, is_mine=False)) for word in offered]
    return [said[word] for word in offered if word in said]

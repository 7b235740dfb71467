"""The reactions to an article as one reader sees them, and what this reader may do with each.

As many queries for a hundred reactions as for none.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Count, DateTimeField, Q, Value
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from articles import reaction_text
from articles.models import Article, Mention, QuickReaction, Reaction, Word, Wording
from articles.models.quick_reaction import OF_ARTICLE, OF_REACTION
from articles.permissions import Participation
from members.permissions import Reader


class Said(NamedTuple):
    """A word of one tap: how many people said it, and whether this reader did."""

    word: Word
    people: int
    is_mine: bool


_UNSAID = {word: Said(word, 0, is_mine=False) for word in Word}


class Earlier(NamedTuple):
    """What a reaction said before it was corrected."""

    body: str
    replaced_at: datetime

    @property
    def text(self) -> SafeString:
        return reaction_text.shown(self.body)


class ReactionLine(NamedTuple):
    """A reaction and what this reader may do with it: all that its piece of the page tells."""

    pk: int
    slug: str
    status: str
    is_readable: bool
    has_author: bool
    author_name: str
    created_at: datetime
    edited_at: datetime | None
    body: str
    called: frozenset[str]
    earlier: tuple[Earlier, ...]
    said: tuple[Said, ...]
    can_say: bool
    can_edit: bool
    can_delete: bool
    can_answer: bool
    can_flag: bool
    is_own: bool

    @property
    def said_id(self) -> str:
        """Where, in the page, one says a word of it."""
        return f"avis-{self.pk}"

    @property
    def text(self) -> SafeString:
        return reaction_text.shown(self.body, self.called)

    @property
    def html(self) -> SafeString:
        return _drawn(self)


@dataclass(frozen=True)
class Thread:
    """A reaction to the article and the answers to it, in the order of writing."""

    line: ReactionLine
    answers: list[ReactionLine] = field(default_factory=list)


@dataclass(frozen=True)
class Conversation:
    """All that was said of an article; `said` is of the article itself."""

    slug: str
    reactions: Sequence[Reaction]
    threads: Sequence[Thread]
    said: tuple[Said, ...]
    can_say: bool

    @property
    def said_html(self) -> SafeString:
        return _said_drawn(self.slug, self.said, self.can_say)


def conversation(article: Article, user: Reader) -> Conversation:
    """Return what this reader, who may read reactions, sees of them."""
    taking_part = Participation.of(user, article)
    said = _said(article, user)
    earlier, called = _earlier_and_called(article)
    found: dict[int, Thread] = {}
    visible = article.reactions.visible_to(user).with_names()
    reactions = list(visible.order_by("created_at", "pk"))
    for reaction in reactions:
        reaction.article = article
        is_readable = reaction.is_readable
        can_say = taking_part.may_say_of(reaction)
        line = ReactionLine(
            pk=reaction.pk,
            slug=article.slug,
            status=reaction.status,
            is_readable=is_readable,
            has_author=reaction.author_id is not None,
            author_name=reaction.author_name if is_readable else "",
            created_at=reaction.created_at,
            edited_at=reaction.edited_at,
            body=reaction.body if is_readable else "",
            called=frozenset(called.get(reaction.pk, ())) if is_readable else frozenset(),
            earlier=tuple(earlier.get(reaction.pk, ())) if is_readable else (),
            said=_tally(said[reaction.pk], OF_REACTION, can_say=can_say),
            can_say=can_say,
            can_edit=taking_part.may_edit(reaction),
            can_delete=taking_part.may_delete(reaction),
            can_answer=taking_part.may_answer(reaction),
            can_flag=taking_part.may_flag(reaction),
            is_own=taking_part.wrote(reaction),
        )
        if reaction.parent_id is None:
            found[reaction.pk] = Thread(line)
        elif thread := found.get(reaction.parent_id):
            thread.answers.append(line)
    can_say = taking_part.reacts
    return Conversation(
        article.slug,
        reactions,
        list(found.values()),
        _tally(said[None], OF_ARTICLE, can_say=can_say),
        can_say,
    )


@lru_cache(maxsize=5000)
def _drawn(line: ReactionLine) -> SafeString:
    """Draw it once for all who are shown the same and may do the same: few differ."""
    return render_to_string("articles/_reaction.html", {"line": line})


@lru_cache(maxsize=500)
def _said_drawn(slug: str, said: tuple[Said, ...], can_say: bool) -> SafeString:
    """Draw what is said of an article itself once for all who are shown the same."""
    context = {
        "id": "avis",
        "label": "Votre avis sur cet article",
        "said": said,
        "can_say": can_say,
        "action": reverse("articles:say", args=[slug]),
    }
    return render_to_string("articles/_said.html", context)


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
            earlier[reaction].append(Earlier(text, replaced_at))
    return earlier, called


def earlier_wordings(of: Q) -> dict[int, list[Earlier]]:
    """Return the former words of these reactions, by their keys, the oldest first."""
    found = defaultdict(list)
    for wording in Wording.objects.filter(of).order_by("replaced_at", "pk"):
        found[wording.reaction_id].append(Earlier(wording.body, wording.replaced_at))
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


def _tally(said: Mapping[str, Said], offered: Sequence[Word], *, can_say: bool) -> tuple[Said, ...]:
    """What is offered to who may say it; else what was said, no more."""
    if can_say:
        return tuple(said.get(word, _UNSAID[word]) for word in offered)
    return tuple(said[word] for word in offered if word in said)

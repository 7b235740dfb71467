"""The verbs of an adherent who reacts: post, correct, delete, and say one word in one tap.

Each is whole or does not happen. Whoever is to be told is told by mail, in the same transaction.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from articles import emails, mentions
from articles.models import (
    Article,
    Mention,
    QuickReaction,
    Reaction,
    ReactionsPolicy,
    ReactionStatus,
    Word,
    Wording,
)
from articles.models.quick_reaction import OF_ARTICLE, OF_REACTION, OPPOSITE
from articles.pace import check_pace
from articles.permissions import (
    can_answer,
    can_delete_reaction,
    can_edit_reaction,
    can_react,
    can_say_of,
)
from articles.reaction_text import count_links
from members.models import User

# The same words, in the same place, from the same person, within this time: a double click, or a
# form sent again because its answer was lost.
REPEAT_WINDOW = timedelta(hours=1)


@transaction.atomic
def post_reaction(
    article: Article,
    author: User,
    body: str,
    parent: Reaction | None = None,
    mentioned: Iterable[User] = (),
) -> Reaction:
    """Store a reaction and return it; return the first one when the same is posted twice.

    `mentioned`: those whom its words call, among who takes part (`mentions.called`).
    Raises PermissionDenied for who may not react to the article, or answer this reaction, and
    TooSoon for who posts too often.
    """
    held = _held(author)
    if not held or not can_react(held, article) or (parent and not can_answer(held, parent)):
        raise PermissionDenied
    now = timezone.now()
    repeated = article.reactions.filter(
        author=held, parent=parent, body=body, created_at__gt=now - REPEAT_WINDOW
    ).exclude(status=ReactionStatus.DELETED)
    if first := repeated.order_by("pk").first():
        return first
    check_pace(held, article, now)
    status = _status_of(body, held, article, otherwise=ReactionStatus.PUBLISHED)
    reaction = Reaction.objects.create(
        article=article,
        author=held,
        parent=parent,
        body=body,
        status=status,
        to_read=is_new(held),
        created_at=now,
    )
    mentions.keep(reaction, mentioned)
    emails.tell_of_reaction(reaction)
    return reaction


@transaction.atomic
def correct_reaction(
    reaction: Reaction, author: User, body: str, mentioned: Iterable[User] = ()
) -> None:
    """Replace the words, keep the former ones; where words are read first, they are read again.

    Raises PermissionDenied for who may not, and once the reaction is hidden or deleted.
    """
    now = _held_reaction(reaction)
    if not can_edit_reaction(author, now):
        raise PermissionDenied
    if body == now.body:
        return
    moment = timezone.now()
    Wording.objects.create(reaction=now, body=now.body, replaced_at=moment)
    now.status = _status_of(body, author, now.article, otherwise=now.status)
    now.body = body
    now.edited_at = moment
    # What an officer read and left in place is no longer what is there.
    now.to_read = is_new(author) or now.decisions.exists()
    now.save(update_fields=["body", "edited_at", "status", "to_read"])
    mentions.keep(now, mentioned)
    emails.tell_of_reaction(now)
    reaction.refresh_from_db()


@transaction.atomic
def withdraw_reaction(reaction: Reaction, author: User) -> None:
    """Erase the words and what was said of them; the place stays, so that answers keep theirs.

    Raises PermissionDenied for who may not, and once the reaction is hidden or deleted.
    """
    now = _held_reaction(reaction)
    if not can_delete_reaction(author, now):
        raise PermissionDenied
    erase_words(Reaction.objects.filter(pk=now.pk))
    reaction.refresh_from_db()


def erase_words(reactions: QuerySet[Reaction]) -> None:
    """Leave the places of these reactions without their words, nor what was said of them."""
    Wording.objects.filter(reaction__in=reactions).delete()
    QuickReaction.objects.filter(reaction__in=reactions).delete()
    Mention.objects.filter(reaction__in=reactions).delete()
    reactions.update(body="", status=ReactionStatus.DELETED, edited_at=None)


@transaction.atomic
def say(word: Word, author: User, article: Article, reaction: Reaction | None = None) -> None:
    """Say one word of the article, or of a reaction to it; said already, nothing changes.

    Raises PermissionDenied.
    """
    own = _own_words(word, author, article, reaction)
    # One does not say a thing and its contrary.
    own.filter(word=OPPOSITE.get(word)).delete()
    if not own.filter(word=word).exists():
        QuickReaction.objects.create(author=author, article=article, reaction=reaction, word=word)


@transaction.atomic
def take_back(word: Word, author: User, article: Article, reaction: Reaction | None = None) -> None:
    """Take back the word that one said; not said, nothing changes. Raises PermissionDenied."""
    _own_words(word, author, article, reaction).filter(word=word).delete()


def _own_words(
    word: Word, author: User, article: Article, reaction: Reaction | None
) -> QuerySet[QuickReaction]:
    """The words that this person said of it, held still. Raises PermissionDenied."""
    held = _held(author)
    offered = OF_REACTION if reaction else OF_ARTICLE
    if not held or word not in offered or not can_say_of(held, article, reaction):
        raise PermissionDenied
    return QuickReaction.objects.filter(author=held, article=article, reaction=reaction)


def _held(author: User) -> User | None:
    """Hold the author's row, so that what they do twice at once is seen one after the other."""
    return User.objects.select_for_update(of=("self",)).filter(pk=author.pk).first()


def _held_reaction(reaction: Reaction) -> Reaction:
    """Hold the row: moderation may come between. Raises PermissionDenied when it is gone."""
    reactions = Reaction.objects.select_for_update(of=("self",)).select_related("article")
    if (held := reactions.filter(pk=reaction.pk).first()) is None:
        raise PermissionDenied
    return held


def _status_of(body: str, author: User, article: Article, *, otherwise: str) -> str:
    """The state of words that nobody has read yet: some wait for a moderator."""
    if article.reactions_policy == ReactionsPolicy.PREMODERATED:
        return ReactionStatus.PENDING
    many = count_links(body) > settings.REACTIONS_LINKS_WHEN_NEW
    return ReactionStatus.PENDING if many and is_new(author) else otherwise


def is_new(author: User) -> bool:
    """Whether few reactions of this account have been published so far."""
    published = author.reactions.filter(status=ReactionStatus.PUBLISHED)
    return published.count() < settings.REACTIONS_READ_FIRST

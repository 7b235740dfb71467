"""The verbs of publishing and moderating: each is whole or does not happen.

Whoever is to be told of it is told by mail, queued in the same transaction.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from articles import emails
from articles.models import Article, Reaction, ReactionStatus, Status
from articles.permissions import can_moderate
from members.models import User


class Outdated(PermissionDenied):
    """A reaction changed between its reading and the decision about it."""


@transaction.atomic
def save_article(article: Article) -> None:
    """Save an article; when that publishes it, tell adherents."""
    former = Article.objects.select_for_update(of=("self",)).filter(pk=article.pk).first()
    article.save()
    was_out = former and former.status == Status.PUBLISHED
    if article.status == Status.PUBLISHED and not was_out:
        emails.tell_of_article(article)


def hide_reaction(reaction: Reaction, moderator: User, reason: str) -> None:
    """Hide a reaction. Raises as `_moderate` does."""
    _moderate(reaction, moderator, reason, ReactionStatus.HIDDEN)


def restore_reaction(reaction: Reaction, moderator: User, reason: str) -> None:
    """Show a reaction. Raises as `_moderate` does."""
    _moderate(reaction, moderator, reason, ReactionStatus.PUBLISHED)


@transaction.atomic
def _moderate(reaction: Reaction, moderator: User, reason: str, status: ReactionStatus) -> None:
    """Decide on the words that the moderator has read.

    Raises PermissionDenied, ValueError without a reason, and Outdated when the words or the state
    are no longer those of `reaction`.
    """
    if not can_moderate(moderator):
        raise PermissionDenied
    if not reason.strip():
        raise ValueError("a moderation decision needs a reason")
    now = Reaction.objects.select_for_update().get(pk=reaction.pk)
    if now.status == ReactionStatus.DELETED or now.body != reaction.body:
        raise Outdated
    now.status = status
    now.moderated_by = moderator
    now.moderated_at = timezone.now()
    now.moderation_reason = reason.strip()
    now.save(update_fields=["status", "moderated_by", "moderated_at", "moderation_reason"])
    emails.tell_of_answer(now)
    reaction.refresh_from_db()

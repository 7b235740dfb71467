"""Who may write, publish, react and moderate; and what to say to who may not react."""

from django.utils import timezone

from articles.models import Article, Reaction, ReactionStatus, Revision
from members.models import Role, Status
from members.permissions import Reader, holds_role, is_adherent


def can_write(user: Reader) -> bool:
    """Editors and publishers write articles and see them before the public does."""
    return holds_role(user, Role.EDITOR, Role.PUBLISHER)


def can_publish(user: Reader) -> bool:
    """Editors and publishers put an article before the public."""
    return holds_role(user, Role.EDITOR, Role.PUBLISHER)


def can_approve(user: Reader, revision: Revision) -> bool:
    """Another officer than who wrote this revision finds it good to publish."""
    return can_publish(user) and user.pk != revision.author_id


def can_moderate(user: Reader) -> bool:
    """Moderators hide and restore reactions, with a reason."""
    return holds_role(user, Role.MODERATOR)


def can_read_reactions(user: Reader) -> bool:
    """Reactions reveal who is a member: adherents and moderators only."""
    return is_adherent(user) or can_moderate(user)


def can_react(user: Reader, article: Article) -> bool:
    """Adherents react to published articles, until an officer or time closes the reactions."""
    return is_adherent(user) and article.is_published and article.takes_reactions


def can_say_of(user: Reader, article: Article, reaction: Reaction | None = None) -> bool:
    """A word in one tap: of an article one may react to, or what somebody else published there."""
    if not can_react(user, article):
        return False
    return reaction is None or (
        reaction.article_id == article.pk
        and reaction.status == ReactionStatus.PUBLISHED
        and not _is_own(user, reaction)
    )


def can_edit_reaction(user: Reader, reaction: Reaction) -> bool:
    """Its author, while an adherent, within the edit window and while reactions are open."""
    return (
        _is_own(user, reaction)
        and can_react(user, reaction.article)
        and reaction.is_editable_at(timezone.now())
    )


def can_delete_reaction(user: Reader, reaction: Reaction) -> bool:
    """Its author, while an adherent; a hidden one stays, as the evidence of its hiding."""
    return _is_own(user, reaction) and is_adherent(user) and reaction.is_readable


def can_answer(user: Reader, reaction: Reaction) -> bool:
    """Answers go one level deep, to a published reaction."""
    return (
        can_react(user, reaction.article)
        and reaction.parent_id is None
        and reaction.status == ReactionStatus.PUBLISHED
    )


def reaction_notice(user: Reader, article: Article) -> str | None:
    """Return which notice stands in place of the form; None for who may react."""
    if not user.is_authenticated:
        return "visitor"
    match user.member_status:
        case Status.LAPSED:
            return "lapsed"
        case Status.RESIGNED | Status.EXCLUDED:
            return "former"
        case Status.PENDING:
            return "pending"
        case None:
            return "none"
    return None if can_react(user, article) else "closed"


def _is_own(user: Reader, reaction: Reaction) -> bool:
    return user.is_authenticated and reaction.author_id == user.pk

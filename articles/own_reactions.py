"""A person's own reactions, as they are shown to that person: in every state, wherever they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from articles import reaction_text
from articles.models import Article, Reaction
from articles.permissions import can_delete_reaction, can_edit_reaction, can_read_reactions
from members.models import User


@dataclass(frozen=True)
class OwnReaction:
    """A reaction; `article` is None, and `url` empty, where the person may no longer read it."""

    reaction: Reaction
    text: SafeString
    article: Article | None
    url: str
    can_edit: bool
    can_delete: bool


def own_reactions(user: User) -> QuerySet[Reaction]:
    """Return all that this person wrote, the latest first."""
    return (
        Reaction.objects.filter(author=user)
        .select_related("article")
        .order_by("-created_at", "-pk")
    )


def presented(reactions: Iterable[Reaction], user: User) -> list[OwnReaction]:
    """Return these reactions with what the person may see and do, in one more query.

    The title of an article that is reserved, or withdrawn, is told to who may read it today only.
    """
    reactions = list(reactions)
    articles = {reaction.article_id for reaction in reactions}
    readable = set(
        Article.objects.visible_to(user).filter(pk__in=articles).values_list("pk", flat=True)
    )
    sees_reactions = can_read_reactions(user)
    return [
        OwnReaction(
            reaction,
            text=reaction_text.shown(reaction.body),
            article=reaction.article if reaction.article_id in readable else None,
            url=_url(reaction, sees_reactions) if reaction.article_id in readable else "",
            can_edit=reaction.article_id in readable and can_edit_reaction(user, reaction),
            can_delete=reaction.article_id in readable and can_delete_reaction(user, reaction),
        )
        for reaction in reactions
    ]


def _url(reaction: Reaction, sees_reactions: bool) -> str:
    return reaction.get_absolute_url() if sees_reactions else reaction.article.get_absolute_url()

"""A person's own reactions, as they are shown to that person: in every state, wherever they are."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from articles import reaction_text
from articles.models import Article, ModerationDecision, Reaction
from articles.models.moderation import TOLD
from articles.permissions import (
    can_appeal,
    can_delete_reaction,
    can_edit_reaction,
    can_read_reactions,
)
from members.models import User


@dataclass(frozen=True)
class OwnReaction:
    """A reaction; `article` is None, and `url` empty, where the person may no longer read it.

    `decisions` are those that its author is told of, the oldest first.
    """

    reaction: Reaction
    text: SafeString
    article: Article | None
    url: str
    can_edit: bool
    can_delete: bool
    decisions: Sequence[ModerationDecision]
    can_appeal: bool


def own_reactions(user: User) -> QuerySet[Reaction]:
    """Return all that this person wrote, the latest first."""
    return (
        Reaction.objects.filter(author=user)
        .select_related("article")
        .order_by("-created_at", "-pk")
    )


def presented(reactions: Iterable[Reaction], user: User) -> list[OwnReaction]:
    """Return these reactions with what the person may see and do, in two more queries.

    The title of an article that is reserved, or withdrawn, is told to who may read it today only.
    """
    reactions = list(reactions)
    articles = {reaction.article_id for reaction in reactions}
    readable = set(
        Article.objects.visible_to(user).filter(pk__in=articles).values_list("pk", flat=True)
    )
    sees_reactions = can_read_reactions(user)
    decisions = _decisions(reactions)
    return [
        OwnReaction(
            reaction,
            text=reaction_text.shown(reaction.body),
            article=reaction.article if reaction.article_id in readable else None,
            url=_url(reaction, sees_reactions) if reaction.article_id in readable else "",
            can_edit=reaction.article_id in readable and can_edit_reaction(user, reaction),
            can_delete=reaction.article_id in readable and can_delete_reaction(user, reaction),
            decisions=decisions[reaction.pk],
            can_appeal=any(
                can_appeal(user, reaction, last) for last in decisions[reaction.pk][-1:]
            ),
        )
        for reaction in reactions
    ]


def _url(reaction: Reaction, sees_reactions: bool) -> str:
    return reaction.get_absolute_url() if sees_reactions else reaction.article.get_absolute_url()


def _decisions(reactions: Sequence[Reaction]) -> dict[int, list[ModerationDecision]]:
    """Return what was decided of these, with the appeals, as their author is told of it."""
    found = defaultdict(list)
    told = ModerationDecision.objects.filter(reaction__in=reactions, verdict__in=TOLD)
    for decision in told.select_related("appeal", "answers_appeal").order_by("at", "pk"):
        found[decision.reaction_id].append(decision)
    return found

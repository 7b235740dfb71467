"""Who may write, publish, react and moderate; and what to say to who may not react."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from articles.models import Appeal, Article, ModerationDecision, Reaction, ReactionStatus, Revision
from members.models import Mandate, Role, Status
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


def moderators() -> frozenset[int]:
    """The accounts of those who moderate today, the secretary included."""
    roles = [Role.MODERATOR, Role.SECRETARY]
    running = Mandate.objects.running().filter(role__in=roles, user__is_active=True)
    return frozenset(running.values_list("user_id", flat=True))


def can_decide(user: Reader, reaction: Reaction, among: Collection[int] | None = None) -> bool:
    """A moderator, of what others wrote; of one's own words when nobody else moderates.

    `among`: the moderators of today, where many decisions are looked at together.
    """
    if not can_moderate(user):
        return False
    return not _is_own(user, reaction) or not _others(among, user.pk)


def can_flag(user: Reader, reaction: Reaction) -> bool:
    """Adherents, for what somebody else wrote and that they can read."""
    return Participation.of(user, reaction.article).may_flag(reaction)


def can_appeal(user: Reader, reaction: Reaction, decision: ModerationDecision) -> bool:
    """The author of words that this last decision hides, once: the answer is final."""
    return (
        _is_own(user, reaction)
        and is_adherent(user)
        and reaction.status == ReactionStatus.HIDDEN
        and decision.contested_by is None
        and not decision.is_final
    )


def can_answer_appeal(user: Reader, appeal: Appeal, among: Collection[int] | None = None) -> bool:
    """Another moderator than who decided; when there is no other, the secretary who decided.

    Never the author of the words.
    """
    decision = appeal.decision
    if not can_moderate(user) or _is_own(user, decision.reaction):
        return False
    if user.pk != decision.by_id:
        return True
    return holds_role(user, Role.SECRETARY) and not another_may_answer(decision, among)


def another_may_answer(decision: ModerationDecision, among: Collection[int] | None = None) -> bool:
    """Whether somebody else than who decided, and than who wrote, moderates today."""
    return bool(_others(among, decision.by_id, decision.reaction.author_id))


def can_read_reactions(user: Reader) -> bool:
    """Reactions reveal who is a member: adherents and moderators only."""
    return is_adherent(user) or can_moderate(user)


def can_react(user: Reader, article: Article) -> bool:
    """Adherents react to published articles, until an officer or time closes the reactions."""
    return is_adherent(user) and article.is_published and article.takes_reactions


def can_say_of(user: Reader, article: Article, reaction: Reaction | None = None) -> bool:
    """A word in one tap: of an article one may react to, or what somebody else published there."""
    taking_part = Participation.of(user, article)
    if reaction is None:
        return taking_part.reacts
    return reaction.article_id == article.pk and taking_part.may_say_of(reaction)


def can_edit_reaction(user: Reader, reaction: Reaction) -> bool:
    """Its author, while an adherent, within the edit window and while reactions are open."""
    return Participation.of(user, reaction.article).may_edit(reaction)


def can_delete_reaction(user: Reader, reaction: Reaction) -> bool:
    """Its author, while an adherent; a hidden one stays, as the evidence of its hiding."""
    return Participation.of(user, reaction.article).may_delete(reaction)


def can_answer(user: Reader, reaction: Reaction) -> bool:
    """Answers go one level deep, to a published reaction."""
    return Participation.of(user, reaction.article).may_answer(reaction)


@dataclass(frozen=True)
class Participation:
    """What one person may do in the exchange about one article, where many reactions are shown.

    The predicates of one reaction, above, ask the same.
    """

    person: int | None
    is_adherent: bool
    is_published: bool
    reacts: bool

    @classmethod
    def of(cls, user: Reader, article: Article) -> "Participation":
        return cls(user.pk, is_adherent(user), article.is_published, can_react(user, article))

    def wrote(self, reaction: Reaction) -> bool:
        return self.person is not None and reaction.author_id == self.person

    def may_say_of(self, reaction: Reaction) -> bool:
        return self.reacts and _is_out(reaction) and not self.wrote(reaction)

    def may_answer(self, reaction: Reaction) -> bool:
        return self.reacts and _is_out(reaction) and reaction.parent_id is None

    def may_edit(self, reaction: Reaction) -> bool:
        return self.wrote(reaction) and self.reacts and reaction.is_editable_at(timezone.now())

    def may_delete(self, reaction: Reaction) -> bool:
        return self.wrote(reaction) and self.is_adherent and reaction.is_readable

    def may_flag(self, reaction: Reaction) -> bool:
        return (
            self.is_adherent
            and self.is_published
            and _is_out(reaction)
            and not self.wrote(reaction)
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


def _is_out(reaction: Reaction) -> bool:
    return reaction.status == ReactionStatus.PUBLISHED


def _others(among: Collection[int] | None, *people: int | None) -> set[int]:
    return set(moderators() if among is None else among) - {*people}


def _is_own(user: Reader, reaction: Reaction) -> bool:
    return user.is_authenticated and reaction.author_id == user.pk

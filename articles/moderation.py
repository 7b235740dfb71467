"""Moderating: decide about a reaction, always with a reason; contest a decision; decide for good.

A decision is about exact words: whoever decides later than a change is told. Whoever is concerned
is told by mail, queued in the same transaction.
"""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from articles import emails
from articles.models import (
    Appeal,
    Flag,
    FlagReason,
    ModerationDecision,
    Reaction,
    ReactionStatus,
    Verdict,
)
from articles.models.moderation import TOLD
from articles.permissions import can_answer_appeal, can_appeal, can_decide, can_flag
from members.models import User

_STATUS = {Verdict.SHOW: ReactionStatus.PUBLISHED, Verdict.HIDE: ReactionStatus.HIDDEN}


class Outdated(PermissionDenied):
    """A reaction changed between its reading and the decision about it."""


@transaction.atomic
def flag(reaction: Reaction, by: User, reason: FlagReason, words: str = "") -> Flag:
    """Signal a reaction to the officers, once; return the first signal when it is sent twice.

    Raises PermissionDenied for who may not.
    """
    held = _held(reaction)
    if own := held.flags.filter(by=by).first():
        return own
    if not can_flag(by, held):
        raise PermissionDenied
    return Flag.objects.create(reaction=held, by=by, reason=reason, words=words)


@transaction.atomic
def decide(reaction: Reaction, officer: User, verdict: Verdict, reason: str) -> ModerationDecision:
    """Decide about the words that the officer has read; that answers an appeal, if one waits.

    Raises PermissionDenied for who may not, ValueError without a reason, and Outdated when the
    words or the state are no longer those of `reaction`.
    """
    if not reason.strip():
        raise ValueError("a moderation decision needs a reason")
    now = _held(reaction)
    appeal = waiting_appeal(now)
    if not (can_answer_appeal(officer, appeal) if appeal else can_decide(officer, now)):
        raise PermissionDenied
    if now.body != reaction.body or verdict not in possible_verdicts(now, appeal):
        raise Outdated
    decision = ModerationDecision.objects.create(
        reaction=now, verdict=verdict, reason=reason.strip(), by=officer
    )
    now.flags.filter(decision=None).update(decision=decision)
    now.status = _STATUS.get(verdict, now.status)
    now.to_read = False
    now.save(update_fields=["status", "to_read"])
    if appeal:
        appeal.answer = decision
        appeal.save(update_fields=["answer"])
    emails.tell_of_reaction(now)
    if verdict in TOLD and now.author_id != officer.pk:
        emails.tell_of_decision(decision)
    reaction.refresh_from_db()
    return decision


@transaction.atomic
def appeal(reaction: Reaction, author: User, words: str) -> Appeal:
    """Contest the decision that hides one's words. Raises PermissionDenied for who may not."""
    held = _held(reaction)
    decision = last_decision(held)
    if decision is None or not can_appeal(author, held, decision):
        raise PermissionDenied
    return Appeal.objects.create(decision=decision, words=words)


def last_decision(reaction: Reaction) -> ModerationDecision | None:
    """Return the decision that stands, with what was answered by it; None when there is none."""
    decisions = reaction.decisions.select_related("appeal", "answers_appeal")
    return decisions.order_by("-at", "-pk").first()


def waiting_appeal(reaction: Reaction) -> Appeal | None:
    appeals = Appeal.objects.filter(decision__reaction=reaction, answer=None)
    return appeals.select_related("decision__reaction").first()


def possible_verdicts(reaction: Reaction, appeal: Appeal | None) -> Sequence[Verdict]:
    """What may be decided of a reaction in this state; an answer to an appeal is final."""
    answered = Appeal.objects.filter(decision__reaction=reaction, answer__isnull=False)
    return verdicts(
        reaction.status,
        waits=reaction.to_read or reaction.flags.filter(decision=None).exists(),
        has_appeal=appeal is not None,
        is_final=answered.exists(),
    )


def verdicts(status: str, *, waits: bool, has_appeal: bool, is_final: bool) -> Sequence[Verdict]:
    """What may be decided in this state, by what happened before; each changes something."""
    match status:
        case ReactionStatus.PENDING:
            return (Verdict.SHOW, Verdict.HIDE)
        case ReactionStatus.PUBLISHED:
            keep, hide = (Verdict.KEEP,) if waits else (), () if is_final else (Verdict.HIDE,)
            return (*keep, *hide)
        case ReactionStatus.HIDDEN if has_appeal:
            return (Verdict.SHOW, Verdict.HIDE)
        case ReactionStatus.HIDDEN if not is_final:
            return (Verdict.SHOW,)
    return ()


def _held(reaction: Reaction) -> Reaction:
    reactions = Reaction.objects.select_for_update(of=("self",)).select_related("article")
    if (held := reactions.filter(pk=reaction.pk).first()) is None:
        raise Outdated
    return held

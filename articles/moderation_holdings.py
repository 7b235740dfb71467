"""What this app keeps of moderation about a person: as author, as who signals, as officer."""

from collections.abc import Iterator

from django.conf import settings

from articles.models import Flag, ModerationDecision
from articles.models.moderation import TOLD
from members.models import User
from members.personal_data import Holding, Row, in_words


def _decisions(user: User) -> Iterator[Row]:
    told = ModerationDecision.objects.filter(reaction__author=user, verdict__in=TOLD)
    for decision in told.select_related("appeal", "answers_appeal").order_by("at", "pk"):
        appeal = decision.contested_by
        yield {
            "at": decision.at,
            "verdict": str(decision.get_verdict_display()),
            "reason": decision.reason,
            "is_final": decision.is_final,
            "appealed_at": appeal.at if appeal else None,
            "appeal": appeal.words if appeal else "",
        }


def _flags(user: User) -> Iterator[Row]:
    for flag in Flag.objects.filter(by=user).select_related("decision"):
        yield {
            "at": flag.at,
            "reason": str(flag.get_reason_display()),
            "words": flag.words,
            "settled_at": flag.decision.at if flag.decision else None,
        }


def _forget_flags(user: User, erase_words: bool) -> None:
    """Leave that somebody signalled it, and why, without their own words."""
    Flag.objects.filter(by=user).update(words="")


def _moderated(user: User) -> Iterator[Row]:
    for decision in ModerationDecision.objects.filter(by=user):
        yield {"at": decision.at, "state": str(decision.get_verdict_display())}


HOLDINGS = [
    Holding(
        name="decisions",
        title="Les décisions sur vos réactions, et vos recours",
        purpose="Que vous sachiez ce qui a été décidé et pourquoi, et puissiez le contester.",
        kept="Tant que la réaction existe. Le motif et votre recours sont effacés avec votre "
        "compte.",
        fields={
            "at": "Quand",
            "verdict": "Décision",
            "reason": "Motif",
            "is_final": "Définitive, après un recours",
            "appealed_at": "Votre recours",
            "appeal": "Ce que vous y disiez",
        },
        export=_decisions,
        rank=1,
    ),
    Holding(
        name="flags",
        title="Les réactions que vous avez signalées",
        purpose="Que la modération les relise. Votre nom n’est montré à personne ; il est gardé "
        "pour qu’un signalement compte une fois par personne.",
        kept=f"{in_words(settings.RETENTION_FLAG_DAYS).capitalize()} après la décision. En "
        "quittant le site, vos précisions et votre nom sont effacés.",
        fields={
            "at": "Quand",
            "reason": "Motif",
            "words": "Vos précisions",
            "settled_at": "Décision de la modération",
        },
        export=_flags,
        answers_for=frozenset({"articles.Flag.by"}),
        forget=_forget_flags,
        rank=1,
    ),
    Holding(
        name="moderated",
        title="Vos décisions de modération",
        purpose="Que le bureau sache qui a masqué ou remontré une réaction.",
        kept="Tant que votre compte existe : les décisions restent ensuite, sans votre nom.",
        fields={"at": "Quand", "state": "Décision"},
        export=_moderated,
        answers_for=frozenset({"articles.ModerationDecision.by"}),
        rank=3,
    ),
]

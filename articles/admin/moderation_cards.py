"""A reaction as a moderator reads it, with all that helps to decide, and the form that decides."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.safestring import SafeString

from articles import moderation, reaction_text
from articles.models import Appeal, Flag, ModerationDecision, Reaction, ReactionStatus, Verdict
from articles.permissions import can_answer_appeal, can_decide, moderators
from articles.threads import Earlier, earlier_wordings
from members.models import User

WAITS_FOR = {1: "recours", 2: "signalée", 3: "en attente", 4: "première réaction"}
CHANGED = (
    "Cette réaction a été modifiée pendant votre lecture, ou signalée une fois de plus : "
    "relisez-la, puis décidez."
)


class DecisionForm(forms.Form):
    """What is decided of one reaction, and why. `seen` tells which words and signals were read."""

    LABELS = {
        Verdict.KEEP: "La laisser en place",
        Verdict.SHOW: "La montrer",
        Verdict.HIDE: "La masquer",
    }

    decision = forms.ChoiceField(
        label="Décision",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que devient la réaction."},
    )
    moderation_reason = forms.CharField(
        label="Motif",
        max_length=ModerationDecision.REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Gardé avec la décision. La personne qui a écrit la réaction peut le lire : n’y "
        "nommez personne d’autre.",
        error_messages={"required": "Donnez le motif de la décision : il est gardé avec elle."},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reaction = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        reaction: Reaction,
        flags: Iterable[Flag],
        verdicts: Iterable[Verdict],
        data: QueryDict | None = None,
    ) -> None:
        """Offer only what may be decided; each decision needs its own reason."""
        self.reaction_key = reaction.pk
        read = [reaction.body, *sorted(str(flag.pk) for flag in flags)]
        self.mark = hashlib.sha256("\0".join(read).encode()).hexdigest()
        super().__init__(
            data,
            auto_id=f"id_{reaction.pk}_%s",
            initial={"seen": self.mark, "reaction": reaction.pk},
        )
        decision = self.fields["decision"]
        assert isinstance(decision, forms.ChoiceField)  # noqa: S101  for the type checker
        decision.choices = [(verdict, self.LABELS[verdict]) for verdict in verdicts]

    def clean(self) -> dict[str, Any]:
        """Refuse a decision about anything else than what was read."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("seen") not in {"", self.mark}:
            # Shown again with what there is to read now: the next decision is about that.
            data = QueryDict(mutable=True)
            data.update(self.data)
            data["seen"] = self.mark
            self.data = data
            raise forms.ValidationError(CHANGED)
        return cleaned


@dataclass
class Card:
    """A reaction as a moderator reads it. `form` is None for who may not decide of it."""

    reaction: Reaction
    text: SafeString
    parent_text: SafeString
    earlier: Sequence[Earlier]
    flags: Sequence[Flag]
    decisions: Sequence[ModerationDecision]
    appeal: Appeal | None
    waits_for: str
    form: DecisionForm | None


def cards(reactions: Sequence[Reaction], officer: User, tried: DecisionForm | None) -> list[Card]:
    """Gather what helps to decide, in as many queries for one reaction as for many."""
    about = Q(reaction__in=[reaction.pk for reaction in reactions])
    earlier, flags, decisions = earlier_wordings(about), _flags(about), _decisions(about)
    among = moderators()
    found = []
    for reaction in reactions:
        history = decisions[reaction.pk]
        for decision in history:
            decision.reaction = reaction
        appeal = _waiting_appeal(history)
        may = (
            can_answer_appeal(officer, appeal, among)
            if appeal
            else can_decide(officer, reaction, among)
        )
        form = _form(reaction, flags[reaction.pk], history, appeal) if may else None
        if form and tried and tried.reaction_key == reaction.pk:
            form = tried
        found.append(
            Card(
                reaction,
                text=reaction_text.shown(reaction.body),
                parent_text=reaction_text.shown(_readable_parent(reaction)),
                earlier=earlier.get(reaction.pk, ()),
                flags=flags[reaction.pk],
                decisions=history,
                appeal=appeal,
                waits_for=WAITS_FOR.get(getattr(reaction, "waits_for", 0), ""),
                form=form,
            )
        )
    return found


def _flags(about: Q) -> defaultdict[int, list[Flag]]:
    found = defaultdict(list)
    for flag in Flag.objects.filter(about).order_by("at", "pk"):
        found[flag.reaction_id].append(flag)
    return found


def _decisions(about: Q) -> defaultdict[int, list[ModerationDecision]]:
    found = defaultdict(list)
    decided = ModerationDecision.objects.filter(about).order_by("at", "pk")
    for decision in decided.select_related("by", "appeal", "answers_appeal"):
        found[decision.reaction_id].append(decision)
    return found


def _waiting_appeal(history: Iterable[ModerationDecision]) -> Appeal | None:
    appeals = (decision.contested_by for decision in history)
    return next((appeal for appeal in appeals if appeal and appeal.answer_id is None), None)


def _form(
    reaction: Reaction,
    flags: Sequence[Flag],
    history: Iterable[ModerationDecision],
    appeal: Appeal | None,
) -> DecisionForm | None:
    """Offer what may be decided now, if anything may."""
    verdicts = moderation.verdicts(
        reaction.status,
        waits=reaction.to_read or any(not flag.decision_id for flag in flags),
        has_appeal=appeal is not None,
        is_final=any(decision.is_final for decision in history),
    )
    return DecisionForm(reaction, flags, verdicts) if verdicts else None


def _readable_parent(reaction: Reaction) -> str:
    parent = reaction.parent
    return parent.body if parent and parent.status == ReactionStatus.PUBLISHED else ""

"""The moderators' desk: what waits to be read, with all that helps to decide."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from articles import moderation, reaction_text
from articles.models import Appeal, Flag, ModerationDecision, Reaction, ReactionStatus, Verdict
from articles.permissions import can_answer_appeal, can_decide, can_moderate, moderators
from articles.threads import Earlier, earlier_wordings
from cgtdouanes.officers.desk import DeskAdmin
from cgtdouanes.officers.read_only import FixedList
from members.models import User
from members.permissions import signed_in

PER_PAGE = 10
WAITS_FOR = {1: "recours", 2: "signalée", 3: "en attente", 4: "première réaction"}
SAID = {
    Verdict.SHOW: "La réaction est montrée.",
    Verdict.HIDE: "La réaction est masquée.",
    Verdict.KEEP: "La réaction reste en place.",
}
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


@admin.register(Reaction)
class ReactionAdmin(FixedList, DeskAdmin):
    list_display = ["excerpt", "status", "created_at", "author_name", "on"]
    list_select_related = ["author", "article"]
    list_filter = ["status", "created_at"]
    ordering = ["-created_at", "-pk"]
    show_full_result_count = False
    search_fields = ["body", "article__title"]
    finds_first_only = True
    actions = None

    @admin.display(description="réaction")
    def excerpt(self, reaction: Reaction) -> str:
        return Truncator(reaction.body).chars(70) or f"({reaction.get_status_display()})"

    @admin.display(description="article")
    def on(self, reaction: Reaction) -> str:
        return Truncator(reaction.article.title).chars(40)

    @admin.display(description="de")
    def author_name(self, reaction: Reaction) -> str:
        return reaction.author_name

    def get_urls(self) -> list[URLPattern]:
        queue = self.admin_site.admin_view(self.queue)
        return [path("a-moderer/", queue, name="articles_reaction_queue"), *super().get_urls()]

    def queue(self, request: HttpRequest) -> HttpResponse:
        """Show what waits for a moderator, and decide without leaving the page."""
        if not can_moderate(request.user):
            raise PermissionDenied
        decided, tried = self._decide(request, request.POST.get("reaction", ""))
        if decided:
            return redirect("admin:articles_reaction_queue")
        waiting = _complete(Reaction.objects.to_moderate())
        page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
        context = {"title": "Réactions à modérer", "page_obj": page, "is_queue": True}
        return self._render(request, page.object_list, tried, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one reaction, whether it waits or not."""
        if not can_moderate(request.user):
            raise PermissionDenied
        decided, tried = self._decide(request, object_id)
        if decided:
            return redirect("admin:articles_reaction_changelist")
        reactions = _complete(Reaction.objects.filter(pk=_key(object_id)))
        if not (found := list(reactions)):
            raise Http404
        context = {"title": "Réaction", "page_obj": None, "is_queue": False}
        return self._render(request, found, tried, context)

    def _decide(self, request: HttpRequest, key: str) -> tuple[bool, DecisionForm | None]:
        """Carry out what was posted; return whether it was, or the form to complete."""
        if request.method != "POST":
            return False, None
        reactions = Reaction.objects.select_related("article")
        reaction = get_object_or_404(reactions, pk=_key(key))
        verdicts = moderation.possible_verdicts(reaction, moderation.waiting_appeal(reaction))
        form = DecisionForm(reaction, reaction.flags.all(), verdicts, request.POST)
        if not form.is_valid():
            return False, form
        verdict = Verdict(form.cleaned_data["decision"])
        reason = form.cleaned_data["moderation_reason"]
        try:
            decision = moderation.decide(reaction, signed_in(request), verdict, reason)
        except moderation.Outdated:
            form.add_error(None, CHANGED)
            return False, form
        self.log_change(request, reaction, f"Décision : {decision.get_verdict_display()}.")
        messages.success(request, SAID[verdict])
        return True, None

    def _render(
        self,
        request: HttpRequest,
        reactions: Iterable[Reaction],
        tried: DecisionForm | None,
        context: dict[str, Any],
    ) -> HttpResponse:
        context |= {
            "opts": self.opts,
            "cards": _cards(list(reactions), signed_in(request), tried),
            **self.admin_site.each_context(request),
        }
        return TemplateResponse(request, "admin/articles/moderation.html", context)


def _key(typed: str) -> int:
    """The number of a row; one that no row has, for anything else."""
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


def _complete(reactions: Any) -> Any:
    return reactions.select_related("author", "article", "parent__author")


def _cards(reactions: Sequence[Reaction], officer: User, tried: DecisionForm | None) -> list[Card]:
    """Gather what helps to decide, in as many queries for one reaction as for many."""
    about = Q(reaction__in=[reaction.pk for reaction in reactions])
    earlier = earlier_wordings(about)
    flags, decisions = defaultdict(list), defaultdict(list)
    for flag in Flag.objects.filter(about).order_by("at", "pk"):
        flags[flag.reaction_id].append(flag)
    decided = ModerationDecision.objects.filter(about).order_by("at", "pk")
    for decision in decided.select_related("by", "appeal", "answers_appeal"):
        decisions[decision.reaction_id].append(decision)
    among = moderators()
    found = []
    for reaction in reactions:
        history = decisions[reaction.pk]
        for decision in history:
            decision.reaction = reaction
        appeal = next(
            (
                each.contested_by
                for each in history
                if each.contested_by and each.contested_by.answer_id is None
            ),
            None,
        )
        may = (
            can_answer_appeal(officer, appeal, among)
            if appeal
            else can_decide(officer, reaction, among)
        )
        verdicts = moderation.verdicts(
            reaction.status,
            waits=reaction.to_read or any(not each.decision_id for each in flags[reaction.pk]),
            has_appeal=appeal is not None,
            is_final=any(each.is_final for each in history),
        )
        form = DecisionForm(reaction, flags[reaction.pk], verdicts) if may and verdicts else None
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


def _readable_parent(reaction: Reaction) -> str:
    parent = reaction.parent
    return parent.body if parent and parent.status == ReactionStatus.PUBLISHED else ""

"""« Noter les suites »: after a meeting, what became of each demand, and what was said anew."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from meetings import services
from meetings.admin.fields import PointChoice, ThemeInput, themes
from meetings.models import (
    AgendaItem,
    Commitment,
    Demand,
    DemandState,
    DemandStep,
    Meeting,
)
from meetings.permissions import can_keep_record
from members.models import User
from members.permissions import signed_in

MANY_ROWS = 50


class AnswerForm(forms.ModelForm):
    """What became of one demand at this meeting; empty when it did not come up."""

    class Meta:
        model = DemandStep
        fields = ["state", "answer", "quote"]
        labels = {"state": "Ce qu’elle est devenue"}
        widgets = {
            "answer": forms.Textarea(attrs={"rows": 2}),
            "quote": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        optional: dict[str, Any] = {"empty_permitted": True, "use_required_attribute": False}
        super().__init__(*args, **kwargs | optional)
        state = self.fields["state"]
        assert isinstance(state, forms.ChoiceField)  # noqa: S101  for the type checker
        state.choices = [("", "Pas abordée, ou rien à ajouter"), *DemandState.choices]
        state.error_messages["required"] = (
            "Choisissez ce qu’elle est devenue, pour que la réponse soit gardée."
        )


class NewDemandForm(forms.ModelForm):
    """A demand raised at this meeting."""

    agenda_item = PointChoice(
        AgendaItem.objects.none(),
        label="Au point",
        required=False,
        empty_label="aucun point en particulier",
    )

    class Meta:
        model = Demand
        fields = ["title", "theme", "text", "visibility"]
        widgets = {"theme": ThemeInput(), "text": forms.Textarea(attrs={"rows": 2})}

    field_order = ["title", "theme", "text", "agenda_item", "visibility"]

    def __init__(self, *args: Any, points: QuerySet[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "agenda_item", points)


class NewCommitmentForm(forms.ModelForm):
    """A commitment that the administration made at this meeting."""

    class Meta:
        model = Commitment
        fields = ["agenda_item", "wording", "made_by", "due_on", "demand"]
        field_classes = {"agenda_item": PointChoice}
        labels = {"agenda_item": "Au point"}
        widgets = {
            "wording": forms.Textarea(attrs={"rows": 2}),
            "due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    def __init__(
        self,
        *args: Any,
        points: QuerySet[AgendaItem],
        demands: QuerySet[Demand],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agenda_item"].help_text = ""
        _offer(self, "agenda_item", points)
        _offer(self, "demand", demands)


NewDemandFormSet = formset_factory(NewDemandForm, extra=2, max_num=MANY_ROWS)
NewCommitmentFormSet = formset_factory(NewCommitmentForm, extra=2, max_num=MANY_ROWS)


@dataclass(frozen=True)
class CameUp:
    """A demand of this meeting, where it stood on the agenda, what is noted, and the form."""

    demand: Demand
    agenda_item: AgendaItem | None
    steps: list[DemandStep]
    form: AnswerForm


class AfterMeeting:
    """All the forms of the page, that are saved together or not at all."""

    def __init__(self, meeting: Meeting, officer: User, data: Any = None) -> None:
        self.meeting = meeting
        self.officer = officer
        items = AgendaItem.objects.visible_to(officer).filter(meeting=meeting).with_origin()
        self.points = items.in_outline()
        self.came_up = self._came_up(data)
        commitments = Commitment.objects.visible_to(officer).filter(agenda_item__meeting=meeting)
        self.promised = commitments.order_by("pk")
        demands = Demand.objects.visible_to(officer).filter(
            pk__in=[each.demand.pk for each in self.came_up]
        )
        self.demands = NewDemandFormSet(data, prefix="demands", form_kwargs={"points": self.points})
        self.commitments = NewCommitmentFormSet(
            data,
            prefix="commitments",
            form_kwargs={"points": self.points, "demands": demands.order_by("reference")},
        )

    def is_valid(self) -> bool:
        """Ask every form, so that the page shows all that is wrong at once."""
        answers = [each.form.is_valid() for each in self.came_up]
        return all([*answers, self.demands.is_valid(), self.commitments.is_valid()])

    @transaction.atomic
    def save(self) -> int:
        """Record what was filled in, and return how many things are new."""
        recorded: list[tuple[Model, Model]] = [
            (each.form.instance, services.record_step(each.form.instance, self.officer))
            for each in self.came_up
            if each.form.has_changed()
        ]
        for form in _filled(self.demands):
            demand, item = form.instance, form.cleaned_data["agenda_item"]
            demand.raised_on = self.meeting.day
            first = services.raise_demand(demand, self.officer, self.meeting, item)
            recorded.append((demand, first))
        for form in _filled(self.commitments):
            commitment = form.instance
            commitment.state_on = self.meeting.day
            recorded.append((commitment, services.record_commitment(commitment, self.officer)))
        return sum(typed is first for typed, first in recorded)

    def _came_up(self, data: Any) -> list[CameUp]:
        """The demands on the agenda in its order, then those that only have a step here."""
        steps = (
            DemandStep.objects.visible_to(self.officer)
            .filter(meeting=self.meeting)
            .effective()
            .select_related("demand", "agenda_item")
        )
        noted: dict[int, list[DemandStep]] = {}
        where: dict[int, tuple[Demand, AgendaItem | None]] = {}
        for item in self.points:
            if item.demand:
                where.setdefault(item.demand.pk, (item.demand, item))
        for step in steps:
            where.setdefault(step.demand_id, (step.demand, step.agenda_item))
            noted.setdefault(step.demand_id, []).append(step)
        return [
            CameUp(
                demand,
                item,
                noted.get(pk, []),
                AnswerForm(
                    data,
                    prefix=f"demand-{pk}",
                    instance=DemandStep(demand=demand, meeting=self.meeting, agenda_item=item),
                ),
            )
            for pk, (demand, item) in where.items()
        ]


def after_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what came up at the meeting, and record what the officer notes of it."""
    if not can_keep_record(request.user):
        raise PermissionDenied
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    if not meeting.has_begun:
        messages.warning(request, "Cette réunion n’a pas encore eu lieu : ses suites viendront.")
        return redirect("admin:meetings_meeting_change", pk)
    page = AfterMeeting(meeting, signed_in(request), request.POST or None)
    if request.method == "POST" and page.is_valid():
        if count := page.save():
            words = "Une suite est notée." if count == 1 else f"{count} suites sont notées."
            messages.success(request, words)
        else:
            messages.info(request, "Il n’y avait rien de nouveau à noter.")
        return redirect("admin:meetings_meeting_after", pk)
    context = admin.site.each_context(request) | {
        "title": "Noter les suites",
        "opts": Meeting._meta,
        "meeting": meeting,
        "page": page,
        "refused": request.method == "POST",
        "commitments_taken_up": [point for point in page.points if point.commitment],
        "themes": themes(),
    }
    return render(request, "admin/meetings/after_meeting.html", context)


def _offer(form: forms.ModelForm, name: str, queryset: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  for the type checker
    field.queryset = queryset


def _filled(formset: BaseFormSet) -> list[Any]:
    return [form for form in formset.forms if form.has_changed()]

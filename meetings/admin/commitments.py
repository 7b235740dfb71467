"""The officers' desk for the administration's commitments, what is overdue first."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cgtdouanes.text.typography import french_date
from meetings.admin.fields import AgendaItemChoice, PlainLists
from meetings.admin.journal import JournalledAdmin
from meetings.models import AgendaItem, Commitment, CommitmentState


class Overdue(admin.SimpleListFilter):
    title = "retard"
    parameter_name = "retard"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "En retard"), ("a-tenir", "Restant à tenir")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "oui":
                return queryset.overdue()
            case "a-tenir":
                return queryset.pending()
        return queryset


class CommitmentForm(forms.ModelForm):
    """A commitment; the day of its state is found when it is left empty."""

    class Meta:
        model = Commitment
        exclude = ()  # noqa: DJ006  the admin's fieldsets list the fields shown
        help_texts = {
            "state_on": "Vide : le jour de la réunion ; et quand l’état change, aujourd’hui."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if state_on := self.fields.get("state_on"):
            state_on.required = False
        if self.instance._state.adding:
            self.initial["state_on"] = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "state_on" in cleaned and not cleaned["state_on"]:
            cleaned["state_on"] = self._day(cleaned)
        if cleaned.get("superseded_by") and cleaned.get("state") != CommitmentState.SUPERSEDED:
            self.add_error("state", "Choisissez « remplacé », ou videz « remplacé par ».")
        return cleaned

    def _day(self, cleaned: dict[str, Any]) -> date:
        today = timezone.localdate()
        item = cleaned.get("agenda_item")
        if self.instance._state.adding and item:
            return min(today, item.meeting.day)
        return today if "state" in self.changed_data else self.initial["state_on"]


@admin.register(Commitment)
class CommitmentAdmin(PlainLists, JournalledAdmin):
    add_title = "Nouvel engagement de l’administration"
    form = CommitmentForm
    list_display = ["words", "made_by", "due", "state", "state_on"]
    list_filter = [Overdue, "state"]
    search_fields = ["wording", "made_by", "demand__reference", "agenda_item__meeting__title"]
    autocomplete_fields = ["agenda_item", "demand", "proof_document", "superseded_by"]
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}}
    readonly_fields = ["on_agendas"]
    fieldsets = [
        ("Ce qui a été dit", {"fields": ["agenda_item", "wording", "made_by", "due_on", "demand"]}),
        (
            "Ce que c’est devenu",
            {"fields": ["state", "state_on", "proof", "proof_document", "superseded_by"]},
        ),
    ]

    @admin.display(description="mots exacts", ordering="wording")
    def words(self, commitment: Commitment) -> str:
        return str(commitment)

    @admin.display(description="échéance", ordering="due_on")
    def due(self, commitment: Commitment) -> SafeString | str:
        if not commitment.due_on:
            return ""
        day = french_date(commitment.due_on)
        days = commitment.days_overdue
        late = f"en retard de {days} jour{'s' if days > 1 else ''}"
        return format_html('{} <b class="late">{}</b>', day, late) if days else day

    @admin.display(description="repris à l’ordre du jour de")
    def on_agendas(self, commitment: Commitment) -> SafeString:
        points = commitment.agenda_items.select_related("meeting").order_by("meeting__starts_at")
        links = (
            (reverse("admin:meetings_meeting_change", args=[point.meeting_id]), point.meeting)
            for point in points
        )
        return format_html(
            "<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a></li>', links)
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commitment]:
        return Commitment.objects.visible_to(request.user).by_urgency()

    def get_ordering(self, request: HttpRequest) -> Any:
        """The most urgent first, unless the officer asks for another column."""
        return ["urgency", F("due_on").asc(nulls_last=True), "-pk"]

    def get_fieldsets(self, request: HttpRequest, obj: Commitment | None = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        if obj and obj.agenda_items.exists():
            fieldsets.append(("Où il est repris", {"fields": ["on_agendas"]}))
        return fieldsets

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "agenda_item":
            items = AgendaItem.objects.visible_to(request.user).with_origin()
            kwargs |= {
                "queryset": items.select_related("meeting"),
                "form_class": AgendaItemChoice,
            }
        if db_field.name == "superseded_by":
            kwargs["queryset"] = Commitment.objects.visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

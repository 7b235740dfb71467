"""The agenda of a meeting as the officers type it and put it in order."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest

from meetings.models import AgendaItem, Meeting

COMPACT_TEXT: dict[Any, dict[str, Any]] = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}
}


class AgendaItemForm(forms.ModelForm):
    position = forms.IntegerField(
        label="Ordre",
        required=False,
        min_value=0,
        max_value=999,
        help_text="Vide : dans l’ordre de la saisie.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.position:
            self.initial["position"] = None

    def clean_position(self) -> int:
        return self.cleaned_data["position"] or self.instance.position


class AgendaFormSet(BaseInlineFormSet):
    """Number the items in the order in which they were typed, where the officer gave no number."""

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> AgendaItem:
        if not form.instance.position:
            form.instance.position = self.forms.index(form) + 1
        return super().save_new(form, commit)


class AgendaItemInline(admin.StackedInline):
    model = AgendaItem
    formset = AgendaFormSet
    form = AgendaItemForm
    fields = [
        "title",
        "presented",
        "discussion",
        "outcome_kind",
        "outcome",
        ("parent", "position"),
    ]
    formfield_overrides = COMPACT_TEXT
    verbose_name = "point"
    verbose_name_plural = "ordre du jour"

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgendaItem]:
        """In reading order: each item, then its sub-items."""
        return AgendaItem.objects.in_outline()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A sub-item goes under an item of the same meeting."""
        if db_field.name == "parent" and request.resolver_match:
            meeting = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = AgendaItem.objects.filter(meeting=meeting, parent=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_extra(self, request: HttpRequest, obj: Meeting | None = None, **kwargs: Any) -> int:
        return 1 if obj else 4

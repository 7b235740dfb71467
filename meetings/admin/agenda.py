"""The agenda of a meeting, on the page of the meeting at the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.forms.widgets import Script
from django.http import HttpRequest

from cgtdouanes.officers.read_only import WithoutPages
from meetings.admin.agenda_forms import AgendaFormSet, AgendaItemForm
from meetings.admin.fields import describe
from meetings.models import AgendaItem, Meeting

COMPACT_TEXT: dict[Any, dict[str, Any]] = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 2})}
}


class AgendaItemInline(admin.StackedInline):
    model = AgendaItem
    formset = AgendaFormSet
    form = AgendaItemForm
    template = "admin/meetings/agenda_inline.html"
    fields = ["position", "title", "presented", "discussion", "outcome_kind", "outcome", "sub"]
    formfield_overrides = COMPACT_TEXT
    verbose_name = "point"
    verbose_name_plural = "ordre du jour"

    class Media:
        js = [Script("js/formset.js", type="module"), Script("js/agenda.js", type="module")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgendaItem]:
        """In reading order: each item, then its sub-items."""
        items = AgendaItem.objects.visible_to(request.user).with_origin().in_outline()
        return items.select_related("commitment__agenda_item__meeting", "takes_up__meeting")

    def get_formset(self, request: HttpRequest, obj: Meeting | None = None, **kwargs: Any) -> Any:
        """Leave out Django's word about what cannot be deleted: the formset has a better one."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.hand_clean_DELETE = lambda form: None
        return formset

    def get_extra(self, request: HttpRequest, obj: Meeting | None = None, **kwargs: Any) -> int:
        return 1 if obj else 4


@admin.register(AgendaItem)
class AgendaItemAdmin(WithoutPages):
    search_fields = [
        "title",
        "demand__title",
        "demand__reference",
        "commitment__wording",
        "takes_up__title",
        "meeting__title",
    ]
    ordering = ["-meeting__starts_at", "position", "pk"]

    autocomplete_label = staticmethod(describe)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AgendaItem]:
        items = AgendaItem.objects.visible_to(request.user).with_origin()
        return items.select_related("meeting").order_by(*self.ordering)

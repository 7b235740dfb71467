"""How the officers choose and date things at the desk of the record."""

from typing import Any

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Field
from django.forms import ModelChoiceField
from django.http import HttpRequest

from meetings.models import AgendaItem, Demand

NATIVE_DATE: Any = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class PlainLists(BaseModelAdmin):
    """Lists without the pencil, the cross and the eye, which lead away from what is typed."""

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class PointChoice(ModelChoiceField):
    """A point of one meeting, its sub-points set back."""

    def label_from_instance(self, obj: Any) -> str:
        return f"— {obj.heading}" if obj.parent_id else str(obj.heading)


class AgendaItemChoice(ModelChoiceField):
    """A point of any meeting: its heading alone would not tell which."""

    def label_from_instance(self, obj: Any) -> str:
        return describe(obj)


def describe(item: AgendaItem) -> str:
    """Name a point with its meeting."""
    return f"{item.heading} — {item.meeting}"


class ThemeInput(forms.TextInput):
    """A theme is free, and those in use are proposed: the page holds their list, `#themes`."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"list": "themes", "autocomplete": "off"} | (attrs or {}))


def themes() -> list[str]:
    """Return the themes in use, for the list."""
    return list(Demand.objects.order_by("theme").values_list("theme", flat=True).distinct())

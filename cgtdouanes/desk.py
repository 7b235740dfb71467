"""The admin pages of the officers' desk: their titles in the section's own words."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse


class DeskAdmin(admin.ModelAdmin):
    """A model's pages at the desk; `add_title` heads the form that makes a new one."""

    add_title = ""
    list_per_page = 50

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().add_view(
            request, form_url, {"title": self.add_title} | (extra_context or {})
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        title = str(self.opts.verbose_name).capitalize()
        return super().change_view(
            request, object_id, form_url, {"title": title} | (extra_context or {})
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Name the deletion in words that agree with every list, masculine or feminine."""
        actions = super().get_actions(request)
        if action := actions.get("delete_selected"):
            actions["delete_selected"] = (*action[:2], "Supprimer ce qui est coché")
        return actions

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Filter lists by what they offer only: any other question could tell who did what."""
        filters = (getattr(each, "parameter_name", each) for each in self.get_list_filter(request))
        offered = {*filters, self.date_hierarchy, "id"}
        return lookup.partition("__")[0] in offered and super().lookup_allowed(
            lookup, value, request
        )

    def note_suggestions(self, request: HttpRequest, suggestions: Iterable[Any]) -> None:
        """Called before a list that searches proposes these objects; nothing to do here."""

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> None:
        """Delete one by one: an object takes with it its files, and what is found of it."""
        for obj in queryset:
            obj.delete()

    def view_on_site(self, obj: Model) -> str | None:
        """Link straight to the object's page, where it has one."""
        page = getattr(obj, "get_absolute_url", None)
        return page() if page else None

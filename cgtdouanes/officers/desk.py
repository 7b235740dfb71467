"""The admin pages of the officers' desk: their titles in the section's own words."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from cgtdouanes.files.full_disk import kept_or_refused
from cgtdouanes.officers.once import AddsOnce
from cgtdouanes.paging import LongList
from cgtdouanes.text.typography import french

# In rows. Of what words are found in, keys up to this number are kept for the rest of the page.
MOST_FOUND = 1000
# In rows. Of a list that grows for ever, words are looked for in so many of the latest.
MOST_READ = 100_000
NOT_READ = (
    "Ces mots ont été cherchés dans les {} lignes les plus récentes. Pour chercher dans les "
    "autres, choisissez un filtre."
)
TOO_MANY = (
    "Ces mots sont dans trop de lignes : seules les {} premières sont ici. Ajoutez un mot, ou "
    "choisissez un filtre."
)


class DeskAdmin(AddsOnce):
    """A model's pages at the desk; `add_title` heads the form that makes a new one.

    With `finds_first_only`, words find no more than the first `MOST_FOUND` rows of the list. With
    `reads_latest_by`, the name of an indexed date, they are looked for in the latest `MOST_READ`.
    """

    add_title = ""
    finds_first_only = False
    reads_latest_by = ""
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

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Where no room is left for a file, show the form again with all that was typed."""
        view = super().changeform_view
        return kept_or_refused(request, lambda: view(request, object_id, form_url, extra_context))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        title = str(self.opts.verbose_name_plural).capitalize()
        return super().changelist_view(request, {"title": title} | (extra_context or {}))

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        *args: Any,
        **kwargs: Any,
    ) -> LongList:
        return LongList(queryset, per_page=per_page)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look for the words once: the list would again to count, to date and to show its rows."""
        if self.reads_latest_by and search_term.strip():
            queryset = self._latest(request, queryset)
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return found, may_repeat
        looked_for = found if self.finds_first_only else found.order_by()
        keys = list(looked_for.values_list("pk", flat=True)[: MOST_FOUND + 1])
        if len(keys) > MOST_FOUND and not self.finds_first_only:
            return found, may_repeat
        return queryset.filter(pk__in=keys[:MOST_FOUND]), False

    def _latest(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow a long list down to its latest rows, and say so."""
        by = self.reads_latest_by
        dates = queryset.order_by(f"-{by}").values_list(by, flat=True)
        if not (edge := list(dates[MOST_READ : MOST_READ + 1])):
            return queryset
        self.message_user(request, french(NOT_READ.format(f"{MOST_READ:,}".replace(",", " "))))
        return queryset.filter(**{f"{by}__gt": edge[0]})

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Say where there may be more than what is listed."""
        changes = super().get_changelist_instance(request)
        if self.finds_first_only and changes.query and changes.result_count == MOST_FOUND:
            self.message_user(request, TOO_MANY.format(MOST_FOUND))
        return changes

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

"""Desks that name members: whatever an officer sees or changes there is recorded first."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from members.admin.history import HistoryAdmin
from members.audit import record
from members.models import Action, AuditEntry, Subject
from members.permissions import signed_in


class AuditedAdmin(HistoryAdmin):
    """A desk whose every page leaves an entry in the audit, the superuser's too."""

    audited: ClassVar[Subject]

    def record(
        self, request: HttpRequest, action: Action, keys: Iterable[int], count: int | None = None
    ) -> None:
        record(signed_in(request), action, self.audited, keys, count=count)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Record the rows of the page shown, and how many there are in all."""
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context:
            shown = context["cl"]
            action = Action.SEARCH if shown.query else Action.LIST
            keys = [row.pk for row in shown.result_list]
            self.record(request, action, keys, count=shown.result_count)
        elif "queryset" in context:
            self.record(request, Action.VIEW, [row.pk for row in context["queryset"]])
        return response

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        response = super().change_view(request, object_id, form_url, extra_context)
        return self.shown(request, object_id, response, Action.VIEW)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().delete_view(request, object_id, extra_context)
        return self.shown(request, object_id, response, Action.VIEW)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        return self.shown(request, object_id, response, Action.HISTORY)

    def accesses_to(self, obj: Any) -> Iterable[AuditEntry]:
        entries = AuditEntry.objects.about(self.audited, obj.pk).select_related("officer")
        return entries[: self.list_per_page]

    def note_suggestions(self, request: HttpRequest, suggestions: Iterable[Any]) -> None:
        self.record(request, Action.SUGGESTION, [row.pk for row in suggestions])

    def response_action(self, *args: Any, **kwargs: Any) -> Any:
        """Carry out an action on several rows, and record it, together."""
        with transaction.atomic():
            return super().response_action(*args, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.record(request, Action.ADDITION, [obj.pk])

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        if message:
            self.record(request, Action.CHANGE, [obj.pk])

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        self.record(request, Action.DELETION, [row.pk for row in queryset])

    def shown(
        self, request: HttpRequest, object_id: str, response: HttpResponse, action: Action
    ) -> HttpResponse:
        """Record one row where a page answers; what is done answers by leading elsewhere."""
        if isinstance(response, TemplateResponse):
            self.record(request, action, [int(unquote(object_id))])
        return response

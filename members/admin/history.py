"""The history of what the desk keeps about people, for the secretary."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from cgtdouanes.officers.desk import DeskAdmin
from members.changes import told
from members.models import AuditEntry
from members.permissions import can_read_audit


class HistoryAdmin(DeskAdmin):
    """A desk with a history, but without Django's log, which repeats names.

    `keeps_values`: former values are kept, and shown. `has_history`: there is something to tell.
    """

    has_history = True
    keeps_values = True

    def accesses_to(self, obj: Any) -> Iterable[AuditEntry] | None:
        """Return the latest accesses to an object, None where they are not recorded."""
        return None

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the changes of one object, before and after."""
        if not self.may_read_history(request):
            raise PermissionDenied
        about = self.get_object(request, unquote(object_id))
        if about is None:
            raise Http404
        context = {
            "about": about,
            "keeps_values": self.keeps_values,
            "entries": told(about.history.all()) if self.keeps_values else [],
            "accesses": self.accesses_to(about),
        }
        return self.history_page(request, f"Historique : {about}", context)

    def may_read_history(self, request: HttpRequest) -> bool:
        return self.has_history and can_read_audit(request.user)

    def history_page(
        self, request: HttpRequest, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        """Return the page of these entries; several objects are told together without `about`."""
        whole = {
            **admin.site.each_context(request),
            "title": title,
            "opts": self.opts,
            "about": None,
            "keeps_values": True,
            "accesses": None,
        }
        return TemplateResponse(request, "admin/members/history.html", whole | context)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        context["reads_audit"] = self.may_read_history(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write what changed: a form sent back as it was leaves no trace in the history."""
        if form.has_changed() or not change:
            super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return None

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        return None

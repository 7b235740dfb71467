"""The mandates of the officers, on their desk."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone

from members.admin.history import HistoryAdmin
from members.changes import told
from members.models import Mandate
from members.permissions import can_read_audit


class RunningFilter(admin.SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("en-cours", "en cours"), ("a-venir", "à venir"), ("fini", "fini")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mandate]) -> Any:
        today = timezone.localdate()
        match self.value():
            case "en-cours":
                return queryset & Mandate.objects.running(today)
            case "a-venir":
                return queryset.filter(starts_on__gt=today)
            case "fini":
                return queryset.filter(ends_on__lt=today)
        return queryset


@admin.register(Mandate)
class MandateAdmin(HistoryAdmin):
    """Mandates. Ending one takes its rights away at midnight.

    The history of all of them together also tells of those that were deleted.
    """

    add_title = "Nouveau mandat"
    list_display = ["user", "role", "starts_on", "ends_on"]
    list_select_related = ["user"]
    list_filter = [RunningFilter, "role"]
    search_fields = ["user__email", "user__display_name"]
    autocomplete_fields = ["user"]

    def get_urls(self) -> list[URLPattern]:
        history = path(
            "historique/",
            self.admin_site.admin_view(self.whole_history),
            name="members_mandate_whole_history",
        )
        return [history, *super().get_urls()]

    def whole_history(self, request: HttpRequest) -> HttpResponse:
        """Show the changes of all the mandates."""
        if not can_read_audit(request.user):
            raise PermissionDenied
        pages = Paginator(told(Mandate.history.all()), self.list_per_page)
        page = pages.get_page(request.GET.get("page"))
        return self.history_page(request, "Historique des mandats", {"entries": page})

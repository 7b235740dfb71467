"""The register of accesses, for the secretary: who saw or changed who belongs to the section."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from cgtdouanes.officers.desk import DeskAdmin
from cgtdouanes.officers.read_only import ReadOnly
from members.models import AuditEntry, Subject, User
from members.permissions import can_read_audit

_PAGES = {
    Subject.MEMBERSHIPS: "admin:members_membership_change",
    Subject.ACCOUNTS: "admin:members_user_change",
}
_ROWS_SHOWN = 200


class OfficerFilter(admin.SimpleListFilter):
    """Those who have left an entry; an account that is gone goes by its key."""

    title = "membre du bureau"
    parameter_name = "qui"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        keys = AuditEntry.objects.order_by().values_list("officer", flat=True).distinct()
        names = dict(User.objects.filter(pk__in=keys).values_list("pk", "email"))
        found = {key: names.get(key, f"compte supprimé n° {key}") for key in keys if key}
        return [(str(key), name) for key, name in sorted(found.items(), key=lambda item: item[1])]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> Any:
        chosen = self.value()
        if chosen not in {key for key, _ in self.lookup_choices}:
            return queryset
        return queryset.filter(officer=int(chosen))


@admin.register(AuditEntry)
class AuditAdmin(ReadOnly, DeskAdmin):
    """It names officers, and members by their keys alone."""

    list_display = ["moment", "action", "who", "subject", "count"]
    list_display_links = ["moment"]
    list_filter = [OfficerFilter, "action", "subject"]
    list_select_related = ["officer"]
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]
    sortable_by = ["moment"]
    fields = ["at", "who", "action", "subject", "count", "concerned"]
    readonly_fields = ["who", "concerned"]

    def has_view_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return can_read_audit(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return can_read_audit(request.user)

    @admin.display(description="quand", ordering="at")
    def moment(self, entry: AuditEntry) -> str:
        return f"{timezone.localtime(entry.at):%d/%m/%Y %H:%M}"

    @admin.display(description="qui")
    def who(self, entry: AuditEntry) -> str:
        return entry.who

    @admin.display(description="fiches concernées")
    def concerned(self, entry: AuditEntry) -> str:
        """Links to the rows, by their keys: following one is recorded in its turn."""
        keys = list(entry.rows.values_list("object_id", flat=True)[: _ROWS_SHOWN + 1])
        page = _PAGES[Subject(entry.subject)]
        links = format_html_join(
            ", ",
            '<a href="{}">n° {}</a>',
            ((reverse(page, args=[key]), key) for key in keys[:_ROWS_SHOWN]),
        )
        return format_html("{} …", links) if len(keys) > _ROWS_SHOWN else links or "aucune"

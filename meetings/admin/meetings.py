"""The officers' desk for meetings: one page a meeting, with its agenda in order."""

from django.contrib import admin

from cgtdouanes.desk import DeskAdmin
from meetings.admin.agenda import COMPACT_TEXT, AgendaItemInline
from meetings.models import Meeting


@admin.register(Meeting)
class MeetingAdmin(DeskAdmin):
    add_title = "Nouvelle réunion"
    list_display = ["title", "kind", "starts_at", "status", "visibility"]
    list_filter = ["kind", "status", "visibility"]
    date_hierarchy = "starts_at"
    search_fields = ["title", "place"]
    autocomplete_fields = ["follows"]
    prepopulated_fields = {"slug": ["title"]}
    formfield_overrides = COMPACT_TEXT
    inlines = [AgendaItemInline]
    fieldsets = [
        (None, {"fields": ["kind", "title", "slug", "status", "visibility"]}),
        ("Quand et où", {"fields": ["starts_at", "ends_at", "place"]}),
        ("Suite et délégation", {"fields": ["follows", "delegation"]}),
    ]

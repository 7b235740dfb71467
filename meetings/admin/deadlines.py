"""The secretary's desk for deadlines: how many days each kind of meeting leaves."""

from django.contrib import admin

from cgtdouanes.desk import DeskAdmin
from meetings.models import DeadlineRule


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(DeskAdmin):
    add_title = "Délais d’un type de réunion"
    list_display = [
        "kind",
        "convening_notice_days",
        "documents_days",
        "minutes_days",
        "answers_days",
        "source",
    ]
    fieldsets = [
        (None, {"fields": ["kind", "source"]}),
        ("Avant la réunion", {"fields": ["convening_notice_days", "documents_days"]}),
        ("Après la réunion", {"fields": ["minutes_days", "answers_days"]}),
    ]

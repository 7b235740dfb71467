"""The secretary's desk for deadlines: how many days each kind of meeting leaves."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from cgtdouanes.officers.desk import DeskAdmin
from meetings.models import DeadlineRule
from meetings.permissions import can_read_journal


class DeadlineRuleForm(forms.ModelForm):
    class Meta:
        model = DeadlineRule
        exclude = ()  # noqa: DJ006  the admin's fieldsets list the fields shown
        error_messages = {
            "kind": {
                "unique": "Ce type de réunion a déjà ses délais : ouvrez-les depuis leur liste."
            }
        }


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(DeskAdmin):
    form = DeadlineRuleForm
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

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show who changed them to who may read the journal."""
        if not can_read_journal(request.user):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

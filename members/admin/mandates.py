"""The mandates of the officers, on their desk."""

from django.contrib import admin

from cgtdouanes.desk import DeskAdmin
from members.models import Mandate


@admin.register(Mandate)
class MandateAdmin(DeskAdmin):
    add_title = "Nouveau mandat"
    list_display = ["user", "role", "starts_on", "ends_on"]
    list_select_related = ["user"]
    list_filter = ["role"]
    search_fields = ["user__email", "user__display_name"]
    autocomplete_fields = ["user"]

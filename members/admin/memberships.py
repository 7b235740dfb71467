"""The list of the adherents, on the officers' desk."""

from django.contrib import admin

from cgtdouanes.desk import DeskAdmin
from members.admin.invitations import InvitingAdmin
from members.models import Membership


@admin.register(Membership)
class MembershipAdmin(InvitingAdmin, DeskAdmin):
    add_title = "Nouvelle adhésion"
    list_display = ["number", "last_name", "first_name", "state", "paid_until"]
    list_select_related = ["user", "invitation"]
    search_fields = ["number", "last_name", "first_name", "email"]
    autocomplete_fields = ["user"]
    list_filter = ["paid_until"]

    @admin.display(description="état")
    def state(self, membership: Membership) -> str:
        return membership.status.label

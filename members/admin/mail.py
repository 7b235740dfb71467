"""The mail that did not leave, on the secretary's desk: for whom, and why; never its words."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from cgtdouanes.desk import DeskAdmin
from members.mail import letters
from members.models import OutgoingMail


@admin.register(OutgoingMail)
class FailedMailAdmin(DeskAdmin):
    list_display = ["to", "about", "created_at", "state", "failure", "attempts"]
    list_display_links = ["to"]
    list_select_related = ["recipient"]
    search_fields = ["recipient__email", "address"]
    fields = ["to", "about", "created_at", "state", "failure", "attempts", "next_try_at"]
    readonly_fields = ["to", "about", "state"]
    ordering = ["-created_at", "-pk"]

    @admin.display(description="pour")
    def to(self, mail: OutgoingMail) -> str:
        return mail.to

    @admin.display(description="sujet")
    def about(self, mail: OutgoingMail) -> str:
        return letters.label_of(mail)

    @admin.display(description="état")
    def state(self, mail: OutgoingMail) -> str:
        return "nouvel essai prévu" if mail.next_try_at else "abandonné"

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        return OutgoingMail.objects.failed().select_related("recipient").order_by(*self.ordering)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

"""The mail that did not leave, on the secretary's desk: for whom, and why; never its words."""

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest

from cgtdouanes.officers.read_only import ReadOnly
from members import audit
from members.admin.audited import AuditedAdmin
from members.mail import letters
from members.models import Action, Membership, OutgoingMail, Subject
from members.permissions import signed_in


@admin.register(OutgoingMail)
class FailedMailAdmin(ReadOnly, AuditedAdmin):
    has_history = False

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

    def record(
        self, request: HttpRequest, action: Action, keys: Iterable[int], count: int | None = None
    ) -> None:
        """Record whom these messages were for: their accounts, and those of the list."""
        mails = list(OutgoingMail.objects.filter(pk__in=list(keys)))
        addresses = {mail.address.lower() for mail in mails if mail.address}
        owners = EmailAddress.objects.alias(lower=Lower("email")).filter(lower__in=addresses)
        accounts = {mail.recipient_id for mail in mails if mail.recipient_id}
        accounts |= set(owners.values_list("user", flat=True))
        listed = Membership.objects.alias(lower=Lower("email")).filter(lower__in=addresses)
        named = {
            Subject.ACCOUNTS: sorted(accounts),
            Subject.MEMBERSHIPS: listed.order_by("pk").values_list("pk", flat=True),
        }
        for subject, people in named.items():
            if people:
                audit.record(signed_in(request), action, subject, people)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        return OutgoingMail.objects.failed().select_related("recipient").order_by(*self.ordering)

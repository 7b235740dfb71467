"""What the list of adherents shows of their accounts and of the invitations to open one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from members.admin.audited import AuditedAdmin
from members.models import Invitation, InvitationState, Membership, OutgoingMail


class InvitationFilter(admin.SimpleListFilter):
    title = "compte et invitation"
    parameter_name = "invitation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("account", "compte ouvert"),
            ("never", "jamais invité·e, sans compte"),
            ("no_address", "sans compte ni adresse e-mail"),
            *((state.value, f"invitation {state.label}") for state in InvitationState),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        match self.value():
            case None:
                return queryset
            case "account":
                return queryset.filter(user__isnull=False)
            case "never":
                return queryset.filter(user=None, invitation=None)
            case "no_address":
                return queryset.filter(user=None, email="")
        value = self.value() or ""
        if value not in InvitationState.values:
            return queryset.none()
        state = InvitationState(value)
        return queryset.filter(invitation__in=Invitation.objects.in_state(state))


class InvitationColumns(AuditedAdmin):
    """Who has an account, who was invited and when, whether the letter has left."""

    invitation_fields = ["access", "invited_on", "expires_on", "accepted_on", "letter"]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        fields = list(super().get_list_display(request))
        place = fields.index("state") + 1
        return [*fields[:place], "account", *fields[place:]]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), InvitationFilter]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = list(super().get_readonly_fields(request, obj))
        return [*fields, *self.invitation_fields] if obj else fields

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        if not obj:
            return fieldsets
        shown = [
            (title, options | {"fields": _without(options["fields"], self.invitation_fields)})
            for title, options in fieldsets
        ]
        return [*shown, ("Invitation à ouvrir un compte", {"fields": self.invitation_fields})]

    @admin.display(description="compte")
    def account(self, membership: Membership) -> str:
        invitation = getattr(membership, "invitation", None)
        if membership.user_id:
            return "ouvert"
        if not invitation:
            return "—"
        if invitation.state == InvitationState.WAITING:
            return f"invité·e jusqu’au {_day(invitation.expires_at)}"
        return f"invitation {invitation.state.label}"

    @admin.display(description="état")
    def access(self, membership: Membership) -> SafeString | str:
        if membership.user_id:
            return "compte ouvert"
        state = self.account(membership)
        words = "Inviter" if state == "—" else "Inviter de nouveau, ou annuler"
        return format_html(
            '{} <a class="desk-button" href="{}">{}…</a>',
            "jamais invité·e" if state == "—" else state,
            reverse("admin:members_membership_invite", args=[membership.pk]),
            words,
        )

    @admin.display(description="invité·e le")
    def invited_on(self, membership: Membership) -> str:
        return _day_of(membership, "invited_at")

    @admin.display(description="expire le")
    def expires_on(self, membership: Membership) -> str:
        return _day_of(membership, "expires_at")

    @admin.display(description="acceptée le")
    def accepted_on(self, membership: Membership) -> str:
        return _day_of(membership, "accepted_at")

    @admin.display(description="message")
    def letter(self, membership: Membership) -> str:
        """Tell whether the mail server has taken the letter: no reader knows more."""
        invitation = getattr(membership, "invitation", None)
        mail = invitation and OutgoingMail.objects.filter(event=invitation.event).first()
        if not mail:
            return "—"
        if mail.sent_at:
            return f"envoyé le {_day(mail.sent_at)} à {mail.to}"
        if mail.next_try_at:
            return f"en attente d’envoi à {mail.to}"
        return f"pas envoyé à {mail.to} : {mail.failure}"


def _without(fields: Sequence[Any], left_out: Sequence[str]) -> list[Any]:
    return [field for field in fields if field not in left_out]


def _day_of(membership: Membership, field: str) -> str:
    moment = getattr(getattr(membership, "invitation", None), field, None)
    return _day(moment) if moment else "—"


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d/%m/%Y}"

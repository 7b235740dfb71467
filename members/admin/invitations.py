"""Inviting from the list of adherents: one person, the ticked ones, all those without account.

A page tells what will happen before anything is sent, and the list tells what was done.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from members.admin.invitation_columns import InvitationColumns
from members.joining.invitations import Report, Verdict, foresee, invite, revoke
from members.joining.wording import TO_CORRECT, names, of_one, sentence, titled
from members.models import Action, Membership
from members.permissions import can_invite, signed_in


class InvitingAdmin(InvitationColumns):
    """Invites, and takes an invitation back."""

    actions = ["invite_selected"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("inviter/", wrap(self.invite_all), name="members_membership_invite_all"),
            path("<int:pk>/inviter/", wrap(self.invite_one), name="members_membership_invite"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Offer to invite, to who may."""
        context = {"has_invite_permission": can_invite(request.user)} | (extra_context or {})
        return super().changelist_view(request, context)

    @admin.action(description="Inviter à ouvrir un compte", permissions=["invite"])
    def invite_selected(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
        kept = ["action", "select_across", "index", ACTION_CHECKBOX_NAME]
        hidden = [(key, value) for key in kept for value in request.POST.getlist(key)]
        return self._invite(request, queryset, hidden, request.get_full_path())

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return can_invite(request.user)

    def invite_all(self, request: HttpRequest) -> HttpResponse:
        """Invite all those who have no account."""
        if not can_invite(request.user):
            raise PermissionDenied
        without = Membership.objects.filter(user=None)
        return self._invite(request, without, [], reverse("admin:members_membership_changelist"))

    def invite_one(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Invite one person, or kill the link that was sent to them."""
        if not can_invite(request.user):
            raise PermissionDenied
        membership = get_object_or_404(Membership.objects.select_related("invitation"), pk=pk)
        if request.method == "POST":
            self._invite_or_revoke(request, membership)
            return redirect("admin:members_membership_change", pk)
        now = timezone.now()
        report = foresee(Membership.objects.filter(pk=pk), before=now)
        (verdict,) = report.counts
        invitation = getattr(membership, "invitation", None)
        context = {
            "membership": membership,
            "may_invite": verdict == Verdict.INVITED,
            "reason": sentence(report, verdict),
            "invitation": invitation if invitation and invitation.is_open else None,
        }
        title = f"Inviter {titled(membership)}"
        self.record(request, Action.VIEW, [pk])
        return self._invitation_page(request, title, "admin/members/invite_one.html", now, context)

    def _invite_or_revoke(self, request: HttpRequest, membership: Membership) -> None:
        if "revoke" in request.POST:
            with transaction.atomic():
                if revoke(membership):
                    self.record(request, Action.REVOCATION, [membership.pk])
            messages.success(request, "L’invitation est annulée : son lien ne fonctionne plus.")
            return
        alone = Membership.objects.filter(pk=membership.pk)
        with transaction.atomic():
            report = invite(alone, signed_in(request), before=_asked_at(request.POST))
            self._record_invited(request, report)
        if report.counts[Verdict.INVITED] or report.counts[Verdict.WAITING]:
            messages.success(request, f"L’invitation est envoyée à {membership.email}.")
        else:
            (verdict,) = report.counts
            messages.error(request, f"Pas d’invitation : {of_one(verdict)}.")

    def _record_invited(self, request: HttpRequest, report: Report) -> None:
        if report.invited:
            self.record(request, Action.INVITATION, report.invited)

    def _invite(
        self,
        request: HttpRequest,
        memberships: QuerySet[Membership],
        hidden: Sequence[tuple[str, str]],
        destination: str,
    ) -> HttpResponse:
        if "invite" in request.POST:
            before = _asked_at(request.POST) if "again" in request.POST else None
            with transaction.atomic():
                report = invite(memberships, signed_in(request), before)
                self._record_invited(request, report)
            self.record(request, Action.LIST, _named(report))
            _tell(request, report)
            return redirect(destination)
        report = foresee(memberships)
        self.record(request, Action.LIST, _named(report))
        context = {
            "hidden": hidden,
            "destination": destination,
            "invited": report.counts[Verdict.INVITED],
            "waiting": report.counts[Verdict.WAITING],
            "has_account": report.counts[Verdict.HAS_ACCOUNT],
            "to_correct": [
                {
                    "sentence": sentence(report, verdict),
                    "people": list(
                        zip(report.people[verdict], names(report, verdict), strict=True)
                    ),
                    "others": report.counts[verdict] - len(report.people[verdict]),
                }
                for verdict in TO_CORRECT
                if report.counts[verdict]
            ],
        }
        title = "Inviter à ouvrir un compte"
        return self._invitation_page(
            request, title, "admin/members/invite_many.html", timezone.now(), context
        )

    def _invitation_page(
        self,
        request: HttpRequest,
        title: str,
        template: str,
        now: datetime,
        context: dict[str, Any],
    ) -> HttpResponse:
        common = {"title": title, "opts": self.opts, "asked_at": now.isoformat()}
        return TemplateResponse(
            request,
            template,
            self.admin_site.each_context(request) | common | context,
        )


def _named(report: Report) -> list[int]:
    """The keys of those that a page or a message names: why they are not invited."""
    return [each.pk for verdict in TO_CORRECT for each in report.people[verdict]]


def _tell(request: HttpRequest, report: Report) -> None:
    """Report what was done; each reason for not inviting names the first people."""
    if report.counts[Verdict.INVITED]:
        messages.success(request, f"{sentence(report, Verdict.INVITED)} : les messages partent.")
    else:
        messages.info(request, "Personne n’est invité.")
    for verdict in (Verdict.WAITING, Verdict.HAS_ACCOUNT):
        if report.counts[verdict]:
            messages.info(request, f"{sentence(report, verdict)}.")
    for verdict in TO_CORRECT:
        if number := report.counts[verdict]:
            people = names(report, verdict)
            others = f" et {number - len(people)} autres" if number > len(people) else ""
            listed = " ; ".join(people)
            messages.warning(request, f"{sentence(report, verdict)} : {listed}{others}.")


def _asked_at(data: QueryDict) -> datetime | None:
    """When the page that the officer answers was shown."""
    try:
        moment = parse_datetime(data.get("asked_at", ""))
    except ValueError:
        return None
    return moment if moment and timezone.is_aware(moment) else None

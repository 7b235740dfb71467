"""A lost second factor: the secretary removes it, so that its owner sets up another one."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from members.admin.audited import AuditedAdmin
from members.models import Action, User
from members.permissions import can_remove_second_factor
from members.sign_in.services import remove_second_factor

# Their secrets and their addresses on the network are nobody's business.
admin.site.unregister(Authenticator)
admin.site.unregister(UserSession)


class SecondFactorMixin(AuditedAdmin):
    """The part of the accounts' desk that knows second factors; of their secrets it shows none."""

    @admin.display(description="second facteur")
    def second_factor(self, account: User) -> str:
        factors = Authenticator.objects.filter(user=account).order_by("created_at")
        proofs = factors.exclude(type=Authenticator.Type.RECOVERY_CODES)
        words = {"totp": "une application", "webauthn": "une clé d’accès"}
        return ", ".join(words[factor.type] for factor in proofs) or "aucun"

    def get_urls(self) -> list[URLPattern]:
        removal = self.admin_site.admin_view(self.remove_second_factor_view)
        page = path(
            "<int:pk>/second-facteur/retirer/", removal, name="members_user_remove_second_factor"
        )
        return [page, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        account = self.get_object(request, object_id)
        removable = (
            isinstance(account, User)
            and can_remove_second_factor(request.user, account)
            and Authenticator.objects.filter(user=account).exists()
        )
        context = {"can_remove_second_factor": removable} | (extra_context or {})
        return super().change_view(request, object_id, form_url, context)

    def remove_second_factor_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a confirmation, then remove the second factor of somebody who has lost it."""
        account = get_object_or_404(User, pk=pk)
        if not can_remove_second_factor(request.user, account):
            raise PermissionDenied
        if request.method == "POST":
            with transaction.atomic():
                self.record(request, Action.FACTOR, [account.pk])
                remove_second_factor(account)
            messages.success(request, f"Le second facteur de {account} est retiré.")
            return redirect("admin:members_user_change", account.pk)
        context = self.admin_site.each_context(request) | {
            "title": "Retirer le second facteur",
            "account": account,
        }
        page = TemplateResponse(request, "admin/members/remove_second_factor.html", context)
        return self.shown(request, str(pk), page, Action.VIEW)

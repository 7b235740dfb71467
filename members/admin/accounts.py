"""The accounts, on the officers' desk: opened and closed there, never entered from there."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import path

from members.admin.departures import close_account
from members.admin.second_factors import SecondFactorMixin
from members.models import Action, Subject, User
from members.permissions import can_close_account, can_manage_account, signed_in

admin.site.unregister(Group)
admin.site.unregister(EmailAddress)


class NewAccountForm(forms.ModelForm):
    """An account without a password: the person chooses it."""

    class Meta:
        model = User
        fields = ["email", "display_name"]
        help_texts = {
            "email": "La personne choisira son mot de passe avec « Mot de passe oublié ? », "
            "sur la page de connexion."
        }

    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class AccountAdmin(SecondFactorMixin, DjangoUserAdmin):
    """Accounts. Rights come from mandates and passwords from their owners: neither is set here."""

    add_title = "Nouveau compte"
    audited = Subject.ACCOUNTS
    keeps_values = False

    list_display = ["email", "display_name", "is_active", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["email", "display_name"]
    ordering = ["email"]
    filter_horizontal = ()
    readonly_fields = ["second_factor", "last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "display_name", "is_active"]}),
        ("Connexion", {"fields": ["second_factor", "last_login", "date_joined"]}),
    ]
    add_form = NewAccountForm
    add_form_template = None
    add_fieldsets = [(None, {"fields": ["email", "display_name"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """The owner alone changes the address of an account: it opens the way to its password."""
        return [*self.readonly_fields, "email"] if obj else list(self.readonly_fields)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or can_manage_account(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """An account is not deleted: its person leaves, and what they wrote has its own fate."""
        return False

    def get_urls(self) -> list[Any]:
        close = path(
            "<int:pk>/depart/",
            self.admin_site.admin_view(close_account),
            name="members_user_departure",
        )
        return [close, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        account = self.get_object(request, unquote(object_id))
        may_close = account is not None and can_close_account(request.user, account)
        context = {"may_close": may_close} | (extra_context or {})
        return super().change_view(request, object_id, form_url, context)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Let nobody but the superuser set a password: it would be a way into the account."""
        if not signed_in(request).acts_as_superuser:
            raise PermissionDenied
        response = super().user_change_password(request, id, form_url)
        return self.shown(request, id, response, Action.VIEW)

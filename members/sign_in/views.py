"""The pages about signing in that are ours, or more than what django-allauth makes of them."""

from typing import Any
from urllib.parse import quote

from allauth.account.utils import get_next_redirect_url
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
)
from allauth.usersessions.forms import ManageUserSessionsForm
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.http import require_safe

from members.permissions import signed_in
from members.sign_in.forms import unknown_passkey
from members.sign_in.reauthentication import recent_sign_in_required
from members.sign_in.second_factor import note_use, renew_session, spend_code
from members.sign_in.sessions import open_sessions

Type = Authenticator.Type
# Where an officer was going when the second factor was asked for.
DESTINATION = "second_factor_destination"


@login_required
@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Lead an officer to the second factor that the desk asks for, then where they were going."""
    user = signed_in(request)
    if not user.is_officer:
        raise PermissionDenied
    asked = get_next_redirect_url(request)
    if user.opens_admin:
        kept = request.session.pop(DESTINATION, None)
        # An address, never the name of a page.
        return HttpResponseRedirect(asked or kept or reverse("admin:index"))
    if asked:
        request.session[DESTINATION] = asked
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    context = {
        "has_application": Type.TOTP in types,
        "has_passkey": Type.WEBAUTHN in types,
        "way_back": reverse("members:second_factor"),
    }
    return render(request, "members/second_factor.html", context)


@login_required
@require_safe
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Ask an account that signs in by codes alone for a new one, before what matters."""
    way_back = get_next_redirect_url(request) or reverse("members:space")
    context = {"code_page": f"{reverse('account_request_login_code')}?next={quote(way_back)}"}
    return render(request, "members/sign_in_again.html", context)


@login_required
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Show what protects an account, with a way to change each part."""
    user = signed_in(request)
    factors = Authenticator.objects.filter(user=user).order_by("pk")
    codes = next((factor for factor in factors if factor.type == Type.RECOVERY_CODES), None)
    context = {
        "application": next((factor for factor in factors if factor.type == Type.TOTP), None),
        "passkeys": [factor for factor in factors if factor.type == Type.WEBAUTHN],
        "codes": codes,
        "codes_left": _codes_left(codes) if codes else 0,
    }
    return render(request, "mfa/index.html", context)


@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """List where a person is signed in; a POST signs them out everywhere but here."""
    if request.method == "POST":
        ManageUserSessionsForm(request=request).save(request)
        messages.success(request, "Les autres sessions sont fermées.")
        return redirect("usersessions_list")
    found = open_sessions(signed_in(request), request.session.session_key)
    context = {"sessions": found, "has_others": any(not each.is_current for each in found)}
    return render(request, "usersessions/usersession_list.html", context)


class _SetsUp:
    """A page that sets up a factor: the first one comes with recovery codes, to be read first."""

    request: HttpRequest
    did_generate_recovery_codes: bool

    def get_success_url(self) -> str:
        if self.did_generate_recovery_codes:
            return reverse("mfa_view_recovery_codes")
        return _way_on(self.request) or reverse("mfa_index")


class ActivateApplicationView(_SetsUp, ActivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        context["secret"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return context

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        application = Authenticator.objects.get(user=signed_in(self.request), type=Type.TOTP)
        spend_code(application, form.cleaned_data["code"])
        note_use(self.request, application)
        return response


class AddPasskeyView(_SetsUp, AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask the browser for a key that is found without a name, and verifies its owner."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = begin_registration(signed_in(self.request), passwordless=True)
        return context | {"options": options}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        passkeys = Authenticator.objects.filter(user=signed_in(self.request), type=Type.WEBAUTHN)
        note_use(self.request, passkeys.latest("pk"))
        return response


class RecoveryCodesView(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"way_on": _way_on(self.request)}


class _RenewsSession:
    """A page that raises what a session can do: its key changes."""

    request: HttpRequest

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        renew_session(self.request)
        return response


class _FactorMayGo:
    """A page that a factor opens: one that is removed at that very instant is refused."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        passkey = form.cleaned_data.get("credential")
        factor = passkey or form.authenticator  # type: ignore[attr-defined]
        try:
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except DatabaseError:
            # What Django raises when the row that notes the use is there no more.
            if Authenticator.objects.filter(pk=factor.pk).exists():
                raise
            if passkey:
                form.add_error("credential", unknown_passkey())
            else:
                form.add_error("code", get_adapter().validation_error("incorrect_code"))
            refusal: HttpResponse = self.form_invalid(form)  # type: ignore[attr-defined]
            return refusal
        return response


class SecondStepView(_FactorMayGo, AuthenticateView):
    pass


class SignInWithPasskeyView(_FactorMayGo, LoginWebAuthnView):
    pass


class ReauthenticateWithCodeView(_FactorMayGo, _RenewsSession, ReauthenticateView):
    pass


class ReauthenticateWithPasskeyView(_FactorMayGo, _RenewsSession, ReauthenticateWebAuthnView):
    pass


activate_application = recent_sign_in_required(ActivateApplicationView.as_view())
add_passkey = recent_sign_in_required(AddPasskeyView.as_view())
recovery_codes = RecoveryCodesView.as_view()
second_step = SecondStepView.as_view()
sign_in_with_passkey = SignInWithPasskeyView.as_view()
reauthenticate = ReauthenticateWithCodeView.as_view()
reauthenticate_with_passkey = ReauthenticateWithPasskeyView.as_view()


def _way_on(request: HttpRequest) -> str:
    """Return the page that leads an officer where they were going; empty for who was not."""
    return resolve_url("members:second_factor") if DESTINATION in request.session else ""


def _codes_left(codes: Authenticator) -> int:
    """Count them without opening their seed."""
    return app_settings.RECOVERY_CODE_COUNT - int(codes.data["used_mask"]).bit_count()

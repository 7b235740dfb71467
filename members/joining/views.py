"""The pages by which one comes to have an account: the link of an invitation, the request."""

from contextlib import suppress

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from members.joining import access_requests
from members.joining.forms import AccessRequestForm, OpenAccountForm
from members.joining.invitations import LinkIsDead, account_of, link_account, open_account
from members.models import Invitation, InvitationState, User
from members.permissions import signed_in
from members.personal_data import in_words

WELCOME = "Votre compte est ouvert. Bienvenue !"
MAKE_A_PASSKEY = (
    "Votre compte est ouvert. Créez maintenant votre clé d’accès ; en attendant, un code envoyé "
    "à votre adresse vous connecte."
)


@sensitive_post_parameters()
@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let the person invited open their account, or link the one that they have already.

    Reading the page changes nothing: programs that look at the links of a mail use up none.
    """
    found = Invitation.objects.of_token(token)
    if found is None or not found.is_open:
        return _second_click(request, found) or _dead_link(request)
    account = account_of(found)
    if request.user.is_authenticated:
        if account != request.user:
            return render(request, "members/invitation_other_account.html")
        return _link(request, found)
    if account:
        return render(request, "members/invitation_sign_in.html")
    return _open(request, found)


def access_request(request: HttpRequest) -> HttpResponse:
    """Take a request for access; the answer is the same whoever asks, and however often."""
    form = AccessRequestForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _ask(request, form)
    if not ratelimit.consume(request, action="access_request"):
        form.add_error(
            None,
            "Beaucoup de demandes viennent d’être faites depuis votre connexion. Réessayez dans "
            "une heure, sans fermer cette page : ce que vous avez écrit y reste.",
        )
        return _ask(request, form, status=429)
    if not form.is_from_a_machine:
        access_requests.ask(form.instance)
    return redirect("members:access_request_sent")


def access_request_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "members/access_request_sent.html")


def _ask(request: HttpRequest, form: AccessRequestForm, status: int = 200) -> HttpResponse:
    kept_for = in_words(settings.RETENTION_ACCESS_REQUEST_DAYS)
    context = {"form": form, "kept_for": kept_for}
    return render(request, "members/access_request.html", context, status=status)


def _open(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = OpenAccountForm(request.POST or None, found.address)
    if request.method == "POST" and form.is_valid():
        password = None if form.is_without_password else form.cleaned_data["password1"]
        try:
            user = open_account(found, form.cleaned_data["display_name"], password)
        except LinkIsDead:
            return redirect(request.path)
        if password is None:
            messages.success(request, MAKE_A_PASSKEY)
            return _sign_in(request, user, "invitation", reverse("mfa_add_webauthn"))
        messages.success(request, WELCOME)
        return _sign_in(request, user, "password", reverse("members:space"))
    context = {"form": form, "address": found.address}
    return render(request, "members/invitation.html", context)


def _link(request: HttpRequest, found: Invitation) -> HttpResponse:
    user = signed_in(request)
    if user.member_status is not None:
        return render(request, "members/invitation_other_membership.html")
    if request.method == "POST":
        try:
            link_account(found, user)
        except LinkIsDead:
            return redirect(request.path)
        messages.success(request, "Votre adhésion est rattachée à votre compte.")
        return redirect("members:space")
    return render(request, "members/invitation_link.html")


def _second_click(request: HttpRequest, found: Invitation | None) -> HttpResponse | None:
    """Let in who has just opened their account by this link, and sends the form a second time.

    Who is not signed in yet needs the password, under the same limits as on the sign-in page.
    """
    user = found.membership.user if found and found.state == InvitationState.ACCEPTED else None
    if user is None:
        return None
    if user == request.user:
        return redirect("members:space")
    if request.user.is_authenticated or "password1" not in request.POST:
        return None
    credentials = {"email": user.email, "password": request.POST["password1"]}
    with suppress(ValidationError):
        if user := get_adapter(request).authenticate(request, **credentials):
            return _sign_in(request, user, "password", reverse("members:space"))
    return None


def _sign_in(request: HttpRequest, user: User, method: str, destination: str) -> HttpResponse:
    """Sign in who has just proved who they are: they may add a passkey without proving it again."""
    record_authentication(request, user, method=method, email=user.email, reauthenticated=True)
    response: HttpResponse = perform_login(
        request, user, email=user.email, redirect_url=destination
    )
    return response


def _dead_link(request: HttpRequest) -> HttpResponse:
    """Say the same of a link that is wrong, used, replaced, revoked or too old."""
    return render(request, "members/invitation_dead.html", status=404)

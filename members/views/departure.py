"""« Quitter le site »: what it means, what to choose, and the last step, which nothing undoes."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from members.departure import (
    CannotLeaveYet,
    account_fingerprint,
    has_left,
    leave,
    may_resign,
    obstacles,
)
from members.forms import DepartureForm
from members.models import Membership
from members.permissions import signed_in
from members.sign_in.reauthentication import reauthentication_required


@login_required
@require_safe
def departure(request: HttpRequest) -> HttpResponse:
    """Explain both ways of leaving, or what must be settled before."""
    return _choice(request, None)


@require_http_methods(["GET", "POST"])
def departure_confirm(request: HttpRequest) -> HttpResponseBase:
    """Repeat what will be done, and do it when it is asked for again.

    A double click sends the form twice: who is already gone is told so.
    """
    if not request.user.is_authenticated:
        if request.method == "POST" and has_left(request.POST.get("account", "")):
            return redirect("members:departed")
        return redirect_to_login(request.get_full_path())
    if request.method == "GET" and not request.GET:
        return redirect("members:departure")
    form = DepartureForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        return _choice(request, form)
    if obstacles(signed_in(request)):
        return redirect("members:departure")
    return _ask_again(request, form) if request.method == "GET" else _leave(request, form)


@reauthentication_required
def _ask_again(request: HttpRequest, form: DepartureForm) -> HttpResponse:
    user = signed_in(request)
    membership = Membership.objects.filter(user=user).first()
    context = {
        "form": form,
        "erases_words": form.erases_words,
        "resigns": form.cleaned_data["resign"] and may_resign(membership),
        "membership": membership,
        "account": account_fingerprint(user),
    }
    return render(request, "members/departure_confirm.html", context)


@reauthentication_required
def _leave(request: HttpRequest, form: DepartureForm) -> HttpResponse:
    user = signed_in(request)
    if request.POST.get("account") != account_fingerprint(user):
        messages.error(
            request, "Rien n’a été fait : ce formulaire était celui d’un autre compte. Recommencez."
        )
        return redirect("members:departure")
    try:
        leave(user, erase_words=form.erases_words, resign=form.cleaned_data["resign"])
    except CannotLeaveYet:
        return redirect("members:departure")
    logout(request)
    return redirect("members:departed")


@require_safe
def departed(request: HttpRequest) -> HttpResponse:
    """Say that it is done, to somebody whom the site no longer knows."""
    return render(request, "members/departed.html")


def _choice(request: HttpRequest, form: DepartureForm | None) -> HttpResponse:
    user = signed_in(request)
    membership = Membership.objects.filter(user=user).first()
    context = {
        "form": form or DepartureForm(),
        "obstacles": obstacles(user),
        "mandates": user.mandates.not_over(),
        "membership": membership,
        "may_resign": may_resign(membership),
    }
    return render(request, "members/departure.html", context, status=422 if form else 200)

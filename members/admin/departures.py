"""Closing the account of a person who asks by letter, at the officers' desk."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from members.audit import record
from members.departure import CannotLeaveYet, leave, may_resign, obstacles
from members.forms import DepartureForm
from members.models import Action, Membership, Subject, User
from members.permissions import can_close_account, signed_in
from members.sign_in.reauthentication import reauthentication_required


class LetterForm(DepartureForm):
    """What the letter asks for, and the officer's word that it is the person's own."""

    asked = forms.BooleanField(
        label="J’ai reçu la demande écrite de cette personne, et vérifié qu’elle vient bien d’elle",
        error_messages={
            "required": "Cochez la case : sans demande de la personne, on ne ferme rien."
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = "Ses réactions"
        words = self.fields["words"]
        assert isinstance(words, forms.ChoiceField)  # noqa: S101  for the type checker
        words.choices = [
            (self.KEEP, "Anonymiser : elles restent, signées « Ancien·ne adhérent·e »"),
            (self.ERASE, "Effacer : leur place dit « Réaction retirée »"),
        ]
        self.fields["resign"].label = "Enregistrer aussi sa démission, à la date d’aujourd’hui"


@require_http_methods(["GET", "POST"])
def close_account(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Ask what to do, then do it by the service that a departure from the site uses."""
    account = get_object_or_404(User, pk=pk)
    if not can_close_account(request.user, account):
        raise PermissionDenied
    return _close(request, account)


@reauthentication_required
def _close(request: HttpRequest, account: User) -> HttpResponse:
    membership = Membership.objects.filter(user=account).first()
    form = LetterForm(request.POST or None)
    if not may_resign(membership):
        del form.fields["resign"]
    if request.method == "POST" and form.is_valid():
        try:
            _carry_out(account, membership, form, signed_in(request))
        except CannotLeaveYet:
            messages.error(request, "Ce compte ne peut pas encore être fermé.")
        else:
            messages.success(request, "Le compte est fermé ; un message le dit à la personne.")
            return redirect("admin:members_user_changelist")
    context = admin.site.each_context(request) | {
        "title": "Anonymiser ou effacer ce compte",
        "account": account,
        "membership": membership,
        "obstacles": obstacles(account),
        "mandates": account.mandates.not_over(),
        "form": form,
    }
    record(signed_in(request), Action.VIEW, Subject.ACCOUNTS, [account.pk])
    if membership:
        record(signed_in(request), Action.VIEW, Subject.MEMBERSHIPS, [membership.pk])
    return render(request, "admin/members/user/departure.html", context)


@transaction.atomic
def _carry_out(
    account: User, membership: Membership | None, form: LetterForm, officer: User
) -> None:
    record(officer, Action.DELETION, Subject.ACCOUNTS, [account.pk])
    if membership:
        record(officer, Action.CHANGE, Subject.MEMBERSHIPS, [membership.pk])
    leave(account, erase_words=form.erases_words, resign=form.cleaned_data.get("resign", False))
    LogEntry.objects.create(
        user=officer,
        content_type=ContentType.objects.get_for_model(User),
        object_repr="un compte, à la demande de la personne",
        action_flag=DELETION,
    )

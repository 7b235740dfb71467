"""The requests for access, on the officers' desk: the oldest first, with who it may be."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from cgtdouanes.officers.desk import DeskAdmin
from cgtdouanes.officers.read_only import FixedList
from members.audit import record
from members.joining import access_requests
from members.joining.access_requests import AlreadyDecided, CannotInvite, Match
from members.joining.invitations import Verdict
from members.joining.wording import of_one, titled
from members.models import AccessRequest, Action, Membership, RequestState, Subject
from members.permissions import can_decide_access, signed_in

OTHER = "other"
ALIKE = {
    "number": "même numéro",
    "email": "même adresse",
    "name": "mêmes nom et prénom",
    "last_name": "même nom",
}


class AcceptForm(forms.Form):
    """Which membership the request is for: one of those proposed, or another by its number."""

    membership = forms.CharField(required=False)
    number = forms.CharField(
        label="Numéro de l’autre adhésion",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    use_address = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Find the membership; `chosen` holds it."""
        cleaned = super().clean() or self.cleaned_data
        choice, number = cleaned.get("membership", ""), cleaned.get("number", "").strip()
        if choice.isdecimal():
            found = Membership.objects.filter(pk=choice)
        elif choice == OTHER and number:
            found = Membership.objects.filter(number__iexact=number)
        else:
            raise forms.ValidationError("Choisissez l’adhésion de cette personne.")
        if (chosen := found.first()) is None:
            raise forms.ValidationError("Aucune adhésion n’a ce numéro : vérifiez-le.")
        return cleaned | {"chosen": chosen}


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label="Motif, envoyé tel quel à la personne",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Restez neutre : d’autres peuvent voir sa messagerie. "
        "Ne nommez ni le syndicat, ni quelqu’un d’autre.",
        error_messages={"required": "Donnez le motif : la personne le recevra."},
    )


@admin.register(AccessRequest)
class AccessRequestAdmin(FixedList, DeskAdmin):
    list_display = ["asked", "who", "state", "likely", "email", "number"]
    list_filter = ["state"]
    search_fields = ["first_name", "last_name", "email", "number"]
    ordering = [
        Case(When(state=RequestState.PENDING, then=Value(0)), default=Value(1)).asc(),
        "created_at",
        "pk",
    ]
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("decided_by", "membership")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Look up, once for the whole page, whom each request may come from."""
        changelist = super().get_changelist_instance(request)
        pending = [each for each in changelist.result_list if each.is_pending]
        found = access_requests.matches(pending)
        for each in changelist.result_list:
            each.matches = found.get(each.pk, [])
        _record_named(request, [match for matches in found.values() for match in matches])
        return changelist

    @admin.display(description="demande", ordering="created_at")
    def asked(self, request: AccessRequest) -> str:
        return str(request)

    @admin.display(description="de")
    def who(self, request: AccessRequest) -> str:
        return request.full_name

    @admin.display(description="peut-être")
    def likely(self, request: Any) -> str:
        if not request.matches:
            return "—"
        first = request.matches[0]
        others = len(request.matches) - 1
        more = f", et {others} autre{'s' if others > 1 else ''}" if others else ""
        return f"{first.membership} ({_alike(first)}){more}"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a request, and decide."""
        if not can_decide_access(request.user):
            raise PermissionDenied
        asked = self.get_object(request, object_id)
        if asked is None:
            raise Http404
        accept, refuse = AcceptForm(), RefuseForm()
        if request.method == "POST" and "accept" in request.POST:
            accept = AcceptForm(request.POST)
            if accept.is_valid() and self._accept(request, asked, accept):
                return redirect("admin:members_accessrequest_changelist")
        elif request.method == "POST":
            refuse = RefuseForm(request.POST)
            if refuse.is_valid() and self._refuse(request, asked, refuse):
                return redirect("admin:members_accessrequest_changelist")
        found = access_requests.matches([asked]).get(asked.pk, []) if asked.is_pending else []
        _record_named(request, found)
        if asked.membership_id:
            record(signed_in(request), Action.VIEW, Subject.MEMBERSHIPS, [asked.membership_id])
        same = AccessRequest.objects.pending().from_address(asked.email).exclude(pk=asked.pk)
        context = {
            "title": "Demande d’accès",
            "opts": self.opts,
            "asked": asked,
            "others": list(same.order_by("created_at", "pk")) if asked.is_pending else [],
            "proposals": [_proposal(match, asked, accept) for match in found],
            "chose_other": accept["membership"].value() == OTHER,
            "accept": accept,
            "refuse": refuse,
            "may_add": signed_in(request).has_perm("members.add_membership"),
        }
        return TemplateResponse(
            request,
            "admin/members/access_request.html",
            self.admin_site.each_context(request) | context,
        )

    def _accept(self, request: HttpRequest, asked: AccessRequest, form: AcceptForm) -> bool:
        chosen = form.cleaned_data["chosen"]
        use_address = form.cleaned_data["use_address"]
        officer = signed_in(request)
        # Chosen by its number, a membership is named without having been proposed.
        record(officer, Action.VIEW, Subject.MEMBERSHIPS, [chosen.pk])
        try:
            with transaction.atomic():
                verdict = access_requests.accept(asked, officer, chosen, use_address=use_address)
                if verdict == Verdict.INVITED:
                    record(officer, Action.INVITATION, Subject.MEMBERSHIPS, [chosen.pk])
                    if use_address:
                        record(officer, Action.CHANGE, Subject.MEMBERSHIPS, [chosen.pk])
        except CannotInvite as error:
            form.add_error(None, f"{titled(chosen)} ne peut pas être invité·e : {_why(error)}.")
            return False
        except AlreadyDecided:
            return _too_late(request)
        self.log_change(request, asked, "Demande acceptée.")
        if verdict == Verdict.HAS_ACCOUNT:
            messages.success(
                request, f"{titled(chosen)} a déjà un compte : un message le lui rappelle."
            )
        else:
            messages.success(request, f"Une invitation est envoyée à {chosen.email}.")
        return True

    def _refuse(self, request: HttpRequest, asked: AccessRequest, form: RefuseForm) -> bool:
        try:
            access_requests.refuse(asked, signed_in(request), form.cleaned_data["reason"])
        except AlreadyDecided:
            return _too_late(request)
        self.log_change(request, asked, "Demande refusée.")
        messages.success(request, f"La demande est refusée ; le motif est envoyé à {asked.email}.")
        return True


def _record_named(request: HttpRequest, found: list[Match]) -> None:
    """Record the members whom the page names as those who may be asking."""
    if keys := [match.membership.pk for match in found]:
        record(signed_in(request), Action.SUGGESTION, Subject.MEMBERSHIPS, keys)


def _too_late(request: HttpRequest) -> bool:
    messages.warning(request, "Cette demande a déjà reçu une réponse.")
    return True


def _why(error: CannotInvite) -> str:
    if error.verdict == Verdict.NO_ADDRESS:
        return "l’adhésion n’a pas d’adresse e-mail (vous pouvez y noter celle de la demande)"
    return of_one(error.verdict)


def _proposal(match: Match, asked: AccessRequest, form: AcceptForm) -> dict[str, Any]:
    membership = match.membership
    return {
        "membership": membership,
        "alike": _alike(match),
        "same_address": membership.email.lower() == asked.email.lower(),
        "is_chosen": form["membership"].value() == str(membership.pk),
    }


def _alike(match: Match) -> str:
    """Say what is alike; the family name goes without saying beside the whole name."""
    reasons = [reason for reason in ALIKE if reason in match.by]
    if "name" in reasons and "last_name" in reasons:
        reasons.remove("last_name")
    return ", ".join(ALIKE[reason] for reason in reasons)

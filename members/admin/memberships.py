"""The list of the adherents, on the officers' desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone

from cgtdouanes.text.words import folded
from members.admin.exports import ExportDesk
from members.admin.imports import ImportDesk
from members.admin.invitations import InvitingAdmin
from members.models import AccessRequest, Membership, Status, Subject
from members.permissions import can_decide_access

# As an officer reads a list: who has rights first, then who has lost them.
_RANKS = Case(
    *(
        When(status_that_day=status, then=Value(rank))
        for rank, status in enumerate(
            [
                *(Status.ACTIVE, Status.GRACE, Status.PENDING),
                *(Status.LAPSED, Status.RESIGNED, Status.EXCLUDED),
            ]
        )
    )
)


class StatusFilter(admin.SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(status.value, status.label) for status in Status]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = self.value()
        return queryset.in_status(Status(chosen)) if chosen in Status.values else queryset


class OverrideFilter(admin.SimpleListFilter):
    title = "dérogation"
    parameter_name = "derogation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("oui", "en cours")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> Any:
        if not self.value():
            return queryset
        return queryset.filter(override_until__gte=timezone.localdate())


class MembershipForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = "__all__"  # noqa: DJ007  the desk lists them, in its fieldsets
        help_texts = {
            "user": "Le compte avec lequel la personne se connecte. Vide tant qu’elle n’en a pas.",
            "email": "Celle que la section connaît. Elle sert à inviter la personne à ouvrir un "
            "compte ; elle ne change pas l’adresse d’un compte déjà ouvert.",
            "joined_on": "Sans cette date, ou tant qu’elle n’est pas venue, l’adhésion reste "
            "« en attente ».",
            "paid_until": "Dernier jour couvert. Ensuite l’adhésion est « à renouveler » pendant "
            "le délai de grâce, puis « échue » : la personne ne lit et n’écrit plus rien de "
            "réservé, aussitôt.",
            "resigned_on": "À partir de ce jour, la personne n’est plus adhérente.",
            "excluded_on": "À partir de ce jour, la personne n’est plus adhérente.",
            "override_status": "L’état à donner, à la place de celui des dates.",
            "override_until": "Ce jour compris. Le lendemain, l’état redevient celui des dates.",
            "override_reason": "Pour vous en souvenir, et pour qui vous succédera : « virement "
            "annoncé », « mutation en cours »… Restez factuel : la personne peut demander à le "
            "lire.",
        }

    def clean_override_until(self) -> Any:
        """Refuse a new override that would already be over."""
        until = self.cleaned_data["override_until"]
        if until and "override_until" in self.changed_data and until < timezone.localdate():
            raise ValidationError("Ce jour est passé : la dérogation n’aurait pas d’effet.")
        return until


@admin.register(Membership)
class MembershipAdmin(ImportDesk, ExportDesk, InvitingAdmin):
    add_title = "Nouvelle adhésion"
    audited = Subject.MEMBERSHIPS
    form = MembershipForm
    list_display = ["short_number", "last_name", "first_name", "state", "dues"]
    list_filter = [StatusFilter, OverrideFilter]
    list_select_related = ["user", "invitation"]
    search_fields = ["number", "last_name", "first_name", "email"]
    autocomplete_fields = ["user"]
    readonly_fields = ["state"]
    fieldsets = [
        (None, {"fields": ["state", "number", "last_name", "first_name", "email", "user"]}),
        ("Adhésion", {"fields": ["joined_on", "paid_until", "resigned_on", "excluded_on"]}),
        (
            "Dérogation",
            {
                "description": "Donne à cette adhésion un autre état jusqu’à une date, quoi que "
                "disent ses dates : par exemple « à jour » le temps qu’un virement arrive. Pour "
                "mettre fin à une dérogation, videz les trois champs.",
                "fields": ["override_status", "override_until", "override_reason"],
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Compute the status in the database: the list is filtered and sorted by it."""
        return super().get_queryset(request).with_status()  # type: ignore[attr-defined]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill a new membership from a request for access, named by its key alone."""
        key = request.GET.get("demande", "")
        if key.isdecimal() and can_decide_access(request.user):
            asked = AccessRequest.objects.pending().filter(pk=key)
            typed = asked.values("first_name", "last_name", "email", "number").first()
            return dict(typed or {})
        return super().get_changeform_initial_data(request)

    @admin.display(description="état", ordering=_RANKS)
    def state(self, membership: Membership) -> str:
        if membership._state.adding:
            return "calculé d’après les dates, une fois l’adhésion enregistrée"
        if membership.is_overridden:
            return f"{membership.status.label} (dérogation, {membership.override_until:%d/%m/%Y})"
        return membership.status.label

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Membership], search_term: str
    ) -> tuple[Any, bool]:
        """Search as people type: without accents or capitals, which no database folds alike."""
        words = folded(search_term).split()
        if not words:
            return queryset, False
        known = Membership.objects.order_by().values_list("pk", *self.search_fields)
        texts = ((key, folded(" ".join(texts))) for key, *texts in known.iterator())
        found = [key for key, text in texts if all(word in text for word in words)]
        return queryset.filter(pk__in=found), False

    @admin.display(description="n°", ordering="number")
    def short_number(self, membership: Membership) -> str:
        return membership.number

    @admin.display(description="réglée jusqu’au", ordering="paid_until")
    def dues(self, membership: Membership) -> str:
        return f"{membership.paid_until:%d/%m/%Y}" if membership.paid_until else ""

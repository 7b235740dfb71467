"""A membership of the section: what makes an adherent, computed from dates and never stored."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from cgtdouanes.dates import validate_year
from cgtdouanes.officers.journal import Journal


class Status(models.TextChoices):
    PENDING = "pending", "en attente"
    ACTIVE = "active", "à jour"
    GRACE = "grace", "à renouveler"
    LAPSED = "lapsed", "échue"
    RESIGNED = "resigned", "démission"
    EXCLUDED = "excluded", "exclusion"


# Those that give an adherent's rights.
CURRENT = (Status.ACTIVE, Status.GRACE)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def with_status(self, on: date | None = None) -> "MembershipQuerySet":
        """Add `status_that_day`, what `status_on` says of that day (today by default)."""
        return self.annotate(status_that_day=_status(on or timezone.localdate()))

    def in_status(self, *statuses: Status, on: date | None = None) -> "MembershipQuerySet":
        """The memberships that have one of these statuses on that day (today by default)."""
        day = on or timezone.localdate()
        return self.alias(_status=_status(day)).filter(_status__in=statuses)

    def ended_before(self, day: date) -> "MembershipQuerySet":
        """Those that had ended before that day, and were not taken up again since."""
        last_paid = day - timedelta(days=settings.MEMBERSHIP_GRACE_DAYS)
        ended = Q(excluded_on__lt=day) | Q(resigned_on__lt=day) | Q(paid_until__lt=last_paid)
        paid_since = Q(paid_until__gte=day)
        return self.filter(ended).exclude(paid_since).exclude(pk__in=Membership.objects.current())

    def current(self, on: date | None = None) -> "MembershipQuerySet":
        """The memberships that give an adherent's rights on that day (today by default)."""
        return self.in_status(*CURRENT, on=on)


def _status(day: date) -> Case:
    """The status on that day, as the database computes it: the first condition that holds."""
    last_of_grace = day - timedelta(days=settings.MEMBERSHIP_GRACE_DAYS)
    return Case(
        When(override_until__gte=day, then=F("override_status")),
        When(excluded_on__lte=day, then=Value(Status.EXCLUDED)),
        When(resigned_on__lte=day, then=Value(Status.RESIGNED)),
        When(
            Q(joined_on=None) | Q(joined_on__gt=day) | Q(paid_until=None),
            then=Value(Status.PENDING),
        ),
        When(paid_until__gte=day, then=Value(Status.ACTIVE)),
        When(paid_until__gte=last_of_grace, then=Value(Status.GRACE)),
        default=Value(Status.LAPSED),
        output_field=models.CharField(),
    )


class Membership(models.Model):
    """A person's adhesion. The account is optional: many adherents never open one.

    An override puts a membership in another status up to a day, that day included, whatever the
    dates say. The history repeats names and addresses: deleting a membership deletes it, and
    whoever erases a person without deleting the row calls `forget_former_values` afterwards.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="membership",
        verbose_name="compte",
    )
    number = models.CharField("numéro d’adhérent·e", max_length=30, unique=True)
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    email = models.EmailField("adresse e-mail", blank=True)
    joined_on = models.DateField("adhésion le", null=True, blank=True, validators=[validate_year])
    paid_until = models.DateField(
        "cotisation réglée jusqu’au", null=True, blank=True, validators=[validate_year]
    )
    resigned_on = models.DateField(
        "démission le", null=True, blank=True, validators=[validate_year]
    )
    excluded_on = models.DateField(
        "exclusion le", null=True, blank=True, validators=[validate_year]
    )
    override_status = models.CharField(
        "état accordé", max_length=10, choices=Status.choices, blank=True
    )
    override_until = models.DateField("jusqu’au", null=True, blank=True, validators=[validate_year])
    override_reason = models.CharField("motif", max_length=200, blank=True)

    objects = MembershipQuerySet.as_manager()
    history = Journal(cascade_delete_history=True)

    class Meta:
        verbose_name = "adhésion"
        verbose_name_plural = "adhésions"
        ordering = ["last_name", "first_name", "number"]
        permissions = [
            ("import_membership", "Can import memberships"),
            ("export_membership", "Can export memberships"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(override_status="", override_until=None, override_reason="")
                | Q(override_status__in=Status.values, override_until__isnull=False)
                & ~Q(override_reason=""),
                name="membership_override_is_whole",
                violation_error_message="Une dérogation a un état, un dernier jour et un motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} — {self.first_name} {self.last_name}"

    def clean(self) -> None:
        """Tell which part of an override is missing."""
        parts = {
            "override_status": (self.override_status, "Choisissez l’état accordé."),
            "override_until": (self.override_until, "Donnez le dernier jour de la dérogation."),
            "override_reason": (self.override_reason, "Donnez le motif de la dérogation."),
        }
        if any(value for value, _ in parts.values()):
            missing = {name: words for name, (value, words) in parts.items() if not value}
            if missing:
                raise ValidationError(missing)

    @property
    def status(self) -> Status:
        """The status today; active and grace are exactly what `objects.current()` returns."""
        return self.status_on(timezone.localdate())

    def status_on(self, day: date) -> Status:
        """The status on a day, as `objects.with_status(day)` computes it in the database."""
        if self.is_overridden_on(day):
            return Status(self.override_status)
        if self.excluded_on and self.excluded_on <= day:
            return Status.EXCLUDED
        if self.resigned_on and self.resigned_on <= day:
            return Status.RESIGNED
        if not self.joined_on or self.joined_on > day or not self.paid_until:
            return Status.PENDING
        if day <= self.paid_until:
            return Status.ACTIVE
        if day - timedelta(days=settings.MEMBERSHIP_GRACE_DAYS) <= self.paid_until:
            return Status.GRACE
        return Status.LAPSED

    def forget_former_values(self) -> None:
        """Delete what it was before: its history, and what undoing an import would bring back."""
        self.history.all().delete()
        self.imported_rows.all().delete()

    @property
    def is_overridden(self) -> bool:
        """Whether the status of today is one that an officer granted."""
        return self.is_overridden_on(timezone.localdate())

    def is_overridden_on(self, day: date) -> bool:
        return self.override_until is not None and day <= self.override_until

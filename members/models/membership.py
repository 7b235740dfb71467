"""A membership of the section: what makes an adherent, computed from dates and never stored."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cgtdouanes.dates import validate_year


class Status(models.TextChoices):
    PENDING = "pending", "en attente"
    ACTIVE = "active", "à jour"
    GRACE = "grace", "à renouveler"
    LAPSED = "lapsed", "échue"
    RESIGNED = "resigned", "démission"
    EXCLUDED = "excluded", "exclusion"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def ended_before(self, day: date) -> "MembershipQuerySet":
        """Those that had ended before that day, and were not taken up again since."""
        last_paid = day - timedelta(days=settings.MEMBERSHIP_GRACE_DAYS)
        ended = Q(excluded_on__lt=day) | Q(resigned_on__lt=day) | Q(paid_until__lt=last_paid)
        paid_since = Q(paid_until__gte=day)
        return self.filter(ended).exclude(paid_since).exclude(pk__in=Membership.objects.current())

    def current(self, on: date | None = None) -> "MembershipQuerySet":
        """The memberships that give an adherent's rights on that day (today by default)."""
        on = on or timezone.localdate()
        return self.filter(
            Q(excluded_on=None) | Q(excluded_on__gt=on),
            Q(resigned_on=None) | Q(resigned_on__gt=on),
            joined_on__lte=on,
            paid_until__gte=on - timedelta(days=settings.MEMBERSHIP_GRACE_DAYS),
        )


class Membership(models.Model):
    """A person's adhesion. The account is optional: many adherents never open one."""

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

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "adhésion"
        verbose_name_plural = "adhésions"
        ordering = ["last_name", "first_name", "number"]

    def __str__(self) -> str:
        return f"{self.number} — {self.first_name} {self.last_name}"

    @property
    def status(self) -> Status:
        """The status today; active and grace are exactly what `objects.current()` returns."""
        today = timezone.localdate()
        if self.excluded_on and self.excluded_on <= today:
            return Status.EXCLUDED
        if self.resigned_on and self.resigned_on <= today:
            return Status.RESIGNED
        if not self.joined_on or self.joined_on > today or not self.paid_until:
            return Status.PENDING
        if today <= self.paid_until:
            return Status.ACTIVE
        if today <= self.paid_until + timedelta(days=settings.MEMBERSHIP_GRACE_DAYS):
            return Status.GRACE
        return Status.LAPSED

"""A mandate: the section entrusts a role to a person, from one day to another."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from cgtdouanes.officers.journal import Journal


class Role(models.TextChoices):
    EDITOR = "editor", "rédaction"
    PUBLISHER = "publisher", "publication"
    MODERATOR = "moderator", "modération"
    MEMBERSHIP_MANAGER = "membership_manager", "gestion des adhésions"
    SECRETARY = "secretary", "secrétariat"


class MandateQuerySet(models.QuerySet["Mandate"]):
    def running(self, on: date | None = None) -> "MandateQuerySet":
        """The mandates in force on that day (today by default), first and last day included."""
        on = on or timezone.localdate()
        return self.not_over(on).filter(starts_on__lte=on)

    def not_over(self, on: date | None = None) -> "MandateQuerySet":
        """The mandates in force on that day (today by default), and those to come."""
        on = on or timezone.localdate()
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on))


class Mandate(models.Model):
    """A role held by a person. What the role permits is in the group that bears its name."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="mandates",
        verbose_name="compte",
    )
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    starts_on = models.DateField("à partir du", default=timezone.localdate)
    ends_on = models.DateField(
        "jusqu’au", null=True, blank=True, help_text="Vide : sans date de fin."
    )

    objects = MandateQuerySet.as_manager()
    history = Journal()

    class Meta:
        verbose_name = "mandat"
        verbose_name_plural = "mandats"
        ordering = ["-starts_on", "role"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="mandate_ends_after_it_starts",
                violation_error_message="Le mandat ne peut pas finir avant d’avoir commencé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} : {self.user}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and mark the person as an officer: Django's own doors ask `is_staff`."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            if not self.user.is_staff:
                self.user.is_staff = True
                self.user.save(update_fields=["is_staff"])

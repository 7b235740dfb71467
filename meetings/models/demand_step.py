"""The steps by which a demand is followed from one meeting to the next: added, never rewritten."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from cgtdouanes.dates import validate_year
from meetings.models.agenda import AgendaItem
from meetings.models.demand import Demand, DemandState
from meetings.models.meeting import Meeting, MeetingVisibility
from members.permissions import Reader, reads_reserved


class DemandStepQuerySet(models.QuerySet["DemandStep"]):
    def visible_to(self, user: Reader) -> "DemandStepQuerySet":
        """The steps that this reader may know: those of reserved meetings are reserved."""
        if reads_reserved(user):
            return self
        return self.exclude(demand__public_state="").filter(
            Q(meeting=None) | Q(meeting__visibility=MeetingVisibility.PUBLIC)
        )

    def effective(self) -> "DemandStepQuerySet":
        """Those that no later step corrected, in the order of time."""
        corrections = DemandStep.objects.filter(corrects=OuterRef("pk"))
        return self.filter(~Exists(corrections)).order_by("on", "pk")

    def update(self, **kwargs: Any) -> int:
        raise TypeError("A step is never rewritten: record a correction.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A step is never deleted: record a correction.")


class DemandStep(models.Model):
    """One time that a demand came up: what the administration answered, and the state since."""

    demand = models.ForeignKey(
        Demand, on_delete=models.PROTECT, related_name="steps", verbose_name="revendication"
    )
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="demand_steps",
        verbose_name="réunion",
        help_text="Vide : hors réunion, par courrier par exemple.",
    )
    agenda_item = models.ForeignKey(
        AgendaItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="demand_steps",
        verbose_name="point à l’ordre du jour",
    )
    state = models.CharField("état", max_length=17, choices=DemandState.choices)
    answer = models.TextField("réponse de l’administration", blank=True)
    quote = models.TextField("citation", blank=True, help_text="Ses mots exacts, sans guillemets.")
    on = models.DateField(
        "le",
        blank=True,
        validators=[validate_year],
        help_text="Vide : le jour de la réunion.",
    )
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name="corrige",
        help_text="L’étape enregistrée par erreur ; elle reste lisible, barrée.",
    )
    recorded_at = models.DateTimeField("enregistrée le", default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="enregistrée par",
    )

    objects = DemandStepQuerySet.as_manager()

    class Meta:
        verbose_name = "étape"
        verbose_name_plural = "étapes"
        ordering = ["on", "pk"]
        indexes = [models.Index(fields=["demand", "on"], name="step_by_demand")]
        constraints = [
            models.CheckConstraint(
                condition=Q(corrects=None) | ~Q(corrects=F("pk")),
                name="step_does_not_correct_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y} : {self.get_state_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Record the step and what becomes of the demand. Raises TypeError for a stored one."""
        if not self._state.adding:
            raise TypeError("A step is never rewritten: record a correction.")
        self._complete()
        with transaction.atomic():
            # Two steps recorded at once must not both believe that they are the last.
            Demand.objects.select_for_update().get(pk=self.demand_id)
            # Only ever a new row: a key given by hand would otherwise rewrite the step that has it.
            super().save(*args, **kwargs | {"force_insert": True})
            self.demand.refresh_state()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A step is never deleted: record a correction.")

    def clean(self) -> None:
        """Keep a step with its demand, its meeting and its day."""
        self._complete()
        errors = {}
        if self.agenda_item and self.meeting_id != self.agenda_item.meeting_id:
            errors["agenda_item"] = "Ce point appartient à une autre réunion."
        if self.corrects and self.corrects.demand_id != self.demand_id:
            errors["corrects"] = "On corrige une étape de la même revendication."
        if not self.on:
            errors["on"] = "Donnez la date, ou la réunion."
        elif self.on > timezone.localdate():
            errors["on"] = "Cette date n’est pas encore venue : on enregistre ce qui a eu lieu."
        if errors:
            raise ValidationError(errors)

    def _complete(self) -> None:
        """Take from the agenda item, the meeting or the corrected step what they already say."""
        if self.agenda_item and not self.meeting_id:
            self.meeting = self.agenda_item.meeting
        if self.corrects:
            self.meeting = self.meeting or self.corrects.meeting
            self.on = self.corrects.on
        if not self.on and self.meeting:
            self.on = self.meeting.day

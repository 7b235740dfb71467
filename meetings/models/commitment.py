"""A commitment of the administration: its own words, who said them, for when, what came of it."""

from typing import Any

from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils import timezone

from cgtdouanes.dates import validate_year
from cgtdouanes.officers.journal import Journal
from meetings.models.agenda import AgendaItem
from meetings.models.demand import Demand
from meetings.models.document import Document
from meetings.models.meeting import MeetingVisibility
from meetings.models.recorded import Recorded
from members.permissions import Reader, reads_reserved


class CommitmentState(models.TextChoices):
    ANNOUNCED = "announced", "annoncé"
    IN_PROGRESS = "in_progress", "en cours"
    KEPT = "kept", "tenu"
    PARTIALLY_KEPT = "partially_kept", "tenu en partie"
    BROKEN = "broken", "non tenu"
    SUPERSEDED = "superseded", "remplacé"


# Still to be honoured.
PENDING_STATES = frozenset({CommitmentState.ANNOUNCED, CommitmentState.IN_PROGRESS})
BY_DUE_DATE = (F("due_on").asc(nulls_last=True), "-state_on", "-pk")


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: Reader) -> "CommitmentQuerySet":
        """The commitments made in meetings that this reader knows of."""
        if reads_reserved(user):
            return self
        return self.filter(agenda_item__meeting__visibility=MeetingVisibility.PUBLIC)

    def pending(self) -> "CommitmentQuerySet":
        """Those still to be honoured; its twin is `Commitment.is_pending`."""
        return self.filter(state__in=PENDING_STATES)

    def overdue(self) -> "CommitmentQuerySet":
        """Those whose day has passed; its twin is `Commitment.is_overdue`."""
        return self.pending().filter(due_on__lt=timezone.localdate())

    def by_urgency(self) -> "CommitmentQuerySet":
        """The overdue first, the oldest ahead; then what is pending; then what is settled."""
        today = timezone.localdate()
        rank = Case(
            When(state__in=PENDING_STATES, due_on__lt=today, then=Value(0)),
            When(state__in=PENDING_STATES, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.annotate(urgency=rank).order_by("urgency", *BY_DUE_DATE)

    def by_due_date(self) -> "CommitmentQuerySet":
        """The same order among those that are equally urgent."""
        return self.order_by(*BY_DUE_DATE)


class Commitment(Recorded):
    agenda_item = models.ForeignKey(
        AgendaItem,
        on_delete=models.PROTECT,
        related_name="commitments",
        verbose_name="point à l’ordre du jour",
        help_text="Là où l’engagement a été pris.",
    )
    wording = models.TextField(
        "mots exacts", help_text="Ce qui a été dit, mot pour mot, sans guillemets."
    )
    made_by = models.CharField(
        "pris par", max_length=150, help_text="La fonction, par exemple : la directrice régionale."
    )
    due_on = models.DateField(
        "échéance",
        null=True,
        blank=True,
        validators=[validate_year],
        help_text="Le dernier jour pour le tenir ; vide si aucune date n’a été donnée.",
    )
    state = models.CharField(
        "état",
        max_length=14,
        choices=CommitmentState.choices,
        default=CommitmentState.ANNOUNCED,
    )
    state_on = models.DateField("depuis le", default=timezone.localdate, validators=[validate_year])
    proof = models.TextField(
        "preuve",
        blank=True,
        help_text="Ce qui montre qu’il est tenu, ou qu’il ne l’est pas : note de service, relevé…",
    )
    proof_document = models.ForeignKey(
        Document,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="document qui le prouve",
    )
    demand = models.ForeignKey(
        Demand,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="commitments",
        verbose_name="répond à la revendication",
    )
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="supersedes",
        verbose_name="remplacé par",
    )

    objects = CommitmentQuerySet.as_manager()
    history = Journal()

    class Meta:
        verbose_name = "engagement de l’administration"
        verbose_name_plural = "engagements de l’administration"
        ordering = ["-state_on", "-pk"]
        indexes = [
            # In the order of the register, with all that it asks for to count.
            models.Index(
                fields=["due_on", "-state_on", "-id", "state", "agenda_item"],
                name="commitment_by_due_date",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(superseded_by=None) | ~Q(superseded_by=F("pk")),
                name="commitment_does_not_supersede_itself",
                violation_error_message="Un engagement ne se remplace pas lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return self.wording if len(self.wording) <= 100 else f"{self.wording[:99]}…"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a change of state is dated today, unless another day was given."""
        former = Commitment.objects.filter(pk=self.pk).values_list("state", "state_on").first()
        if former and former[0] != self.state and former[1] == self.state_on:
            self.state_on = timezone.localdate()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "state_on"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{self.agenda_item.meeting.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """Its place in the page of the meeting where it was made."""
        return f"engagement-{self.pk}"

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING_STATES

    @property
    def is_overdue(self) -> bool:
        """Whether its day has passed without its being honoured; the day itself still counts."""
        return self.is_pending and bool(self.due_on and self.due_on < timezone.localdate())

    @property
    def days_overdue(self) -> int:
        """Days since its day, zero when it is not overdue."""
        if not self.is_overdue or not self.due_on:
            return 0
        return int((timezone.localdate() - self.due_on).days)

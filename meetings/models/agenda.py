"""The agenda of a meeting: its points in order, where each comes from, and what came of it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from cgtdouanes.officers.journal import Journal
from meetings.models.meeting import Meeting, MeetingVisibility
from meetings.models.recorded import Recorded
from members.permissions import Reader, reads_reserved


class OutcomeKind(models.TextChoices):
    INFORMATION = "information", "information"
    DECISION = "decision", "décision"
    COMMITMENT = "commitment", "engagement"
    REFUSAL = "refusal", "refus"
    POSTPONED = "postponed", "report à plus tard"
    NONE = "none", "sans suite"


def _public_origin(item: str = "") -> Q:
    """The demand or the commitment that this item takes up, if any, is known to visitors."""
    demand, commitment = f"{item}demand", f"{item}commitment"
    made_at = f"{commitment}__agenda_item__meeting__visibility"
    return (Q((demand, None)) | ~Q((f"{demand}__public_state", ""))) & (
        Q((commitment, None)) | Q((made_at, MeetingVisibility.PUBLIC))
    )


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: Reader) -> "AgendaItemQuerySet":
        """The items of the meetings that this reader knows of.

        An item without words of its own, whose origin is reserved, is reserved with it.
        """
        if reads_reserved(user):
            return self
        public = MeetingVisibility.PUBLIC
        first_has_words = ~Q(takes_up__title="") | (
            _public_origin("takes_up__") & Q(takes_up__takes_up=None)
        )
        origin_is_public = _public_origin() & (
            Q(takes_up=None) | (Q(takes_up__meeting__visibility=public) & first_has_words)
        )
        return self.filter(meeting__visibility=public).filter(~Q(title="") | origin_is_public)

    def with_origin(self) -> "AgendaItemQuerySet":
        """With what `AgendaItem.heading` and the links to the origin need."""
        return self.select_related(
            "demand", "commitment", "takes_up__meeting", "takes_up__demand", "takes_up__commitment"
        )

    def in_outline(self) -> "AgendaItemQuerySet":
        """In reading order: each item, then its sub-items."""
        return self.order_by(
            Coalesce("parent__position", "position"),
            Coalesce("parent_id", "pk"),
            F("parent_id").asc(nulls_first=True),
            "position",
            "pk",
        )


class AgendaItem(Recorded):
    """One point of a meeting's agenda: what was presented, discussed, and what came of it.

    What was left over from an earlier meeting is linked: a demand, a commitment of the
    administration, or a postponed item (always the first of its series, see `due`).
    """

    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, related_name="agenda_items", verbose_name="réunion"
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="sub_items",
        verbose_name="sous le point",
    )
    position = models.PositiveSmallIntegerField("ordre", default=0)
    title = models.CharField(
        "intitulé",
        max_length=250,
        blank=True,
        help_text="Vide pour un point repris d’ailleurs : il porte alors l’intitulé d’origine.",
    )
    demand = models.ForeignKey(
        "meetings.Demand",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name="revendication reprise",
    )
    commitment = models.ForeignKey(
        "meetings.Commitment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agenda_items",
        verbose_name="engagement repris",
    )
    takes_up = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="taken_up_by",
        verbose_name="point repris",
    )
    presented = models.TextField("ce que l’administration a présenté", blank=True)
    discussion = models.TextField("échanges", blank=True)
    outcome = models.TextField("suite donnée", blank=True)
    outcome_kind = models.CharField(
        "nature de la suite", max_length=12, choices=OutcomeKind.choices, default=OutcomeKind.NONE
    )

    objects = AgendaItemQuerySet.as_manager()
    history = Journal()

    class Meta:
        verbose_name = "point à l’ordre du jour"
        verbose_name_plural = "ordre du jour"
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["meeting", "id"], name="agenda_item_of_meeting")]
        constraints = [
            models.CheckConstraint(
                condition=(
                    ~Q(title="")
                    | Q(demand__isnull=False)
                    | Q(commitment__isnull=False)
                    | Q(takes_up__isnull=False)
                ),
                name="agenda_item_has_a_heading",
                violation_error_message="Donnez un intitulé à ce point.",
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def heading(self) -> str:
        """Its own title, or that of what it takes up: nothing is copied that can be linked."""
        if self.title:
            return self.title
        if self.demand:
            return self.demand.title
        if self.commitment:
            return f"Engagement : {self.commitment.wording}"
        return self.takes_up.heading if self.takes_up else ""

    def clean(self) -> None:
        """Keep sub-items within their meeting, one level deep."""
        if not self.parent:
            return
        if self.parent.meeting_id != self.meeting_id:
            raise ValidationError({"parent": "Ce point appartient à une autre réunion."})
        if self.parent.parent_id or self.parent.pk == self.pk:
            raise ValidationError({"parent": "Un sous-point ne peut pas en contenir un autre."})

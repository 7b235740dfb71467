"""What was negotiated: the meetings with the administration, their agenda and what came of it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from cgtdouanes.dates import validate_year
from members.permissions import Reader, reads_reserved


class Kind(models.TextChoices):
    TECHNICAL = "technical", "réunion technique"
    WORKING_GROUP = "working_group", "groupe de travail (GT)"
    SOCIAL_COMMITTEE = "social_committee", "CSA"
    HEALTH_PANEL = "health_panel", "formation spécialisée"
    JOINT_COMMITTEE = "joint_committee", "CAP"
    AUDIENCE = "audience", "audience"
    GENERAL_ASSEMBLY = "general_assembly", "assemblée générale"


class MeetingStatus(models.TextChoices):
    PLANNED = "planned", "prévue"
    HELD = "held", "tenue"
    CANCELLED = "cancelled", "annulée"
    BOYCOTTED = "boycotted", "boycottée"
    RECONVENED = "reconvened", "reconvoquée"


class MeetingVisibility(models.TextChoices):
    PUBLIC = "public", "tout le monde"
    MEMBERS = "members", "adhérent·es"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: Reader) -> "MeetingQuerySet":
        """The meetings that this reader may know of."""
        if reads_reserved(user):
            return self
        return self.filter(visibility=MeetingVisibility.PUBLIC)

    def upcoming(self) -> "MeetingQuerySet":
        """What is still to come, the nearest first; a cancelled one stays announced as such."""
        return self.filter(starts_at__gte=timezone.now()).order_by("starts_at", "pk")

    def past(self) -> "MeetingQuerySet":
        """What has begun or should have, the latest first."""
        return self.filter(starts_at__lt=timezone.now()).order_by("-starts_at", "-pk")


class Meeting(models.Model):
    """A meeting with the administration, or of the section itself."""

    kind = models.CharField("type de réunion", max_length=20, choices=Kind.choices)
    title = models.CharField(
        "titre", max_length=200, help_text="Par exemple : Plan probité et protection"
    )
    slug = models.SlugField(
        "adresse",
        max_length=120,
        unique=True,
        help_text="La fin de l’adresse de la page, sans accent ni espace.",
    )
    starts_at = models.DateTimeField("début", validators=[validate_year])
    ends_at = models.DateTimeField("fin", null=True, blank=True, validators=[validate_year])
    place = models.CharField("lieu", max_length=200, blank=True)
    status = models.CharField(
        "état", max_length=12, choices=MeetingStatus.choices, default=MeetingStatus.PLANNED
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name="fait suite à",
        help_text="La réunion précédente sur le même sujet.",
    )
    delegation = models.TextField(
        "délégation",
        blank=True,
        help_text="Qui représentait la section : les fonctions plutôt que les noms.",
    )
    visibility = models.CharField(
        "visible par",
        max_length=10,
        choices=MeetingVisibility.choices,
        default=MeetingVisibility.PUBLIC,
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "réunion"
        verbose_name_plural = "réunions"
        ordering = ["-starts_at", "-pk"]
        indexes = [models.Index(fields=["visibility", "starts_at"], name="meeting_by_date")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="meeting_ends_after_it_starts",
                violation_error_message="La réunion ne peut pas finir avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                condition=Q(follows=None) | ~Q(follows=F("pk")),
                name="meeting_does_not_follow_itself",
                violation_error_message="Une réunion ne fait pas suite à elle-même.",
            ),
        ]

    def __str__(self) -> str:
        day = timezone.localtime(self.starts_at).strftime("%d/%m/%Y")
        return f"{self.get_kind_display()} du {day} : {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.slug])

    def clean(self) -> None:
        """Refuse a chain of meetings that goes back in time, and so in circle."""
        if not self.starts_at:
            return
        if self.follows and self.follows.starts_at >= self.starts_at:
            raise ValidationError(
                {"follows": "Une réunion ne peut faire suite qu’à une réunion antérieure."}
            )
        if self.pk and self.followed_by.filter(starts_at__lte=self.starts_at).exists():
            raise ValidationError(
                {"starts_at": "Une réunion qui fait suite à celle-ci a lieu avant cette date."}
            )


class OutcomeKind(models.TextChoices):
    INFORMATION = "information", "information"
    DECISION = "decision", "décision"
    COMMITMENT = "commitment", "engagement"
    REFUSAL = "refusal", "refus"
    POSTPONED = "postponed", "report à plus tard"
    NONE = "none", "sans suite"


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def in_outline(self) -> "AgendaItemQuerySet":
        """In reading order: each item, then its sub-items."""
        return self.order_by(
            Coalesce("parent__position", "position"),
            Coalesce("parent_id", "pk"),
            F("parent_id").asc(nulls_first=True),
            "position",
            "pk",
        )


class AgendaItem(models.Model):
    """One point of a meeting's agenda: what was presented, discussed, and what came of it."""

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
    title = models.CharField("intitulé", max_length=250)
    presented = models.TextField("ce que l’administration a présenté", blank=True)
    discussion = models.TextField("échanges", blank=True)
    outcome = models.TextField("suite donnée", blank=True)
    outcome_kind = models.CharField(
        "nature de la suite", max_length=12, choices=OutcomeKind.choices, default=OutcomeKind.NONE
    )

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = "point à l’ordre du jour"
        verbose_name_plural = "ordre du jour"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Keep sub-items within their meeting, one level deep."""
        if not self.parent:
            return
        if self.parent.meeting_id != self.meeting_id:
            raise ValidationError({"parent": "Ce point appartient à une autre réunion."})
        if self.parent.parent_id or self.parent.pk == self.pk:
            raise ValidationError({"parent": "Un sous-point ne peut pas en contenir un autre."})

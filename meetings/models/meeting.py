"""A meeting, with the administration or of the section itself, and its place in a chain."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from cgtdouanes import pages
from cgtdouanes.dates import validate_year
from cgtdouanes.officers.journal import Journal
from meetings.models.recorded import Recorded
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

    def in_calendars(self) -> "MeetingQuerySet":
        """What a calendar holds: two years of the past, and all that is to come."""
        since = timezone.now() - timedelta(days=2 * 365)
        return self.filter(starts_at__gte=since).order_by("starts_at", "pk")

    def of_chain(self, meeting: "Meeting") -> "MeetingQuerySet":
        """The meetings of the same chain, this one among them, in the order of time."""
        first = meeting.chain_start_id or meeting.pk
        return self.filter(Q(pk=first) | Q(chain_start=first)).order_by("starts_at", "pk")


def new_calendar_uid() -> str:
    """A name for calendars that holds no address of the site: they change (RFC 7986, 5.3)."""
    return str(uuid4())


class Meeting(Recorded):
    """A meeting. `chain_start` is the first of its chain, empty for the first itself.

    `revision` counts the changes that a calendar must take over (the SEQUENCE of RFC 5545), and
    `calendar_uid` is the name by which it recognises the meeting (its UID), for ever.
    """

    ADDRESSES_TAKEN = ("calendrier", "mon-calendrier")
    IN_CALENDARS = ("kind", "title", "starts_at", "ends_at", "place", "status", "slug")

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

    chain_start = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="chain_members",
    )
    revision = models.PositiveIntegerField(editable=False, default=0)
    calendar_uid = models.CharField(
        editable=False, max_length=255, unique=True, default=new_calendar_uid
    )
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    objects = MeetingQuerySet.as_manager()
    history = Journal(excluded_fields=["chain_start", "revision", "calendar_uid", "updated_at"])

    class Meta:
        verbose_name = "réunion"
        verbose_name_plural = "réunions"
        ordering = ["-starts_at", "-pk"]
        indexes = [
            # All that a list asks for to count, and to skip over what is on other pages.
            models.Index(fields=["visibility", "-starts_at", "-id"], name="meeting_by_date"),
            models.Index(fields=["-starts_at", "-id"], name="meeting_by_date_for_members"),
            models.Index(fields=["visibility", "updated_at"], name="meeting_changed"),
        ]
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, keep the chain together, and tell what hangs on the date or the visibility."""
        with transaction.atomic():
            former = Meeting.objects.select_for_update(of=("self",)).filter(pk=self.pk).first()
            self._join_chain(former)
            if former and any(_differ(self, former, name) for name in self.IN_CALENDARS):
                self.revision = former.revision + 1
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {
                    *kwargs["update_fields"],
                    *("chain_start", "revision", "updated_at"),
                }
            super().save(*args, **kwargs)
            if former and former.visibility != self.visibility:
                self._refresh_demands()
            pages.changed(self.page_tag)

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.slug])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the meeting and, with their files, its documents."""
        with transaction.atomic():
            for document in self.documents.all():
                document.delete()
            pages.changed(self.page_tag)
            return super().delete(*args, **kwargs)

    @property
    def page_tag(self) -> str:
        """Under which are kept the pages that show nothing else of the record than this meeting."""
        return self.page_tag_of(self.pk)

    @staticmethod
    def page_tag_of(pk: int) -> str:
        return f"meeting:{pk}"

    @property
    def is_public(self) -> bool:
        return self.visibility == MeetingVisibility.PUBLIC

    def is_visible_to(self, user: Reader) -> bool:
        """Whether this reader may know of it; the twin of `visible_to`."""
        return self.is_public or reads_reserved(user)

    @property
    def has_begun(self) -> bool:
        """Whether its hour has come; the twin of `past`."""
        return self.starts_at < timezone.now()

    @property
    def day(self) -> date:
        """The day on which it starts, in the section's time zone."""
        return timezone.localtime(self.starts_at).date()

    def clean(self) -> None:
        """Refuse the address of another page, and a chain that goes back in time, so in circle."""
        if self.slug in self.ADDRESSES_TAKEN:
            raise ValidationError({"slug": "Cette adresse est déjà celle d’une autre page."})
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

    def _join_chain(self, former: "Meeting | None") -> None:
        """Take over the chain of the meeting that this one follows, with all that follow it."""
        start = (self.follows.chain_start_id or self.follows.pk) if self.follows else None
        if former and former.chain_start_id != start:
            chain = Meeting.objects.of_chain(former).values_list("pk", "follows_id")
            later = _followers(self.pk, list(chain))
            Meeting.objects.filter(pk__in=later).update(chain_start=start or self.pk)
        self.chain_start_id = start

    def _refresh_demands(self) -> None:
        """What visitors know of the demands that came up here changed with the visibility."""
        for demand in {step.demand for step in self.demand_steps.select_related("demand")}:
            demand.refresh_state()


def _differ(one: Meeting, other: Meeting, name: str) -> bool:
    field = Meeting._meta.get_field(name)
    assert isinstance(field, models.Field)  # noqa: S101  for the type checker
    return bool(field.to_python(getattr(one, name)) != getattr(other, name))


def _followers(meeting: int, chain: Iterable[tuple[int, int | None]]) -> set[int]:
    """The ids of the meetings of the chain that come after this one, however far."""
    found: set[int] = set()
    reached = {meeting}
    while reached:
        reached = {pk for pk, follows in chain if follows in reached} - found
        found |= reached
    return found

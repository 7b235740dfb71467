"""A demand of the section: its reference, and its state, which its steps tell."""

import re
from datetime import date
from itertools import takewhile
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from cgtdouanes.dates import validate_year
from cgtdouanes.officers.journal import Journal
from cgtdouanes.text.words import folded, stem
from meetings.models.meeting import MeetingVisibility
from meetings.models.recorded import tell_readers
from members.permissions import Reader, reads_reserved


class DemandState(models.TextChoices):
    RAISED = "raised", "déposée"
    UNDER_REVIEW = "under_review", "à l’étude"
    PARTIALLY_GRANTED = "partially_granted", "partiellement obtenue"
    GRANTED = "granted", "obtenue"
    REFUSED = "refused", "refusée"
    POSTPONED = "postponed", "renvoyée à plus tard"
    UNANSWERED = "unanswered", "sans réponse"
    WITHDRAWN = "withdrawn", "retirée"


# The administration still owes an answer.
OPEN_STATES = frozenset(
    {
        DemandState.RAISED,
        DemandState.UNDER_REVIEW,
        DemandState.POSTPONED,
        DemandState.UNANSWERED,
    }
)


class DemandVisibility(models.TextChoices):
    PUBLIC = "public", "tout le monde, dès qu’une réunion publique l’a entendue"
    MEMBERS = "members", "adhérent·es"


class DemandQuerySet(models.QuerySet["Demand"]):
    def visible_to(self, user: Reader) -> "DemandQuerySet":
        """The demands that this reader knows of, with the state as far as this reader knows it.

        Annotates `shown_state` and `shown_on`: a visitor does not learn what became of a demand
        in a reserved meeting.
        """
        if reads_reserved(user):
            return self.annotate(shown_state=F("state"), shown_on=F("state_on"))
        return self.exclude(public_state="").annotate(
            shown_state=F("public_state"), shown_on=F("public_state_on")
        )

    def open(self) -> "DemandQuerySet":
        """Those that the administration has still to answer; its twin is `Demand.is_open`."""
        return self.filter(state__in=OPEN_STATES)

    def matching(self, words: str) -> "DemandQuerySet":
        """Those that hold every one of these words, whatever their accents, case and ending."""
        found = self
        for word in folded(words).split():
            begins = stem(word)
            # A short beginning would be found within too many words.
            if len(begins) < 5 or not word.startswith(begins):
                begins = word
            found = found.filter(searchable__contains=begins)
        return found


class ReferenceCounter(models.Model):
    """The last number given in a year: taken with its row locked, so that no number is missing."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year} : {self.last}"

    @classmethod
    def next_reference(cls, year: int) -> str:
        """Return the next reference of the year. The number is free again if all is rolled back."""
        cls.objects.get_or_create(year=year)
        counter = cls.objects.select_for_update().get(year=year)
        counter.last += 1
        counter.save(update_fields=["last"])
        return f"REV-{year}-{counter.last:03}"


class Demand(models.Model):
    """What the section demands. Its state is that of its last step which was not corrected.

    `public_state` is the same by the steps of public meetings alone; empty for a reserved demand.
    """

    reference = models.CharField("référence", max_length=16, unique=True, editable=False)
    title = models.CharField("intitulé", max_length=200)
    text = models.TextField(
        "texte",
        blank=True,
        help_text="Ce que la section demande, et pourquoi, en quelques phrases.",
    )
    theme = models.CharField(
        "thème",
        max_length=60,
        help_text="Reprenez un thème existant quand il convient, pour les regrouper.",
    )
    raised_on = models.DateField(
        "déposée le",
        default=timezone.localdate,
        validators=[validate_year],
        help_text="L’année de cette date est celle de la référence, donnée une fois pour toutes.",
    )
    visibility = models.CharField(
        "visible par",
        max_length=8,
        choices=DemandVisibility.choices,
        default=DemandVisibility.PUBLIC,
    )
    state = models.CharField(
        "état",
        max_length=17,
        choices=DemandState.choices,
        default=DemandState.RAISED,
        editable=False,
    )
    state_on = models.DateField("depuis le", editable=False)
    public_state = models.CharField(
        max_length=17, choices=DemandState.choices, blank=True, editable=False, default=""
    )
    public_state_on = models.DateField(null=True, editable=False)
    searchable = models.TextField(editable=False, default="")

    # Given by `visible_to`: the state as far as the reader knows it.
    shown_state: str
    shown_on: date

    objects = DemandQuerySet.as_manager()
    history = Journal(
        excluded_fields=["state", "state_on", "public_state", "public_state_on", "searchable"]
    )

    class Meta:
        verbose_name = "revendication"
        verbose_name_plural = "revendications"
        ordering = ["-raised_on", "-pk"]
        indexes = [
            # Each holds all that a list and its figures ask for, so that no row is read for them.
            models.Index(fields=["state", "-raised_on", "-id", "state_on"], name="demand_by_state"),
            models.Index(
                fields=["public_state", "-raised_on", "-id", "public_state_on"],
                name="demand_by_public_state",
            ),
            models.Index(fields=["-raised_on", "-id", "public_state"], name="demand_by_date"),
            models.Index(fields=["theme", "public_state"], name="demand_by_theme"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} : {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new demand takes the next reference of its year."""
        self.theme = _one_spelling(self.theme)
        self.searchable = folded(f"{self.reference} {self.title} {self.theme} {self.text}")
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "theme", "searchable"}
        with transaction.atomic():
            if not self.reference:
                self.raised_on = Demand._meta.get_field("raised_on").to_python(self.raised_on)
                self.reference = ReferenceCounter.next_reference(self.raised_on.year)
                self.searchable = f"{folded(self.reference)} {self.searchable}"
                self.state_on = self.raised_on
            super().save(*args, **kwargs)
            self.refresh_state()

    def get_absolute_url(self) -> str:
        return reverse("meetings:demand", args=[self.reference])

    def clean(self) -> None:
        if re.search(r"[\r\n\t]", self.title):
            raise ValidationError({"title": "L’intitulé tient sur une seule ligne."})

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    def refresh_state(self) -> None:
        """Derive from the steps what is known of this demand, by members and by visitors."""
        steps = self.steps.effective().values_list("state", "on", "meeting__visibility")
        (self.state, self.state_on), public = self.states_by(list(steps))
        self.public_state, self.public_state_on = public or ("", None)
        Demand.objects.filter(pk=self.pk).update(
            state=self.state,
            state_on=self.state_on,
            public_state=self.public_state,
            public_state_on=self.public_state_on,
        )
        tell_readers(self)

    def states_by(
        self, steps: list[tuple[str, date, str | None]]
    ) -> tuple[tuple[str, date], tuple[str, date] | None]:
        """The state and its day, for members then for visitors, by these steps in order.

        A step is its state, its day and who sees its meeting. None: visitors know no such demand.
        """
        every = [(state, on) for state, on, _ in steps]
        public = [(state, on) for state, on, seen in steps if seen != MeetingVisibility.MEMBERS]
        raised = (DemandState.RAISED.value, self.raised_on)
        known = _latest(every) if every else raised
        if self.visibility == DemandVisibility.MEMBERS or (every and not public):
            return known, None
        return known, _latest(public) if public else raised

    def waiting_days(self, state: str, since: date, today: date | None = None) -> int:
        """Days from the raising to today, or to the answer; for the state that a reader knows."""
        until = (today or timezone.localdate()) if state in OPEN_STATES else since
        return max(0, (until - self.raised_on).days)


def _latest(steps: list[tuple[str, date]]) -> tuple[str, date]:
    """The last state with the day from which it has held: to hear it again is no new answer."""
    state = steps[-1][0]
    run = takewhile(lambda step: step[0] == state, reversed(steps))
    return state, min(on for _, on in run)


def _one_spelling(theme: str) -> str:
    """The theme as it is already spelt elsewhere, if it only differs by case, accents or spaces."""
    known = Demand.objects.order_by().values_list("theme", flat=True).distinct()
    spellings = {folded(each): each for each in known}
    return spellings.get(folded(theme), " ".join(theme.split()))

"""The register of the administration's commitments: how many, and what is shown of each."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q
from django.utils import timezone

from cgtdouanes.pages import known
from cgtdouanes.paging import Part
from meetings.models import (
    PENDING_STATES,
    RECORD,
    AgendaItem,
    Commitment,
    CommitmentState,
    Demand,
    Document,
)
from meetings.models.commitment import CommitmentQuerySet
from members.audiences import audience_of
from members.permissions import Reader

OVERDUE, PENDING, SETTLED = "overdue", "pending", "settled"
# The ways to narrow the register down, by their names in the address.
SHELVES = {
    OVERDUE: "en retard",
    PENDING: "en attente",
    CommitmentState.KEPT.value: "tenus",
    CommitmentState.PARTIALLY_KEPT.value: "tenus en partie",
    CommitmentState.BROKEN.value: "non tenus",
    CommitmentState.SUPERSEDED.value: "remplacés",
}


@dataclass(frozen=True)
class Shelf:
    """One part of the register, and how many commitments stand in it."""

    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Register:
    """The commitments that a reader knows of, by part."""

    total: int
    overdue: int
    shelves: list[Shelf]

    def count(self, key: str) -> int:
        """How many stand in this part, or in all without a key."""
        if key == SETTLED:
            return self.total - self.count(OVERDUE) - self.count(PENDING)
        return next((shelf.count for shelf in self.shelves if shelf.key == key), self.total)


def register_for(user: Reader) -> Register:
    """Count the commitments that this reader knows of, in one query at most."""
    return known(("register", audience_of(user)), lambda: _counted(user), RECORD)


def _counted(user: Reader) -> Register:
    counts = {key: Count("pk", filter=_belongs(key)) for key in SHELVES}
    found = Commitment.objects.visible_to(user).order_by().aggregate(total=Count("pk"), **counts)
    shelves = [Shelf(key, label, found[key]) for key, label in SHELVES.items()]
    return Register(found["total"], found[OVERDUE], shelves)


def commitments_for(user: Reader, shelf: str = "") -> CommitmentQuerySet:
    """Return what this reader knows of a part of the register, or of all, the most urgent first."""
    found = Commitment.objects.visible_to(user)
    if shelf:
        found = found.filter(_belongs(shelf))
    return with_what_it_refers_to(found, user).by_urgency()


def parts_for(user: Reader, shelf: str = "") -> list[Part]:
    """Return the same commitments by their urgency: those that an index gives in their order."""
    counted, found = register_for(user), Commitment.objects.visible_to(user).by_due_date()
    return [
        Part(found.filter(_belongs(key)), counted.count(key))
        for key in ([shelf] if shelf else [OVERDUE, PENDING, SETTLED])
    ]


def with_what_it_refers_to(commitments: CommitmentQuerySet, user: Reader) -> CommitmentQuerySet:
    """Add the proof, the demand, the replacement: None where it is not for this reader.

    `taken_up` holds the points of the agendas, as far as this reader may know, that took it up.
    """
    points = AgendaItem.objects.visible_to(user).select_related("meeting")
    return commitments.select_related("agenda_item__meeting").prefetch_related(
        Prefetch("proof_document", Document.objects.visible_to(user).select_related("meeting")),
        Prefetch("demand", Demand.objects.visible_to(user)),
        Prefetch(
            "superseded_by",
            Commitment.objects.visible_to(user).select_related("agenda_item__meeting"),
        ),
        Prefetch("agenda_items", points.order_by("meeting__starts_at", "pk"), to_attr="taken_up"),
    )


def _belongs(shelf: str) -> Q:
    late = Q(state__in=PENDING_STATES, due_on__lt=timezone.localdate())
    if shelf == OVERDUE:
        return late
    if shelf == PENDING:
        # Not `~late`, which SQL leaves out where there is no day.
        return Q(state__in=PENDING_STATES) & (Q(due_on=None) | Q(due_on__gte=timezone.localdate()))
    if shelf == SETTLED:
        return ~Q(state__in=PENDING_STATES)
    return Q(state=shelf)

"""What the administration still owes when a meeting is prepared, over its whole chain."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from meetings.models import (
    AgendaItem,
    Commitment,
    Demand,
    DemandStep,
    Meeting,
    MeetingStatus,
    OutcomeKind,
)
from members.permissions import Reader


@dataclass(frozen=True)
class OwedDemand:
    """A demand without its answer. `last_step` is the last time that it came up anywhere."""

    demand: Demand
    last_step: DemandStep | None

    @property
    def days(self) -> int:
        return self.demand.waiting_days(self.demand.state, self.demand.state_on)

    @property
    def is_reserved(self) -> bool:
        return not self.demand.public_state


@dataclass(frozen=True)
class OwedCommitment:
    """A commitment still to be honoured, overdue or not."""

    commitment: Commitment

    @property
    def meeting(self) -> Meeting:
        return self.commitment.agenda_item.meeting

    @property
    def days(self) -> int:
        return (timezone.localdate() - self.meeting.day).days

    @property
    def is_reserved(self) -> bool:
        return not self.meeting.is_public


@dataclass(frozen=True)
class OwedItem:
    """A point put off, and put off again: the first of its series, and each time it came back.

    `demands` came up under it, and may have been answered since.
    """

    item: AgendaItem
    occurrences: list[AgendaItem]
    demands: list[Demand]

    @property
    def last(self) -> AgendaItem:
        return self.occurrences[-1]

    @property
    def times(self) -> int:
        """How many times it was put off."""
        return sum(each.outcome_kind == OutcomeKind.POSTPONED for each in self.occurrences)

    @property
    def days(self) -> int:
        return (timezone.localdate() - self.item.meeting.day).days

    @property
    def is_reserved(self) -> bool:
        return not self.item.meeting.is_public


@dataclass(frozen=True)
class StillOwed:
    """What is not yet on the agenda of the meeting; in each group what is oldest comes first."""

    demands: list[OwedDemand] = field(default_factory=list)
    commitments: list[OwedCommitment] = field(default_factory=list)
    items: list[OwedItem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.demands) + len(self.commitments) + len(self.items)


def still_owed(meeting: Meeting, reader: Reader) -> StillOwed:
    """Return what the meetings of the chain before this one leave to be answered at it."""
    earlier = list(
        Meeting.objects.visible_to(reader)
        .of_chain(meeting)
        .filter(starts_at__lt=meeting.starts_at)
        .exclude(pk=meeting.pk)
        .values_list("pk", flat=True)
    )
    if not earlier:
        return StillOwed()
    return StillOwed(
        demands=_open_demands(meeting, earlier, reader),
        commitments=_pending_commitments(meeting, earlier, reader),
        items=_postponed_items(meeting, earlier, reader),
    )


def _open_demands(meeting: Meeting, earlier: list[int], reader: Reader) -> list[OwedDemand]:
    """Those that came up in the chain, on an agenda or by a step, wherever they went since."""
    steps = DemandStep.objects.effective().order_by()
    came_up = Q(pk__in=steps.filter(meeting__in=earlier).values("demand")) | Q(
        pk__in=AgendaItem.objects.filter(meeting__in=earlier, demand__isnull=False).values("demand")
    )
    demands = list(
        Demand.objects.visible_to(reader)
        .open()
        .filter(came_up)
        .exclude(pk__in=steps.filter(meeting=meeting).values("demand"))
        .exclude(agenda_items__meeting=meeting)
        .order_by("raised_on", "pk")
    )
    last_steps = {
        step.demand_id: step
        for step in DemandStep.objects.visible_to(reader)
        .effective()
        .filter(demand__in=demands)
        .select_related("meeting")
    }
    return [OwedDemand(demand, last_steps.get(demand.pk)) for demand in demands]


def _pending_commitments(
    meeting: Meeting, earlier: list[int], reader: Reader
) -> list[OwedCommitment]:
    commitments = (
        Commitment.objects.visible_to(reader)
        .pending()
        .filter(agenda_item__meeting__in=earlier)
        .exclude(agenda_items__meeting=meeting)
        .select_related("agenda_item__meeting")
        .by_urgency()
    )
    return [OwedCommitment(commitment) for commitment in commitments]


def _postponed_items(meeting: Meeting, earlier: list[int], reader: Reader) -> list[OwedItem]:
    """Those still put off the last time that they came up.

    An item that takes up a demand or a commitment is not among them: its origin stands for it.
    """
    items = AgendaItem.objects.visible_to(reader)
    postponed = items.filter(meeting__in=earlier, outcome_kind=OutcomeKind.POSTPONED)
    firsts = {first or pk for first, pk in postponed.order_by().values_list("takes_up", "pk")}
    here = set(items.filter(meeting=meeting).order_by().values_list("takes_up", flat=True))
    wanted = firsts - here
    series: dict[int, list[AgendaItem]] = defaultdict(list)
    for item in (
        items.filter(Q(pk__in=wanted) | Q(takes_up__in=wanted))
        .filter(meeting__starts_at__lt=meeting.starts_at)
        .with_origin()
        .select_related("meeting")
        .order_by("meeting__starts_at", "meeting", "pk")
    ):
        series[item.takes_up_id or item.pk].append(item)
    put_off = []
    for first, occurrences in series.items():
        counting = list(_occurrences_that_count(occurrences))
        origin = occurrences[0]
        if (
            counting
            and counting[-1].outcome_kind == OutcomeKind.POSTPONED
            and origin.pk == first
            and not (origin.demand_id or origin.commitment_id)
        ):
            put_off.append((origin, counting))
    demands = _demands_under([item for _, counting in put_off for item in counting], reader)
    owed = [OwedItem(origin, counting, list(demands[origin.pk])) for origin, counting in put_off]
    return sorted(owed, key=lambda each: (each.item.meeting.starts_at, each.item.pk))


def _demands_under(items: Iterable[AgendaItem], reader: Reader) -> dict[int, dict[Demand, None]]:
    """The demands that came up under these items, in order, by the first item of their series."""
    series = {item.pk: item.takes_up_id or item.pk for item in items}
    steps = DemandStep.objects.visible_to(reader).effective().filter(agenda_item__in=series)
    found: dict[int, dict[Demand, None]] = defaultdict(dict)
    for step in steps.select_related("demand"):
        if step.agenda_item_id:
            found[series[step.agenda_item_id]][step.demand] = None
    return found


def _occurrences_that_count(items: Iterable[AgendaItem]) -> Iterable[AgendaItem]:
    """Leave out the times when nothing could be decided: the meeting was not held, or not yet."""
    return (
        item
        for item in items
        if item.outcome_kind != OutcomeKind.NONE or item.meeting.status == MeetingStatus.HELD
    )

"""Where the demands stand: how many were obtained, refused or left unanswered, and the waiting.

Everything starts from demands that `visible_to` gave, and counts by the state that it shows. The
database does the counting: as many queries for ten demands as for twenty thousand.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q
from django.utils import timezone

from meetings.models import OPEN_STATES, Demand, DemandState
from meetings.models.demand import DemandQuerySet


@dataclass(frozen=True)
class Group:
    """States counted together, under the name by which a list is filtered."""

    key: str
    label: str
    label_of_one: str
    states: frozenset[DemandState]

    def counted(self, number: int) -> str:
        """The number with its words: “1 obtenue”, “2 obtenues”."""
        return f"{number} {self.label if number > 1 else self.label_of_one}"


UNDER_WAY = Group("under_way", "en cours", "en cours", OPEN_STATES - {DemandState.UNANSWERED})
GROUPS = (
    Group("granted", "obtenues", "obtenue", frozenset({DemandState.GRANTED})),
    Group(
        "partially_granted",
        "obtenues en partie",
        "obtenue en partie",
        frozenset({DemandState.PARTIALLY_GRANTED}),
    ),
    Group("refused", "refusées", "refusée", frozenset({DemandState.REFUSED})),
    Group("unanswered", "sans réponse", "sans réponse", frozenset({DemandState.UNANSWERED})),
    UNDER_WAY,
    Group("withdrawn", "retirées", "retirée", frozenset({DemandState.WITHDRAWN})),
)
ANSWERS = frozenset({DemandState.GRANTED, DemandState.PARTIALLY_GRANTED, DemandState.REFUSED})


@dataclass(frozen=True)
class Share:
    """One group among the demands that were counted."""

    group: Group
    count: int
    total: int
    points: int

    @property
    def words(self) -> str:
        return self.group.counted(self.count)

    @property
    def percent(self) -> str:
        """In whole percents; a few are not none, and nearly all are not all."""
        if self.count and self.points == 0:
            return "moins de 1 %"
        if self.count < self.total and self.points == 100:
            return "plus de 99 %"
        return f"{self.points} %"

    @property
    def is_rounded(self) -> bool:
        return 100 * self.count != self.points * self.total


@dataclass(frozen=True)
class Figures:
    """How many demands there are in each state."""

    by_state: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def shares(self) -> list[Share]:
        """Every group in its order; that of the withdrawn, only when there is one."""
        counts = [self.count(group.states) for group in GROUPS]
        points = _out_of_a_hundred(counts)
        shares = [
            Share(group, count, self.total, share)
            for group, count, share in zip(GROUPS, counts, points, strict=True)
        ]
        return [share for share in shares if share.count or share.group.key != "withdrawn"]

    def count(self, states: frozenset[DemandState]) -> int:
        return sum(self.by_state.get(state, 0) for state in states)


@dataclass(frozen=True)
class Waits:
    """The days that the open demands have waited, and those that the answers took."""

    open_count: int
    median_open: int | None
    longest: Demand | None
    longest_days: int
    answered_count: int
    median_answer: int | None


def standing(demands: DemandQuerySet) -> tuple[Figures, Waits]:
    """Count the demands, and measure their waiting."""
    counted = figures(demands)
    return counted, waits(demands, counted)


def figures(demands: DemandQuerySet) -> Figures:
    """Count the demands by state, in one query."""
    counted = demands.order_by().values_list(F("shown_state")).annotate(number=Count("*"))
    return Figures(dict(counted))


def waits(demands: DemandQuerySet, counted: Figures) -> Waits:
    """Measure the waiting of the demands that were counted, in three queries."""
    still_open = demands.filter(Q(shown_state__in=OPEN_STATES)).order_by("raised_on", "pk")
    answered = demands.filter(Q(shown_state__in=ANSWERS))
    took = ExpressionWrapper(F("shown_on") - F("raised_on"), output_field=DurationField())
    open_count, answered_count = counted.count(OPEN_STATES), counted.count(ANSWERS)
    today = timezone.localdate()
    days_open = [
        today - raised_on
        for raised_on in still_open.values_list("raised_on", flat=True)[_middle(open_count)]
    ]
    days_to_answer = answered.annotate(took=took).order_by("took").values_list("took", flat=True)
    longest = still_open.first()
    return Waits(
        open_count,
        _median(days_open),
        longest,
        longest.waiting_days(longest.shown_state, longest.shown_on) if longest else 0,
        answered_count,
        _median(list(days_to_answer[_middle(answered_count)])),
    )


def waiting_words(demand: Demand) -> str:
    """Say how long the demand has waited, as far as the reader knows its state."""
    days = demand.waiting_days(demand.shown_state, demand.shown_on)
    many = f"{days} jours" if days > 1 else "1 jour"
    if demand.shown_state in OPEN_STATES:
        return f"attend une réponse depuis {many if days else 'aujourd’hui'}"
    if demand.shown_state == DemandState.WITHDRAWN:
        return f"retirée après {many}" if days else "retirée le jour même"
    return f"réponse en {many}" if days else "réponse le jour même"


def _out_of_a_hundred(counts: list[int]) -> list[int]:
    """Share out a hundred points by the largest remainders (Hamilton's method), the sum kept.

    Equal counts get equal points: too few for all of them are given to nobody, and the sum is
    below a hundred. It is never above.
    """
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    points = {count: 100 * count // total for count in counts}
    left = 100 - sum(points[count] for count in counts)
    for count in sorted(points, key=lambda count: (100 * count % total, count), reverse=True):
        alike = counts.count(count)
        if alike > left:
            break
        points[count] += 1
        left -= alike
    return [points[count] for count in counts]


def _middle(count: int) -> slice:
    """The place of the middle one among so many sorted rows, or of the middle two."""
    return slice(max(0, count - 1) // 2, count // 2 + 1)


def _median(middle: list[timedelta]) -> int | None:
    """The mean of the middle ones, in days; an answer dated before the raising took none."""
    if not middle:
        return None
    return round(sum(max(0, wait.days) for wait in middle) / len(middle))

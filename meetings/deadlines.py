"""What the administration owed around a meeting and when: received in time, late, or not at all.

All is counted in calendar days, from what the section has recorded: the kind of a document and
the day it was received. Without a rule for a kind of meeting nothing is said of it.

- The convening notice counts from the first one received.
- The preparatory documents are one file, complete on the day when the last of them was received.
- The minutes count from the first received; only a meeting that took place has any.
- An answer is owed to a demand from the meeting where it came up until a step says that it is
  settled; a demand that waits through several meetings is owed its answer since the first of them
  whose kind has such a deadline, and counts there alone.
- A document without its day of reception is neither in time nor late: the day is asked for.
- A cancelled meeting is owed nothing; one that the section boycotted was owed its convening
  notice and its documents.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from django.db import models
from django.utils import timezone

from meetings.models import (
    OPEN_STATES,
    DeadlineRule,
    Demand,
    DemandState,
    DemandStep,
    Document,
    DocumentKind,
    Meeting,
    MeetingStatus,
)
from members.permissions import Reader

RECENT = timedelta(days=365)
TOOK_PLACE = frozenset({MeetingStatus.HELD, MeetingStatus.RECONVENED})


class Subject(models.TextChoices):
    CONVENING_NOTICE = "convening_notice", "convocation"
    DOCUMENTS = "documents", "documents préparatoires"
    MINUTES = "minutes", "procès-verbal"
    ANSWERS = "answers", "réponses aux revendications"


class Standing(models.TextChoices):
    IN_TIME = "in_time", "dans les délais"
    LATE = "late", "en retard"
    MISSING = "missing", "manque encore"
    NOT_DUE = "not_due", "à venir"
    UNDATED = "undated", "jour de réception à préciser"


BEFORE_THE_MEETING = frozenset({Subject.CONVENING_NOTICE, Subject.DOCUMENTS})
_DOCUMENT_KINDS: dict[Subject, DocumentKind] = {
    Subject.CONVENING_NOTICE: DocumentKind.CONVENING_NOTICE,
    Subject.DOCUMENTS: DocumentKind.PREPARATORY_DOCUMENT,
    Subject.MINUTES: DocumentKind.MINUTES,
}


@dataclass(frozen=True)
class _Wait:
    """A demand that came up at a meeting and was open then; `until` is the day of its answer."""

    demand: Demand
    until: date | None


@dataclass(frozen=True)
class Deadline:
    """One thing due around a meeting. `received` counts the documents that came, dated or not.

    For the answers, `demands` are the demands concerned: those still without one make a deadline
    apart from those that were answered late and in time.
    """

    meeting: Meeting
    subject: Subject
    allowed: int
    source: str
    due_on: date
    today: date
    received_on: date | None
    received: int = 0
    demands: list[Demand] = field(default_factory=list)

    @property
    def standing(self) -> Standing:
        if self.received_on and self.received_on > self.due_on:
            return Standing.LATE
        if self.received_on:
            return Standing.IN_TIME
        if self.received:
            return Standing.UNDATED
        return Standing.MISSING if self.today > self.due_on else Standing.NOT_DUE

    @property
    def is_late(self) -> bool:
        """Late, whether it came in the end or not."""
        return self.standing in {Standing.LATE, Standing.MISSING}

    @property
    def is_owed(self) -> bool:
        """Late, and still of use if it came: a notice is of none once the meeting is over."""
        is_of_use = self.subject not in BEFORE_THE_MEETING or self.meeting.day >= self.today
        return self.standing == Standing.MISSING and is_of_use

    @property
    def days_late(self) -> int:
        """Days since it was due, to its reception, or to the meeting that it was to prepare."""
        if not self.is_late:
            return 0
        until = self.received_on or self.today
        if self.subject in BEFORE_THE_MEETING and not self.received_on:
            until = min(until, max(self.meeting.day, self.due_on))
        return (until - self.due_on).days


def deadlines_of(meetings: Iterable[Meeting], today: date | None = None) -> list[Deadline]:
    """Return what is due around these meetings, in their order; in three queries."""
    counted = [meeting for meeting in meetings if meeting.status != MeetingStatus.CANCELLED]
    rules = {rule.kind: rule for rule in DeadlineRule.objects.order_by("kind")}
    counted = [meeting for meeting in counted if meeting.kind in rules]
    if not counted:
        return []
    today = today or timezone.localdate()
    papers = _papers(counted)
    waits = _waits_by_meeting(counted, rules)
    found = []
    for meeting in counted:
        rule = rules[meeting.kind]
        for subject, allowed in _allowed(rule, meeting):
            due_on = _due_on(meeting, subject, allowed)
            deadline = partial(Deadline, meeting, subject, allowed, rule.source, due_on, today)
            if subject == Subject.ANSWERS:
                for group in _by_standing(waits[meeting.pk], due_on):
                    until = [wait.until for wait in group if wait.until]
                    demands = [wait.demand for wait in group]
                    found.append(deadline(max(until, default=None), demands=demands))
            else:
                days = papers[meeting.pk, _DOCUMENT_KINDS[subject]]
                received_on = _reception(subject, days, due_on)
                found.append(deadline(received_on, received=len(days)))
    return found


def around(meeting: Meeting, reader: Reader) -> list[Deadline]:
    """Return what is due around a meeting, then what earlier ones of its chain are still owed."""
    chain = Meeting.objects.visible_to(reader).of_chain(meeting)
    chain = chain.filter(starts_at__lt=meeting.starts_at)
    deadlines = deadlines_of([meeting, *chain.exclude(pk=meeting.pk)])
    return [each for each in deadlines if each.meeting == meeting or each.is_owed]


def to_claim(reader: Reader) -> list[Deadline]:
    """Return what officers have to claim or to say: over the coming meetings and a year back.

    For a coming meeting that is all that is late, for a past one what is still of use. The coming
    meetings stand first, then what has been due for longest.
    """
    now = timezone.now()
    meetings = Meeting.objects.visible_to(reader).filter(starts_at__gte=now - RECENT)
    today = timezone.localdate()
    found = [
        each
        for each in deadlines_of(meetings.order_by("starts_at", "pk"), today)
        if each.is_owed or (each.is_late and each.meeting.day >= today)
    ]
    return sorted(found, key=lambda each: (each.meeting.day < today, each.due_on))


def _allowed(rule: DeadlineRule, meeting: Meeting) -> list[tuple[Subject, int]]:
    """The deadlines of the rule that this meeting is concerned by, with their number of days."""
    took_place = meeting.status in TOOK_PLACE
    days = [
        (Subject.CONVENING_NOTICE, rule.convening_notice_days, True),
        (Subject.DOCUMENTS, rule.documents_days, True),
        (Subject.MINUTES, rule.minutes_days, took_place),
        (Subject.ANSWERS, rule.answers_days, took_place),
    ]
    return [(subject, number) for subject, number, is_due in days if is_due and number is not None]


def _due_on(meeting: Meeting, subject: Subject, allowed: int) -> date:
    days = timedelta(days=allowed)
    return meeting.day - days if subject in BEFORE_THE_MEETING else meeting.day + days


def _papers(meetings: list[Meeting]) -> dict[tuple[int, str], list[date | None]]:
    """The days of reception of the documents, by meeting and kind."""
    rows = Document.objects.filter(
        meeting__in=meetings, kind__in=_DOCUMENT_KINDS.values()
    ).values_list("meeting", "kind", "received_on")
    found: dict[tuple[int, str], list[date | None]] = defaultdict(list)
    for meeting, kind, received_on in rows.order_by("pk"):
        found[meeting, kind].append(received_on)
    return found


def _reception(subject: Subject, days: list[date | None], due_on: date) -> date | None:
    """The day that counts, None when it is not known."""
    dated = [day for day in days if day]
    if not dated:
        return None
    if subject != Subject.DOCUMENTS:
        return min(dated)
    last = max(dated)
    return last if last > due_on or len(dated) == len(days) else None


def _waits_by_meeting(
    meetings: list[Meeting], rules: dict[str, DeadlineRule]
) -> dict[int, list[_Wait]]:
    """The answers owed since each meeting, from the whole life of the demands that came up."""
    came_up = DemandStep.objects.effective().filter(meeting__in=meetings).order_by()
    steps = (
        DemandStep.objects.effective()
        .filter(demand__in=came_up.values("demand"))
        .select_related("demand", "meeting")
    )
    lives: dict[int, list[DemandStep]] = defaultdict(list)
    for step in steps:
        lives[step.demand_id].append(step)

    def has_a_deadline(meeting: Meeting) -> bool:
        rule = rules.get(meeting.kind)
        return meeting.status in TOOK_PLACE and bool(rule and rule.answers_days is not None)

    found: dict[int, list[_Wait]] = defaultdict(list)
    for life in lives.values():
        for meeting, wait in _waits(life, has_a_deadline):
            found[meeting.pk].append(wait)
    return found


def _waits(
    life: list[DemandStep], has_a_deadline: Callable[[Meeting], bool]
) -> Iterator[tuple[Meeting, _Wait]]:
    """Follow one demand by its steps: once refused, it may be raised, and waited for, again."""
    since: Meeting | None = None
    for step in life:
        if step.state in OPEN_STATES:
            if not since and step.meeting and has_a_deadline(step.meeting):
                since = step.meeting
        else:
            if since and step.state != DemandState.WITHDRAWN:
                yield since, _Wait(step.demand, step.on)
            since = None
    if since:
        yield since, _Wait(life[-1].demand, None)


def _by_standing(waits: list[_Wait], due_on: date) -> list[list[_Wait]]:
    """Part those still waiting, those answered late and those answered in time; none is empty."""
    waiting = [wait for wait in waits if not wait.until]
    late = [wait for wait in waits if wait.until and wait.until > due_on]
    in_time = [wait for wait in waits if wait.until and wait.until <= due_on]
    return [group for group in (waiting, late, in_time) if group]

"""The verbs of the record: put on an agenda what is owed, raise demands, record what was said.

Whoever is to be told of it is told by mail, queued in the same transaction.
"""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from meetings import emails
from meetings.due import still_owed
from meetings.models import (
    AgendaItem,
    Commitment,
    Demand,
    DemandFollower,
    DemandState,
    DemandStep,
    Meeting,
)
from meetings.permissions import can_follow, can_keep_record
from members.models import User

# Each verb may be asked twice, by a double click or a page sent again: what it asks for is
# looked up again once the row that serialises the requests is held.


@transaction.atomic
def save_meeting(meeting: Meeting) -> None:
    """Save a meeting, and tell adherents that it is announced, moved or cancelled."""
    former = Meeting.objects.select_for_update(of=("self",)).filter(pk=meeting.pk).first()
    meeting.save()
    emails.tell_of_meeting(meeting, former)


@transaction.atomic
def put_on_agenda(
    meeting: Meeting,
    officer: User,
    *,
    demands: Collection[int] = (),
    commitments: Collection[int] = (),
    items: Collection[int] = (),
) -> list[AgendaItem]:
    """Link what is still owed, by its keys, to new points at the end of the agenda.

    Returns the new points; what is no longer owed, or is already there, gives none. Raises
    PermissionDenied for who does not keep the record.
    """
    meeting = _held_for(officer, meeting)
    owed = still_owed(meeting, officer)
    points = [
        *(AgendaItem(demand=each.demand) for each in owed.demands if each.demand.pk in demands),
        *(
            AgendaItem(commitment=each.commitment)
            for each in owed.commitments
            if each.commitment.pk in commitments
        ),
        *(AgendaItem(takes_up=each.item) for each in owed.items if each.item.pk in items),
    ]
    return [_append(point, meeting) for point in points]


@transaction.atomic
def record_step(step: DemandStep, officer: User) -> DemandStep:
    """Record what became of a demand; return the first step when the same is recorded twice.

    Raises PermissionDenied for who does not keep the record, and ValidationError.
    """
    if not can_keep_record(officer):
        raise PermissionDenied
    Demand.objects.select_for_update().get(pk=step.demand_id)
    step.clean()
    same = DemandStep.objects.effective().filter(
        demand=step.demand_id,
        meeting=step.meeting_id,
        agenda_item=step.agenda_item_id,
        corrects=step.corrects_id,
        on=step.on,
        state=step.state,
        answer=step.answer,
        quote=step.quote,
    )
    if first := same.first():
        return first
    step.full_clean()
    step.recorded_by = officer
    step.save()
    emails.tell_of_step(step)
    return step


@transaction.atomic
def raise_demand(
    demand: Demand, officer: User, meeting: Meeting, agenda_item: AgendaItem | None = None
) -> Demand:
    """Save a new demand, raised at this meeting; return the first when the same is raised twice.

    Before the meeting nothing was said yet: the demand is put on its agenda. Raises
    PermissionDenied for who does not keep the record, and ValidationError.
    """
    meeting = _held_for(officer, meeting)
    same = Demand.objects.filter(title=demand.title, text=demand.text)
    if meeting.has_begun:
        same = same.filter(steps__meeting=meeting, steps__state=DemandState.RAISED)
    else:
        same = same.filter(agenda_items__meeting=meeting)
    if first := same.order_by("pk").first():
        return first
    demand.save()
    if meeting.has_begun:
        step = DemandStep(
            demand=demand, meeting=meeting, agenda_item=agenda_item, state=DemandState.RAISED
        )
        record_step(step, officer)
    else:
        _append(AgendaItem(demand=demand), meeting)
    return demand


@transaction.atomic
def record_commitment(commitment: Commitment, officer: User) -> Commitment:
    """Save a new commitment; return the first one when the same is recorded twice.

    Raises PermissionDenied for who does not keep the record.
    """
    _held_for(officer, commitment.agenda_item.meeting)
    same = Commitment.objects.filter(
        agenda_item=commitment.agenda_item,
        wording=commitment.wording,
        made_by=commitment.made_by,
        due_on=commitment.due_on,
    )
    if first := same.order_by("pk").first():
        return first
    commitment.save()
    return commitment


def follow(demand: Demand, user: User) -> None:
    """Follow a demand, once. Raises PermissionDenied for who may not be told what becomes of it."""
    if not can_follow(user):
        raise PermissionDenied
    DemandFollower.objects.get_or_create(demand=demand, user=user)


def unfollow(demand: Demand, user: User) -> None:
    """Follow a demand no more; whoever did may always stop."""
    DemandFollower.objects.filter(demand=demand, user=user).delete()


def _held_for(officer: User, meeting: Meeting) -> Meeting:
    """Hold the meeting's row, so that two requests about it are seen one after the other."""
    if not can_keep_record(officer):
        raise PermissionDenied
    return Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)


def _append(point: AgendaItem, meeting: Meeting) -> AgendaItem:
    last = meeting.agenda_items.aggregate(last=Max("position"))["last"] or 0
    point.meeting = meeting
    point.position = last + 1
    point.save()
    return point

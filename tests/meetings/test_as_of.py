"""Where demands and commitments stood on a day: the same rule as for today, at another day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from meetings.as_of import Standing, commitments_on, demands_on
from meetings.models import CommitmentState, DemandState, MeetingVisibility
from tests.factories import (
    AgendaItemFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
)

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(datetime(2025, 3, 10, 12, tzinfo=PARIS), tick=False):
        yield


def meeting(month, day, **given):
    return MeetingFactory(held=True, starts_at=datetime(2025, month, day, 9, tzinfo=PARIS), **given)


def on(month, day):
    return date(2025, month, day)


def test_a_demand_stood_where_its_steps_had_brought_it():
    demand = DemandFactory(raised_on=on(1, 10))
    DemandStepFactory(demand=demand, meeting=meeting(1, 20), state=DemandState.UNDER_REVIEW)
    DemandStepFactory(demand=demand, meeting=meeting(2, 20), state=DemandState.GRANTED)

    def stood(day):
        return demands_on(day, [demand.reference]).get(demand.reference)

    assert stood(on(1, 9)) is None
    assert stood(on(1, 10)).members == Standing("raised", on(1, 10))
    assert stood(on(1, 19)).visitors == Standing("raised", on(1, 10))
    assert stood(on(1, 20)).members == Standing("under_review", on(1, 20))
    assert stood(on(2, 19)).visitors == Standing("under_review", on(1, 20))
    assert stood(on(2, 20)).visitors == Standing("granted", on(2, 20))


def test_what_a_reserved_meeting_said_is_for_members():
    demand = DemandFactory(raised_on=on(1, 10))
    DemandStepFactory(demand=demand, meeting=meeting(1, 20), state=DemandState.UNDER_REVIEW)
    secret = meeting(2, 5, visibility=MeetingVisibility.MEMBERS)
    DemandStepFactory(demand=demand, meeting=secret, state=DemandState.REFUSED)
    stood = demands_on(on(2, 10), [demand.reference])[demand.reference]
    assert stood.members == Standing("refused", on(2, 5))
    assert stood.visitors == Standing("under_review", on(1, 20))


def test_a_corrected_step_does_not_count():
    demand = DemandFactory(raised_on=on(1, 10))
    wrong = DemandStepFactory(demand=demand, meeting=meeting(1, 20), state=DemandState.GRANTED)
    DemandStepFactory(demand=demand, meeting=None, corrects=wrong, state=DemandState.POSTPONED)
    stood = demands_on(on(1, 25), [demand.reference])[demand.reference]
    assert stood.members == Standing("postponed", on(1, 20))


@pytest.mark.parametrize("visibility", ["public", "members"])
@pytest.mark.parametrize("seen", [[], ["public"], ["members"], ["public", "members"]])
def test_today_is_what_the_demand_itself_says(visibility, seen):
    demand = DemandFactory(raised_on=on(1, 10), visibility=visibility)
    states = [DemandState.UNDER_REVIEW, DemandState.REFUSED]
    for number, who in enumerate(seen):
        DemandStepFactory(
            demand=demand, meeting=meeting(1, 15 + number, visibility=who), state=states[number]
        )
    demand.refresh_from_db()
    stood = demands_on(on(3, 10), [demand.reference])[demand.reference]
    assert stood.members == Standing(demand.state, demand.state_on)
    assert (stood.visitors or ("",))[0] == demand.public_state


def test_a_commitment_stood_where_its_history_tells():
    item = AgendaItemFactory(meeting=meeting(1, 20))
    with time_machine.travel(datetime(2025, 1, 25, 12, tzinfo=PARIS)):
        commitment = CommitmentFactory(agenda_item=item, due_on=on(2, 15))
    with time_machine.travel(datetime(2025, 2, 10, 12, tzinfo=PARIS)):
        commitment.state = CommitmentState.IN_PROGRESS
        commitment.due_on = on(2, 28)
        commitment.save()
    commitment.state = CommitmentState.KEPT
    commitment.save()

    def stood(day):
        return commitments_on(day, [commitment.pk]).get(commitment.pk)

    assert stood(on(1, 19)) is None
    assert stood(on(1, 20)).members == Standing("announced", on(1, 20), on(2, 28))
    assert stood(on(1, 25)).members == Standing("announced", on(1, 25), on(2, 15))
    assert stood(on(3, 9)).visitors == Standing("in_progress", on(2, 10), on(2, 28))
    assert stood(on(3, 10)).members == Standing("kept", on(3, 10), on(2, 28))


def test_a_commitment_of_a_reserved_meeting_is_for_members():
    secret = meeting(1, 20, visibility=MeetingVisibility.MEMBERS)
    commitment = CommitmentFactory(agenda_item__meeting=secret, state_on=on(1, 20))
    assert commitments_on(on(2, 1), [commitment.pk])[commitment.pk].visitors is None


def test_as_many_queries_for_one_as_for_thirty(django_assert_num_queries):
    demands = DemandFactory.create_batch(30, raised_on=on(1, 1))
    commitments = CommitmentFactory.create_batch(30)
    for count in (1, 30):
        with django_assert_num_queries(2):
            demands_on(on(3, 1), [each.reference for each in demands[:count]])
        with django_assert_num_queries(2):
            commitments_on(on(3, 1), [each.pk for each in commitments[:count]])

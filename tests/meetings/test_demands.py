"""Demands: references without a gap, steps that are never rewritten, what each reader is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from meetings.models import Demand, DemandState, DemandStep, MeetingVisibility
from tests.factories import (
    AgendaItemFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

VISITOR = AnonymousUser()


def held(days_ago, **given):
    return MeetingFactory(held=True, starts_at=timezone.now() - timedelta(days=days_ago), **given)


def shown_to(reader, demand):
    """The state that this reader is told, or None when the demand is not for them."""
    visible = Demand.objects.visible_to(reader).filter(pk=demand.pk).first()
    return visible and (visible.shown_state, visible.shown_on)


def test_references_follow_each_other_within_a_year():
    made = [DemandFactory(raised_on=date(year, 6, 1)) for year in (2024, 2025, 2024, 2024)]
    assert [demand.reference for demand in made] == [
        "REV-2024-001",
        "REV-2025-001",
        "REV-2024-002",
        "REV-2024-003",
    ]


def test_a_reference_is_given_once_for_all():
    demand = DemandFactory(raised_on=date(2024, 12, 31))
    demand.raised_on = date(2025, 1, 1)
    demand.save()
    assert Demand.objects.get().reference == "REV-2024-001"


def test_a_save_that_is_rolled_back_leaves_no_gap():
    first = DemandFactory(raised_on=date(2025, 1, 1))

    @transaction.atomic
    def save_and_fail():
        DemandFactory(raised_on=date(2025, 1, 2))
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        save_and_fail()
    assert [first.reference, DemandFactory(raised_on=date(2025, 1, 3)).reference] == [
        "REV-2025-001",
        "REV-2025-002",
    ]


@pytest.mark.django_db(transaction=True)
def test_demands_saved_at_once_have_references_without_gap_or_double():
    together = Barrier(6)

    def save(number):
        together.wait()
        try:
            for _ in range(3):
                DemandFactory(raised_on=date(2025, 3, 1), theme=f"Thème {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(save, number) for number in range(6)]:
            future.result()
    references = sorted(Demand.objects.order_by("pk").values_list("reference", flat=True))
    assert references == [f"REV-2025-{number:03}" for number in range(1, 19)]


@pytest.mark.django_db(transaction=True)
def test_steps_recorded_at_once_leave_the_state_of_the_last():
    demand = DemandFactory()
    days = [timezone.localdate() - timedelta(days=ago) for ago in (8, 6, 4, 2)]
    states = ["under_review", "refused", "postponed", "granted"]
    together = Barrier(4)

    def record(state, on):
        together.wait()
        try:
            DemandStep.objects.create(demand_id=demand.pk, state=state, on=on)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(record, *step) for step in zip(states, days, strict=True)]:
            future.result()
    demand.refresh_from_db()
    assert (demand.state, demand.state_on) == ("granted", days[-1])


def test_a_step_is_never_rewritten():
    step = DemandStepFactory(answer="Non.")
    step.answer = "Oui."
    with pytest.raises(TypeError, match="never rewritten"):
        step.save()
    with pytest.raises(TypeError, match="never rewritten"):
        DemandStep.objects.filter(pk=step.pk).update(answer="Oui.")
    with pytest.raises(IntegrityError), transaction.atomic():
        DemandStep(pk=step.pk, demand=step.demand, on=step.on, state="granted").save()
    with pytest.raises(TypeError, match="never deleted"):
        step.delete()
    with pytest.raises(TypeError, match="never deleted"):
        DemandStep.objects.filter(pk=step.pk).delete()
    assert DemandStep.objects.get().answer == "Non."


def test_what_steps_rest_on_is_not_deleted_under_them():
    step = DemandStepFactory(agenda_item=AgendaItemFactory(), meeting=None)
    for needed in (step.demand, step.meeting, step.agenda_item):
        with pytest.raises(ProtectedError), transaction.atomic():
            needed.delete()


def test_the_state_is_that_of_the_last_day_whatever_the_order_of_recording():
    demand = DemandFactory()
    last = held(5)
    DemandStepFactory(demand=demand, meeting=last, state=DemandState.REFUSED)
    DemandStepFactory(demand=demand, meeting=held(15), state=DemandState.GRANTED)
    demand.refresh_from_db()
    assert (demand.state, demand.state_on) == ("refused", last.day)


def test_a_state_holds_since_it_was_first_heard():
    demand = DemandFactory()
    first = held(20)
    for meeting in (first, held(12), held(5)):
        DemandStepFactory(demand=demand, meeting=meeting, state=DemandState.REFUSED)
    demand.refresh_from_db()
    assert demand.state_on == first.day
    DemandStepFactory(demand=demand, meeting=held(3), state=DemandState.UNDER_REVIEW)
    again = held(1)
    DemandStepFactory(demand=demand, meeting=again, state=DemandState.REFUSED)
    demand.refresh_from_db()
    assert demand.state_on == again.day


def test_correcting_the_last_step_changes_the_state():
    demand = DemandFactory()
    DemandStepFactory(demand=demand, meeting=held(15), state=DemandState.UNDER_REVIEW)
    wrong = DemandStepFactory(demand=demand, meeting=held(5), state=DemandState.GRANTED)
    right = DemandStepFactory(demand=demand, meeting=None, corrects=wrong, state="refused")
    demand.refresh_from_db()
    assert (right.meeting, right.on) == (wrong.meeting, wrong.on)
    assert (demand.state, demand.state_on) == ("refused", wrong.on)


def test_correcting_an_old_step_leaves_the_state_of_the_later_ones():
    demand = DemandFactory()
    wrong = DemandStepFactory(demand=demand, meeting=held(15), state=DemandState.GRANTED)
    last = DemandStepFactory(demand=demand, meeting=held(5), state=DemandState.UNDER_REVIEW)
    DemandStepFactory(demand=demand, meeting=None, corrects=wrong, state=DemandState.REFUSED)
    demand.refresh_from_db()
    assert (demand.state, demand.state_on) == ("under_review", last.on)


def test_a_correction_can_be_corrected():
    demand = DemandFactory()
    wrong = DemandStepFactory(demand=demand, meeting=held(5), state=DemandState.GRANTED)
    worse = DemandStepFactory(demand=demand, meeting=None, corrects=wrong, state="refused")
    DemandStepFactory(demand=demand, meeting=None, corrects=worse, state="postponed")
    demand.refresh_from_db()
    assert demand.state == DemandState.POSTPONED
    assert [step.state for step in demand.steps.effective()] == ["postponed"]


def test_a_step_is_corrected_within_its_demand_and_its_meeting_s_agenda():
    step = DemandStepFactory()
    elsewhere = DemandStep(demand=DemandFactory(), corrects=step, state="refused")
    with pytest.raises(ValidationError, match="même revendication"):
        elsewhere.clean()
    item = AgendaItemFactory()
    astray = DemandStep(demand=step.demand, meeting=held(3), agenda_item=item, state="refused")
    with pytest.raises(ValidationError, match="autre réunion"):
        astray.clean()


def test_what_has_not_happened_yet_is_not_recorded():
    step = DemandStep(demand=DemandFactory(), meeting=MeetingFactory(), state="refused")
    with pytest.raises(ValidationError, match="pas encore venue"):
        step.clean()
    nowhere = DemandStep(demand=DemandFactory(), state="refused")
    with pytest.raises(ValidationError, match="Donnez la date"):
        nowhere.clean()


def test_a_visitor_is_told_the_state_by_public_meetings():
    demand = DemandFactory()
    public = DemandStepFactory(demand=demand, meeting=held(15), state=DemandState.UNDER_REVIEW)
    reserved = held(5, members_only=True)
    secret = DemandStepFactory(demand=demand, meeting=reserved, state=DemandState.REFUSED)
    assert shown_to(VISITOR, demand) == ("under_review", public.on)
    assert shown_to(UserFactory(adherent=True), demand) == ("refused", secret.on)
    assert set(DemandStep.objects.visible_to(VISITOR)) == {public}


def test_a_demand_that_only_reserved_meetings_heard_is_reserved():
    demand = DemandStepFactory(meeting=held(5, members_only=True)).demand
    assert shown_to(VISITOR, demand) is None
    assert shown_to(UserFactory(lapsed=True), demand) is None
    assert not DemandStep.objects.visible_to(VISITOR).exists()
    assert shown_to(UserFactory(adherent=True), demand)


def test_the_steps_of_a_reserved_demand_are_reserved_with_it():
    step = DemandStepFactory(demand=DemandFactory(members_only=True))
    assert shown_to(VISITOR, step.demand) is None
    assert not DemandStep.objects.visible_to(VISITOR).exists()


def test_a_step_out_of_any_meeting_is_public_with_its_demand():
    step = DemandStepFactory(meeting=None, on=timezone.localdate(), state=DemandState.GRANTED)
    assert shown_to(VISITOR, step.demand) == ("granted", step.on)


def test_what_visitors_are_told_follows_the_visibility_of_the_meeting():
    meeting = held(5)
    demand = DemandStepFactory(meeting=meeting, state=DemandState.REFUSED).demand
    assert shown_to(VISITOR, demand) == ("refused", meeting.day)
    meeting.visibility = MeetingVisibility.MEMBERS
    meeting.save()
    assert shown_to(VISITOR, demand) is None
    meeting.visibility = MeetingVisibility.PUBLIC
    meeting.save()
    assert shown_to(VISITOR, demand) == ("refused", meeting.day)


def test_what_visitors_are_told_follows_the_visibility_of_the_demand():
    demand = DemandStepFactory(state=DemandState.REFUSED).demand
    demand.visibility = "members"
    demand.save()
    assert shown_to(VISITOR, demand) is None
    demand.visibility = "public"
    demand.save()
    assert shown_to(VISITOR, demand)[0] == "refused"


@pytest.mark.parametrize("typed", ["santé au travail", "SANTE AU TRAVAIL", "  Santé  au travail "])
def test_a_theme_is_spelt_as_it_was_first(typed):
    DemandFactory(theme="Santé au travail")
    assert DemandFactory(theme=typed).theme == "Santé au travail"


def test_another_theme_stays_another():
    DemandFactory(theme="Santé au travail")
    assert DemandFactory(theme="Santé  et  travail").theme == "Santé et travail"


@pytest.mark.parametrize("words", ["oeuvre sociale", "ŒUVRE", "rev-2025-001", "effectif aout"])
def test_words_are_found_whatever_their_accents_and_case(words):
    demand = DemandFactory(
        title="L’Œuvre sociale", theme="Effectifs", text="En août.", raised_on=date(2025, 1, 1)
    )
    DemandFactory(title="Autre chose", text="Rien.", raised_on=date(2024, 1, 1))
    assert list(Demand.objects.matching(words).order_by("pk")) == [demand]


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("douanier", True),
        ("douanieres", True),
        ("négociation", True),
        ("négoc", True),
        ("élue", False),
        ("administration", False),
    ],
)
def test_words_are_found_by_their_beginning_whatever_their_ending(words, is_found):
    demand = DemandFactory(title="Douanières", text="Négociations et résolutions.")
    assert list(Demand.objects.matching(words)) == ([demand] if is_found else [])

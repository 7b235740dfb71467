"""« Ce qui reste dû »: what a chain of meetings owes, and how it comes on the next agenda."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from cgtdouanes.text.typography import french_date
from meetings.due import still_owed
from meetings.models import AgendaItem, Meeting, MeetingStatus
from meetings.services import put_on_agenda
from tests.factories import (
    AgendaItemFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)
from tests.meetings.desk_forms import ADD, change, queries, row, sent, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(client):
    user = UserFactory(role="editor")
    client.force_login(user)
    return user


def days_ago(days):
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def first():
    return MeetingFactory(held=True, starts_at=days_ago(300))


@pytest.fixture
def second(first):
    return MeetingFactory(held=True, starts_at=days_ago(100), follows=first)


@pytest.fixture
def following(second):
    """The meeting that is prepared."""
    return MeetingFactory(follows=second)


def page(meeting):
    return reverse("admin:meetings_meeting_owed", args=[meeting.pk])


def demands(meeting, editor):
    return [each.demand for each in still_owed(meeting, editor).demands]


def items(meeting, editor):
    return [each.item for each in still_owed(meeting, editor).items]


def postponed(meeting, **values):
    return AgendaItemFactory(meeting=meeting, outcome_kind="postponed", **values)


def test_open_demands_of_the_whole_chain_the_oldest_first(first, second, following, editor):
    late = DemandStepFactory(meeting=second, state="unanswered").demand
    early = DemandStepFactory(
        meeting=first,
        state="under_review",
        demand=DemandFactory(raised_on=timezone.localdate() - timedelta(days=400)),
    ).demand
    # On an agenda without a word about it since.
    unspoken = AgendaItemFactory(meeting=second, title="", demand=DemandFactory()).demand
    DemandStepFactory(meeting=first, state="granted")
    DemandStepFactory(state="raised")
    assert demands(following, editor) == [early, late, unspoken]


def test_a_demand_answered_elsewhere_since_is_no_longer_owed(first, following, editor):
    step = DemandStepFactory(meeting=first)
    DemandStepFactory(demand=step.demand, state="granted")
    assert demands(following, editor) == []


def test_a_step_recorded_at_the_wrong_meeting_and_corrected_counts_no_more(
    first, following, editor
):
    step = DemandStepFactory(meeting=first)
    DemandStepFactory(demand=step.demand, meeting=MeetingFactory(held=True), corrects=step)
    assert demands(following, editor) == []


def test_what_is_on_the_agenda_or_came_up_already_is_not_proposed_again(first, editor):
    meeting = MeetingFactory(held=True, follows=first)
    on_agenda = DemandStepFactory(meeting=first).demand
    AgendaItemFactory(meeting=meeting, title="", demand=on_agenda)
    came_up = DemandStepFactory(meeting=first).demand
    DemandStepFactory(demand=came_up, meeting=meeting)
    commitment = CommitmentFactory(agenda_item__meeting=first)
    AgendaItemFactory(meeting=meeting, title="", commitment=commitment)
    AgendaItemFactory(meeting=meeting, title="", takes_up=postponed(first))
    assert len(still_owed(meeting, editor)) == 0


def test_later_meetings_and_other_chains_owe_nothing_here(second, editor):
    later = MeetingFactory(held=True, starts_at=days_ago(50), follows=second)
    DemandStepFactory(meeting=later)
    CommitmentFactory(agenda_item__meeting=later)
    postponed(later)
    DemandStepFactory()
    assert len(still_owed(second, editor)) == 0
    assert len(still_owed(MeetingFactory(), editor)) == 0


def test_commitments_still_to_be_honoured_the_overdue_first(first, second, following, editor):
    open_one = CommitmentFactory(agenda_item__meeting=second)
    overdue = CommitmentFactory(agenda_item__meeting=first, overdue=True)
    CommitmentFactory(agenda_item__meeting=first, state="kept")
    CommitmentFactory(agenda_item__meeting=first, state="superseded")
    owed = still_owed(following, editor).commitments
    assert [each.commitment for each in owed] == [overdue, open_one]


def test_a_point_put_off_comes_back_as_the_first_of_its_series(first, second, following, editor):
    origin = postponed(first, title="Les astreintes")
    again = postponed(second, title="", takes_up=origin)
    (owed,) = still_owed(following, editor).items
    assert (owed.item, owed.last, owed.times) == (origin, again, 2)
    put_on_agenda(following, editor, items=[origin.pk])
    assert following.agenda_items.get().takes_up == origin


def test_a_point_settled_the_last_time_is_not_owed(first, second, following, editor):
    origin = postponed(first)
    AgendaItemFactory(meeting=second, title="", takes_up=origin, outcome_kind="decision")
    assert items(following, editor) == []


@pytest.mark.parametrize("status", [MeetingStatus.CANCELLED, MeetingStatus.PLANNED])
def test_a_point_is_still_owed_when_its_meeting_was_not_held(first, following, editor, status):
    origin = postponed(first)
    cancelled = MeetingFactory(starts_at=days_ago(10), status=status, follows=first)
    AgendaItemFactory(meeting=cancelled, title="", takes_up=origin)
    assert items(following, editor) == [origin]


def test_a_point_that_takes_up_a_demand_is_covered_by_it(first, following, editor):
    demand = DemandStepFactory(meeting=first).demand
    postponed(first, title="", demand=demand)
    commitment = CommitmentFactory(agenda_item__meeting=first)
    postponed(first, title="Avec un intitulé", commitment=commitment)
    owed = still_owed(following, editor)
    assert (len(owed.demands), len(owed.commitments), len(owed.items)) == (1, 1, 0)


def test_what_is_ticked_is_linked_at_the_end_of_the_agenda(client, first, following):
    AgendaItemFactory(meeting=following, title="Déjà là", position=7)
    demand = DemandStepFactory(meeting=first).demand
    commitment = CommitmentFactory(agenda_item__meeting=first)
    item = postponed(first)
    left = DemandStepFactory(meeting=first).demand
    ticked = {"demands": [demand.pk], "commitments": [commitment.pk], "items": [item.pk]}
    answer = client.post(page(following), ticked, follow=True)
    assert "3 points sont ajoutés" in text(answer)
    points = list(following.agenda_items.in_outline())
    assert [point.title for point in points] == ["Déjà là", "", "", ""]
    assert [(p.demand, p.commitment, p.takes_up) for p in points[1:]] == [
        (demand, None, None),
        (None, commitment, None),
        (None, None, item),
    ]
    assert left.title in text(client.get(page(following)))
    again = client.post(page(following), ticked, follow=True)
    assert "déjà à l’ordre du jour" in text(again)
    assert following.agenda_items.count() == 4


def test_what_is_not_owed_cannot_be_sent(client, first, following):
    foreign, answered = DemandFactory(), DemandStepFactory(meeting=first, state="granted").demand
    keys = [foreign.pk, answered.pk, "abc", "-1", "9" * 30]
    assert client.post(page(following), {"demands": keys, "items": keys}).status_code == 302
    assert not following.agenda_items.exists()


def test_nothing_ticked_says_so(client, first, following):
    DemandStepFactory(meeting=first)
    assert "Rien n’est coché" in text(client.post(page(following), follow=True))


def test_the_page_says_where_and_when_and_for_how_long(client, first, second, following):
    demand = DemandStepFactory(meeting=second, state="unanswered").demand
    CommitmentFactory(agenda_item__meeting=first, overdue=True, wording="Nous recruterons")
    point = postponed(first, title="Les astreintes")
    answered = DemandStepFactory(agenda_item=point, meeting=first, state="granted").demand
    said = text(client.get(page(following)))
    for words in (
        demand.reference,
        "Sans réponse depuis le",
        "attend une réponse depuis 40 jours",
        f"Abordée pour la dernière fois à la réunion technique du {french_date(second.day)}",
        "« Nous recruterons »",
        "en retard de 5 jours",
        "Les astreintes",
        f"Reporté une fois, à la réunion technique du {french_date(first.day)}",
        f"{answered.reference}, qui y était portée, est obtenue depuis le",
    ):
        assert words.replace("\u202f", " ") in said.replace("\u202f", " ")


def test_a_reserved_origin_is_told_apart_on_a_public_agenda(client):
    reserved = MeetingFactory(held=True, members_only=True)
    DemandStepFactory(meeting=reserved)
    public = MeetingFactory(follows=reserved)
    warning = "Les visiteurs ne verront pas ce point"
    assert warning in client.get(page(public)).content.decode()
    Meeting.objects.filter(pk=public.pk).update(visibility="members")
    assert warning not in client.get(page(public)).content.decode()


def test_a_new_meeting_that_follows_another_goes_on_with_what_is_owed(client, first):
    DemandStepFactory(meeting=first)
    data = sent(follows=first.pk, rows=[row("Un point")])
    del data["_continue"]
    answer = client.post(ADD, data | {"_save": "1"})
    meeting = Meeting.objects.latest("pk")
    assert answer.url == page(meeting)
    assert page(meeting) in client.get(change(meeting)).content.decode()


def test_a_new_meeting_whose_chain_owes_nothing_is_simply_saved(client, first):
    data = sent(follows=first.pk)
    del data["_continue"]
    answer = client.post(ADD, data | {"_save": "1"})
    assert answer.url == reverse("admin:meetings_meeting_changelist")


@pytest.mark.parametrize("role", ["moderator", "membership_manager"])
def test_who_does_not_keep_the_record_puts_nothing_on_an_agenda(client, first, following, role):
    demand = DemandStepFactory(meeting=first).demand
    user = UserFactory(role=role)
    client.force_login(user)
    assert client.post(page(following), {"demands": [demand.pk]}).status_code == 403
    with pytest.raises(PermissionDenied):
        put_on_agenda(following, user, demands=[demand.pk])
    assert not AgendaItem.objects.filter(meeting=following).exists()


def test_the_page_takes_the_same_queries_for_one_and_a_hundred(
    client, first, second, following, django_assert_num_queries
):
    def fill(count):
        for _ in range(count):
            DemandStepFactory(meeting=first)
            CommitmentFactory(agenda_item__meeting=first)
            item = AgendaItemFactory(
                meeting=second, title="", takes_up=postponed(first), outcome_kind="postponed"
            )
            DemandStepFactory(meeting=second, agenda_item=item, state="refused")

    fill(1)
    few = queries(client, page(following))
    fill(33)
    with django_assert_num_queries(few):
        said = text(client.get(page(following)))
    assert said.count("attend une réponse depuis") == 34

"""« Noter les suites »: what became of each demand, and what was said anew, in one go."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from meetings.models import Commitment, Demand, DemandStep
from meetings.services import raise_demand, record_commitment, record_step
from tests.factories import (
    AgendaItemFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)
from tests.meetings.desk_forms import change, queries, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(client):
    user = UserFactory(role="editor")
    client.force_login(user)
    return user


@pytest.fixture
def meeting():
    return MeetingFactory(held=True)


def page(meeting):
    return reverse("admin:meetings_meeting_after", args=[meeting.pk])


def new_demand(title="", **changes):
    values = {"title": title, "theme": "", "text": "", "agenda_item": "", "visibility": "public"}
    return values | changes


def new_commitment(wording="", **changes):
    values = {"agenda_item": "", "wording": wording, "made_by": "", "due_on": "", "demand": ""}
    return values | changes


def sent(answers=None, demands=(), commitments=()):
    """What the page sends: answers by demand, new demands, new commitments."""
    data = {}
    for demand, values in (answers or {}).items():
        values = {"state": "", "answer": "", "quote": ""} | values
        data |= {f"demand-{demand.pk}-{name}": value for name, value in values.items()}
    for prefix, forms in (("demands", demands), ("commitments", commitments)):
        data |= {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": 0}
        for number, values in enumerate(forms):
            data |= {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return data


def test_all_is_recorded_at_once_and_only_once(client, editor, meeting):
    demand = DemandFactory()
    item = AgendaItemFactory(meeting=meeting, title="", demand=demand)
    untouched = AgendaItemFactory(meeting=meeting, title="", demand=DemandFactory()).demand
    data = sent(
        {demand: {"state": "refused", "answer": "Non.", "quote": "Jamais"}, untouched: {}},
        [new_demand("Deux agents", theme="Effectifs", agenda_item=item.pk), new_demand()],
        [
            new_commitment(
                "Nous recruterons.",
                agenda_item=item.pk,
                made_by="le directeur",
                due_on="2030-01-31",
                demand=demand.pk,
            ),
            new_commitment(),
        ],
    )
    assert "3 suites sont notées." in text(client.post(page(meeting), data, follow=True))
    assert "rien de nouveau" in text(client.post(page(meeting), data, follow=True))

    step = demand.steps.get()
    assert (step.state, step.answer, step.quote) == ("refused", "Non.", "Jamais")
    assert (step.meeting, step.agenda_item, step.on) == (meeting, item, meeting.day)
    assert step.recorded_by == editor
    assert not untouched.steps.exists()

    raised = Demand.objects.get(title="Deux agents")
    first = raised.steps.get()
    assert raised.raised_on == meeting.day
    assert (first.state, first.meeting, first.agenda_item) == ("raised", meeting, item)
    assert first.recorded_by == editor

    commitment = Commitment.objects.get()
    assert (commitment.agenda_item, commitment.demand) == (item, demand)
    assert (commitment.wording, commitment.made_by) == ("Nous recruterons.", "le directeur")
    assert (str(commitment.due_on), commitment.state_on) == ("2030-01-31", meeting.day)


def test_a_theme_typed_otherwise_is_not_raised_twice(client, meeting):
    DemandFactory(theme="Temps de travail")
    data = sent(demands=[new_demand("Deux agents", theme="temps de TRAVAIL")])
    for _ in range(2):
        client.post(page(meeting), data)
    assert Demand.objects.get(title="Deux agents").theme == "Temps de travail"


def test_one_wrong_form_and_nothing_is_recorded_nor_lost(client, meeting):
    demand = AgendaItemFactory(meeting=meeting, title="", demand=DemandFactory()).demand
    data = sent(
        {demand: {"answer": "Une réponse sans état"}},
        [new_demand("Deux agents"), new_demand("Trois agents", theme="Effectifs")],
        [new_commitment("Nous recruterons.", due_on="demain")],
    )
    response = client.post(page(meeting), data)
    said, content = text(response), response.content.decode()
    assert "Choisissez ce qu’elle est devenue" in said
    assert "Ce champ est obligatoire" in said
    assert "Rien n’est encore enregistré" in said
    for words in ("Une réponse sans état", "Deux agents", "Trois agents", "Nous recruterons."):
        assert words in content
    assert not DemandStep.objects.exists()
    assert not Commitment.objects.exists()
    assert Demand.objects.count() == 1


def test_points_and_demands_of_another_meeting_are_refused(client, meeting):
    foreign = AgendaItemFactory()
    new = new_commitment("Promis.", agenda_item=foreign.pk, made_by="x", demand=DemandFactory().pk)
    data = sent(demands=[new_demand("A", theme="B", agenda_item=foreign.pk)], commitments=[new])
    assert client.post(page(meeting), data).status_code == 200
    assert not Commitment.objects.exists()
    assert not Demand.objects.filter(title="A").exists()


def test_an_answer_to_a_demand_that_was_not_there_is_not_read(client, meeting):
    foreign = DemandFactory()
    client.post(page(meeting), sent({foreign: {"state": "granted", "answer": "Oui"}}))
    assert not foreign.steps.exists()


def test_what_is_noted_is_shown_and_can_be_completed(client, meeting):
    demand = DemandStepFactory(meeting=meeting, state="raised", answer="Déposée ce jour").demand
    content = client.get(page(meeting)).content.decode()
    assert "Déjà noté pour cette réunion : déposée. Déposée ce jour" in content
    client.post(page(meeting), sent({demand: {"state": "refused"}}))
    assert [step.state for step in demand.steps.effective()] == ["raised", "refused"]


def test_a_commitment_already_noted_is_shown_there_and_not_that_of_another_meeting(client, meeting):
    item = AgendaItemFactory(meeting=meeting)
    noted = CommitmentFactory(agenda_item=item, wording="Nous repeindrons", made_by="le directeur")
    CommitmentFactory(wording="CANARI")
    answer = client.get(page(meeting))
    said = text(answer)
    assert "Déjà noté pour cette réunion : « Nous repeindrons », le directeur" in said
    assert reverse("admin:meetings_commitment_change", args=[noted.pk]) in answer.content.decode()
    assert "CANARI" not in said


def test_commitments_taken_up_lead_to_their_page(client, meeting):
    commitment = CommitmentFactory()
    AgendaItemFactory(meeting=meeting, title="", commitment=commitment)
    url = reverse("admin:meetings_commitment_change", args=[commitment.pk])
    assert url in client.get(page(meeting)).content.decode()


def test_before_the_meeting_there_is_nothing_to_note(client):
    meeting = MeetingFactory()
    demand = AgendaItemFactory(meeting=meeting, title="", demand=DemandFactory()).demand
    for answer in (
        client.get(page(meeting), follow=True),
        client.post(page(meeting), sent({demand: {"state": "granted"}}), follow=True),
    ):
        assert "n’a pas encore eu lieu" in text(answer)
    assert not demand.steps.exists()
    assert page(meeting) not in client.get(change(meeting)).content.decode()


def test_a_meeting_that_has_begun_offers_it(client, meeting):
    assert page(meeting) in client.get(change(meeting)).content.decode()


@pytest.mark.parametrize("role", ["moderator", "membership_manager"])
def test_who_does_not_keep_the_record_records_nothing(client, meeting, role):
    item = AgendaItemFactory(meeting=meeting, title="", demand=DemandFactory())
    user = UserFactory(role=role)
    client.force_login(user)
    data = sent({item.demand: {"state": "granted"}}, [new_demand("A", theme="B")])
    assert client.post(page(meeting), data).status_code == 403
    step = DemandStep(demand=item.demand, meeting=meeting, state="granted")
    with pytest.raises(PermissionDenied):
        record_step(step, user)
    with pytest.raises(PermissionDenied):
        raise_demand(Demand(title="A", theme="B"), user, meeting)
    with pytest.raises(PermissionDenied):
        record_commitment(Commitment(agenda_item=item, wording="x", made_by="y"), user)
    assert not DemandStep.objects.exists()
    assert Demand.objects.count() == 1


def test_a_step_that_was_corrected_can_be_recorded_again(editor):
    """The same words as those of a corrected step are not a second click."""
    step = DemandStepFactory(state="granted", on=timezone.localdate())
    DemandStepFactory(demand=step.demand, state="refused", corrects=step)
    again = DemandStep(
        demand=step.demand, meeting=step.meeting, state="granted", on=timezone.localdate()
    )
    record_step(again, editor)
    step.demand.refresh_from_db()
    assert step.demand.steps.count() == 3
    assert step.demand.state == "granted"


def test_the_page_takes_the_same_queries_for_one_and_a_hundred(
    client, meeting, django_assert_num_queries
):
    def fill(count):
        for _ in range(count):
            item = AgendaItemFactory(meeting=meeting, title="", demand=DemandFactory())
            DemandStepFactory(demand=item.demand, meeting=meeting, agenda_item=item)
            DemandStepFactory(meeting=meeting, agenda_item=AgendaItemFactory(meeting=meeting))
            AgendaItemFactory(meeting=meeting, title="", commitment=CommitmentFactory())
            CommitmentFactory(agenda_item=item)

    fill(1)
    few = queries(client, page(meeting))
    fill(30)
    with django_assert_num_queries(few):
        client.get(page(meeting))

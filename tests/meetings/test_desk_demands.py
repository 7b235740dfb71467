"""The officers' desk for demands and commitments: what is recorded, and what no request changes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import Commitment, Demand, DemandStep
from tests.factories import (
    AgendaItemFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)
from tests.meetings.desk_forms import (
    queries,
    text,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(client):
    user = UserFactory(role="editor")
    client.force_login(user)
    return user


DEMANDS = "/admin/meetings/demand/"


def demand_page(demand):
    return reverse("admin:meetings_demand_change", args=[demand.pk])


def step_sent(demand, initial=0, **step):
    """What the demand's page sends, with this step."""
    values = {"state": "", "meeting": "", "agenda_item": "", "answer": "", "quote": ""}
    values |= {"on": "", "corrects": "", "id": "", "demand": demand.pk} | step
    return {
        "title": demand.title,
        "theme": demand.theme,
        "text": demand.text,
        "visibility": demand.visibility,
        "_continue": "1",
        "steps-TOTAL_FORMS": "1",
        "steps-INITIAL_FORMS": str(initial),
    } | {f"steps-0-{name}": value for name, value in values.items()}


def test_a_step_is_recorded_with_who_recorded_it(client, editor):
    demand, meeting = DemandFactory(), MeetingFactory(held=True)
    item = AgendaItemFactory(meeting=meeting)
    data = step_sent(demand, state="refused", agenda_item=item.pk, answer="Non.", quote="Jamais")
    assert client.post(demand_page(demand), data).status_code == 302
    step = demand.steps.get()
    assert (step.state, step.answer, step.quote) == ("refused", "Non.", "Jamais")
    assert (step.meeting, step.on, step.recorded_by) == (meeting, meeting.day, editor)
    demand.refresh_from_db()
    assert demand.state == "refused"


def test_the_same_step_sent_twice_is_recorded_once(client):
    step = DemandStepFactory()
    data = step_sent(step.demand, state="refused", meeting=step.meeting.pk, answer="Non.")
    for _ in range(2):
        assert client.post(demand_page(step.demand), data).status_code == 302
    assert step.demand.steps.filter(state="refused").count() == 1


def test_without_a_new_step_none_is_recorded(client):
    demand = DemandFactory()
    client.post(demand_page(demand), step_sent(demand))
    assert not demand.steps.exists()


def test_a_correction_says_what_it_corrects(client):
    step = DemandStepFactory(state="granted")
    data = step_sent(step.demand, state="refused", corrects=step.pk)
    client.post(demand_page(step.demand), data)
    correction = step.demand.steps.get(corrects=step)
    assert (correction.on, correction.meeting) == (step.on, step.meeting)
    page = text(client.get(demand_page(step.demand)))
    assert "Étape enregistrée par erreur" in page
    again = client.post(demand_page(step.demand), data | {"steps-0-answer": "Autre"})
    assert "Cette étape est déjà corrigée" in text(again)


def test_only_a_step_of_this_demand_is_corrected(client):
    foreign, demand = DemandStepFactory(), DemandFactory()
    page = client.post(demand_page(demand), step_sent(demand, state="refused", corrects=foreign.pk))
    assert "n’est pas d’ici" in text(page)
    assert not demand.steps.exists()


def test_a_point_of_another_meeting_is_refused_and_the_words_stay(client):
    demand, item, meeting = DemandFactory(), AgendaItemFactory(), MeetingFactory(held=True)
    data = step_sent(
        demand, state="refused", meeting=meeting.pk, agenda_item=item.pk, answer="Mes mots"
    )
    page = client.post(demand_page(demand), data)
    assert "Ce point appartient à une autre réunion." in text(page)
    assert "Mes mots" in page.content.decode()
    assert not demand.steps.exists()


@pytest.mark.parametrize("role", ["editor", "secretary", "superuser"])
def test_no_request_changes_or_deletes_a_step(client, role):
    user = UserFactory(superuser=True) if role == "superuser" else UserFactory(role=role)
    client.force_login(user)
    step = DemandStepFactory(state="granted", answer="Oui.")
    before = DemandStep.objects.values().get(pk=step.pk)
    for extra in ({}, {"steps-0-DELETE": "on"}, {"steps-MAX_NUM_FORMS": "9"}):
        for initial in (0, 1):
            data = step_sent(step.demand, initial, id=step.pk, state="refused", answer="Non.")
            assert client.post(demand_page(step.demand), data | extra).status_code in {200, 302}
    assert DemandStep.objects.values().get(pk=step.pk) == before


@pytest.mark.parametrize("role", ["editor", "secretary", "superuser"])
def test_nobody_deletes_a_demand(client, role):
    user = UserFactory(superuser=True) if role == "superuser" else UserFactory(role=role)
    client.force_login(user)
    demand = DemandFactory()
    url = reverse("admin:meetings_demand_delete", args=[demand.pk])
    assert client.post(url, {"post": "yes"}).status_code == 403
    client.post(DEMANDS, {"action": "delete_selected", "_selected_action": demand.pk, "post": "1"})
    assert Demand.objects.filter(pk=demand.pk).exists()


def test_the_day_no_longer_changes_and_themes_are_proposed(client):
    demand = DemandFactory(theme="Temps de travail")
    day = demand.raised_on
    client.post(demand_page(demand), step_sent(demand) | {"raised_on": "01/01/2020"})
    demand.refresh_from_db()
    assert demand.raised_on == day
    page = client.get(f"{DEMANDS}add/").content.decode()
    assert '<option value="Temps de travail">' in page
    assert 'list="themes"' in page


def new_demand(**changes):
    return {
        "title": "Deux agents de plus",
        "theme": "Effectifs",
        "text": "",
        "raised_on": f"{timezone.localdate():%d/%m/%Y}",
        "visibility": "public",
    } | changes


def test_a_demand_raised_at_a_meeting_has_its_first_step_there(client, editor):
    item = AgendaItemFactory()
    url = f"{DEMANDS}add/?meeting={item.meeting.pk}&agenda_item={item.pk}"
    assert str(item.meeting) in text(client.get(url)).replace("\u202f", " ")
    for _ in range(2):
        assert client.post(url, new_demand()).status_code == 302
    demand = Demand.objects.get()
    step = demand.steps.get()
    assert (step.state, step.meeting, step.agenda_item) == ("raised", item.meeting, item)
    assert step.recorded_by == editor


def test_before_the_meeting_it_is_put_on_the_agenda(client):
    meeting = MeetingFactory()
    client.post(f"{DEMANDS}add/?meeting={meeting.pk}", new_demand())
    demand = Demand.objects.get()
    assert not demand.steps.exists()
    assert meeting.agenda_items.get().demand == demand
    assert str(meeting) in text(client.get(demand_page(demand))).replace("\u202f", " ")


def test_a_point_of_another_meeting_is_not_found(client):
    url = f"{DEMANDS}add/?meeting={MeetingFactory(held=True).pk}&agenda_item="
    assert client.get(f"{url}{AgendaItemFactory().pk}").status_code == 404


def test_words_are_found_whatever_their_accents(client):
    DemandFactory(title="Égalité des primes")
    DemandFactory(title="Autre chose")
    page = text(client.get(f"{DEMANDS}?q=egalite"))
    assert "Égalité des primes" in page
    assert "Autre chose" not in page


@pytest.mark.parametrize("model", ["demand", "commitment"])
def test_the_list_takes_the_same_queries_for_one_and_a_hundred(
    client, django_assert_num_queries, model
):
    factory = DemandFactory if model == "demand" else CommitmentFactory
    url = reverse(f"admin:meetings_{model}_changelist")
    factory()
    few = queries(client, url)
    factory.create_batch(40)
    with django_assert_num_queries(few):
        client.get(url)


COMMITMENTS = "/admin/meetings/commitment/"


def commitment_sent(commitment, **changes):
    return {
        "agenda_item": commitment.agenda_item.pk,
        "wording": commitment.wording,
        "made_by": commitment.made_by,
        "due_on": "",
        "demand": "",
        "state": commitment.state,
        "state_on": f"{commitment.state_on:%d/%m/%Y}",
        "proof": "",
        "proof_document": "",
        "superseded_by": "",
    } | changes


def test_the_overdue_come_first_and_can_be_asked_alone(client):
    CommitmentFactory(wording="Tenue", state="kept")
    CommitmentFactory(wording="Attendue")
    CommitmentFactory(wording="En retard", overdue=True)
    page = text(client.get(COMMITMENTS))
    assert page.index("En retard") < page.index("Attendue") < page.index("Tenue")
    assert "en retard de 5 jours" in page
    late = text(client.get(f"{COMMITMENTS}?retard=oui"))
    assert "Attendue" not in late


def test_a_change_of_state_is_dated(client):
    commitment = CommitmentFactory(state_on=timezone.localdate() - timedelta(days=30))
    url = reverse("admin:meetings_commitment_change", args=[commitment.pk])
    client.post(url, commitment_sent(commitment, proof="Rien de neuf"))
    commitment.refresh_from_db()
    assert commitment.state_on == timezone.localdate() - timedelta(days=30)
    client.post(url, commitment_sent(commitment, state="kept", state_on=""))
    commitment.refresh_from_db()
    assert (commitment.state, commitment.state_on) == ("kept", timezone.localdate())


def test_a_new_one_dates_from_its_meeting(client):
    item = AgendaItemFactory()
    new = Commitment(agenda_item=item, wording="Ce sera fait.", made_by="le directeur")
    client.post(f"{COMMITMENTS}add/", commitment_sent(new, state_on=""))
    assert Commitment.objects.get().state_on == item.meeting.day


def test_what_replaces_it_goes_with_its_state(client):
    commitment, other = CommitmentFactory(), CommitmentFactory()
    url = reverse("admin:meetings_commitment_change", args=[commitment.pk])
    page = client.post(url, commitment_sent(commitment, superseded_by=other.pk))
    assert "Choisissez « remplacé »" in text(page)
    data = commitment_sent(commitment, superseded_by=other.pk, state="superseded")
    assert client.post(url, data).status_code == 302
    page = client.post(url, data | {"superseded_by": commitment.pk})
    assert "Un engagement ne se remplace pas lui-même." in text(page)


def test_where_it_was_taken_up_is_shown(client):
    commitment = CommitmentFactory()
    later = AgendaItemFactory(title="", commitment=commitment).meeting
    url = reverse("admin:meetings_commitment_change", args=[commitment.pk])
    assert str(later) in text(client.get(url))


FIELDS = [
    ("demandstep", "agenda_item"),
    ("demandstep", "meeting"),
    ("commitment", "proof_document"),
    ("commitment", "demand"),
    ("commitment", "superseded_by"),
]


def proposals(client, model, field, term=""):
    asked = {"app_label": "meetings", "model_name": model, "field_name": field, "term": term}
    return client.get(reverse("admin:autocomplete"), asked)


@pytest.mark.parametrize(("model", "field"), FIELDS)
@pytest.mark.parametrize("role", ["moderator", "membership_manager"])
def test_who_does_not_keep_the_record_searches_nothing(client, role, model, field):
    client.force_login(UserFactory(role=role))
    assert proposals(client, model, field).status_code == 403


@pytest.mark.parametrize(("model", "field"), FIELDS)
@pytest.mark.parametrize("role", ["editor", "publisher", "secretary"])
def test_who_keeps_it_does(client, role, model, field):
    client.force_login(UserFactory(role=role))
    assert proposals(client, model, field).status_code == 200


def test_a_point_is_proposed_with_its_meeting(client):
    demand = DemandFactory(title="Deux agents de plus")
    item = AgendaItemFactory(title="", demand=demand)
    AgendaItemFactory(title="Autre chose")
    results = proposals(client, "commitment", "agenda_item", "agents").json()["results"]
    assert [each["text"] for each in results] == [f"Deux agents de plus — {item.meeting}"]


def test_points_and_documents_have_no_pages_of_their_own(client):
    client.force_login(UserFactory(superuser=True))
    page = client.get(reverse("admin:index")).content.decode()
    for model in ("agendaitem", "document", "demandstep"):
        assert f"/admin/meetings/{model}/" not in page
        assert client.get(f"/admin/meetings/{model}/").status_code == 404

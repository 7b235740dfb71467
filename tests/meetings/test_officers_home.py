"""The officers' home page: what is late, what was promised, what to write, what comes next."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.models import MeetingStatus
from tests.factories import (
    AgendaItemFactory,
    ArticleFactory,
    CommitmentFactory,
    DeadlineRuleFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HOME = "/admin/"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(datetime(2025, 2, 16, 12, tzinfo=PARIS), tick=False):
        yield


def page(client, url=HOME):
    return client.get(url).content.decode().replace("\u202f", " ")


@pytest.fixture
def _editor(client):
    client.force_login(UserFactory(role="editor"))


def meeting_on(day, **changes):
    return MeetingFactory(**{"starts_at": day, "status": MeetingStatus.HELD} | changes)


THEN = datetime(2024, 12, 3, 9, 30, tzinfo=PARIS)


@pytest.mark.usefixtures("_editor")
def test_what_is_late_is_told_with_the_sentence_that_says_it(client):
    assert "Rien n’est en retard." in page(client)
    DeadlineRuleFactory(answers_days=None)
    meeting = meeting_on(THEN)
    shown = page(client)
    assert "Procès-verbal de la réunion technique du 3 décembre 2024" in shown
    assert "45 jours de retard" in shown
    assert "ne nous est toujours pas parvenu : 45 jours de retard" in shown
    assert reverse("admin:meetings_meeting_change", args=[meeting.pk]) in shown


@pytest.mark.usefixtures("_editor")
def test_overdue_commitments_are_told(client):
    assert "Aucun engagement n’est en retard." in page(client)
    overdue = CommitmentFactory(overdue=True, wording="Nous repeindrons")
    CommitmentFactory(wording="Sans échéance")
    shown = page(client)
    assert "« Nous repeindrons »" in shown
    assert "5 jours de retard" in shown
    assert "Sans échéance" not in shown
    assert reverse("admin:meetings_commitment_change", args=[overdue.pk]) in shown


@pytest.mark.usefixtures("_editor")
def test_meetings_without_a_report_and_meetings_to_come_are_told(client):
    told = meeting_on(THEN, title="Racontée")
    ArticleFactory(meeting=told)
    meeting_on(THEN, title="À raconter")
    MeetingFactory(title="Bientôt")
    shown = page(client)
    assert "À raconter" in shown
    assert "Bientôt" in shown
    assert "Racontée" not in shown


@pytest.mark.usefixtures("_editor")
def test_long_lists_are_folded_and_at_last_cut(client):
    for number in range(52):
        meeting_on(THEN - timedelta(days=number), title=f"Numéro {number}.")
    shown, folded = page(client).split("<summary>et 45 autres</summary>")
    assert "Numéro 4." in shown
    assert "Numéro 5." not in shown
    assert "Numéro 5." in folded
    assert "Numéro 49." in folded
    assert "Numéro 50." not in folded
    assert "et 2 autres encore" in folded


@pytest.mark.usefixtures("_editor")
def test_all_that_is_late_can_be_read_and_quoted(client):
    DeadlineRuleFactory(answers_days=None)
    for number in range(7):
        meeting_on(THEN - timedelta(days=number))
    shown = page(client)
    assert shown.count("ne nous est toujours pas parvenu") == 7
    assert "<summary>et 2 autres</summary>" in shown


@pytest.mark.usefixtures("_editor")
def test_a_past_meeting_still_noted_as_planned_is_not_forgotten(client):
    meeting_on(THEN, title="Tenue")
    cancelled = meeting_on(THEN, title="Annulée", status=MeetingStatus.CANCELLED)
    assert "Ont-elles eu lieu" not in page(client)
    meeting_on(THEN, title="À confirmer", status=MeetingStatus.PLANNED)
    panel = page(client).split("Ont-elles eu lieu")[1].split("</section>")[0]
    assert "À confirmer" in panel
    assert "Tenue" not in panel
    assert cancelled.title not in panel


@pytest.mark.parametrize("role", ["moderator", "membership_manager"])
def test_who_does_not_keep_the_record_sees_none_of_it(client, role):
    DeadlineRuleFactory()
    meeting_on(THEN, title="CANARI")
    CommitmentFactory(overdue=True, wording="CANARI")
    client.force_login(UserFactory(role=role))
    shown = page(client)
    assert "À faire" not in shown
    assert "CANARI" not in shown
    assert "3 décembre" not in shown
    assert "Journal des réunions" not in shown


def waiting(number):
    for day in range(number):
        meeting = meeting_on(THEN - timedelta(days=day))
        item = AgendaItemFactory(meeting=meeting)
        CommitmentFactory(overdue=True, agenda_item=item)
        DemandStepFactory(meeting=meeting)
        MeetingFactory(starts_at=timezone.now() + timedelta(days=day + 1))


def test_it_takes_the_same_queries_for_one_meeting_and_for_many(client):
    client.force_login(UserFactory(role="secretary"))
    DeadlineRuleFactory()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(HOME).status_code == 200
        return len(captured)

    waiting(1)
    queries()
    few = queries()
    waiting(30)
    assert queries() == few


def test_a_meeting_page_tells_its_deadlines_and_those_of_its_chain(client):
    DeadlineRuleFactory(answers_days=None)
    first = meeting_on(THEN)
    planned = MeetingFactory(
        follows=first, starts_at=datetime(2025, 2, 20, 9, tzinfo=PARIS), status="planned"
    )
    client.force_login(UserFactory(role="editor"))
    shown = page(client, reverse("admin:meetings_meeting_change", args=[planned.pk]))
    assert "Délais : 3 non tenus" in shown
    assert "nous constatons que trois délais n’ont pas été tenus." in shown
    assert "La convocation à la réunion technique du 20 février 2025, due le 5 février" in shown
    assert "Le procès-verbal de la réunion technique du 3 décembre 2024" in shown
    assert 'data-copy="opening-sentences" hidden' in shown


def test_a_meeting_page_without_a_rule_says_nothing_of_deadlines(client):
    client.force_login(UserFactory(role="editor"))
    shown = page(client, reverse("admin:meetings_meeting_change", args=[meeting_on(THEN).pk]))
    assert "non tenu" not in shown
    assert "data-copy" not in shown

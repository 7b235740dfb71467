"""The page of a demand: its steps in order, corrections shown, and nothing reserved."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    AgendaItemFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def held(days_ago, **given):
    return MeetingFactory(held=True, starts_at=timezone.now() - timedelta(days=days_ago), **given)


def to_come(**given):
    return MeetingFactory(starts_at=timezone.now() + timedelta(days=9), **given)


def page(client, demand):
    response = client.get(demand.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode().replace("\u202f", " ")


def steps_on(html):
    """The entries of the timeline, in their order."""
    return html.partition('<ol class="timeline">')[2].partition("</ol>")[0].split("<li")[1:]


def test_the_page_follows_the_demand_from_meeting_to_meeting(client):
    demand = DemandFactory(
        title="Un vestiaire chauffé",
        text="Deux degrés en janvier.\n\nCinq agents malades.",
        theme="Santé & sécurité",
    )
    second = held(5, title="Le second groupe", kind="working_group")
    item = AgendaItemFactory(meeting=second, title="Les locaux")
    DemandStepFactory(
        demand=demand, meeting=second, agenda_item=item, state="refused", quote="Il fait doux."
    )
    first = held(20, title="La première réunion")
    DemandStepFactory(demand=demand, meeting=first, state="under_review", answer="On verra.")
    html = page(client, demand)
    raised, earlier, later = steps_on(html)
    assert "La section dépose la revendication" in raised
    for words in ("À l’étude", "La première réunion", first.get_absolute_url(), "<p>On verra.</p>"):
        assert words in earlier
    for words in ("Refusée", "Groupe de travail (GT) : Le second groupe", "Les locaux"):
        assert words in later
    assert '<blockquote class="timeline__quote"><p>« Il fait doux. »</p></blockquote>' in later
    assert "<p>Cinq agents malades.</p>" in html
    assert "réponse en 35 jours" in html
    assert "?theme=Sant%C3%A9%20%26%20s%C3%A9curit%C3%A9" in html


def test_what_is_written_is_text(client):
    demand = DemandFactory(title="<b>Gras</b>", text="<script>alert(1)</script>")
    DemandStepFactory(
        demand=demand, answer="<img src=x>", quote="<i>Oui</i>", meeting=held(3, title="<u>")
    )
    html = page(client, demand)
    for markup in ("<b>Gras", "<script>alert", "<img src=x", "<i>Oui", "<u>"):
        assert markup not in html


def test_the_raising_is_told_once(client):
    demand = DemandFactory()
    DemandStepFactory(demand=demand, meeting=None, on=demand.raised_on, state="raised")
    (only,) = steps_on(page(client, demand))
    assert "Déposée" in only


def test_a_step_out_of_any_meeting_says_so(client):
    step = DemandStepFactory(meeting=None, on=timezone.localdate(), answer="Par courrier.")
    assert "Hors réunion" in steps_on(page(client, step.demand))[1]


def test_a_correction_is_shown_as_one_and_so_is_what_it_corrects(client):
    with time_machine.travel(datetime(2025, 5, 20, 10, tzinfo=UTC), tick=False):
        wrong = DemandStepFactory(meeting=held(4), state="granted", answer="C’est accordé.")
    with time_machine.travel(datetime(2025, 6, 2, 10, tzinfo=UTC), tick=False):
        DemandStepFactory(
            demand=wrong.demand, meeting=None, corrects=wrong, state="refused", answer="Non."
        )
    html = page(client, wrong.demand)
    _, corrected, correction = steps_on(html)
    assert "<s>Obtenue</s>" in corrected
    assert "corrigée le 2 juin 2025" in corrected
    assert "C’est accordé." in corrected
    assert "Correction de l’étape du 16 mai 2025 (« obtenue »)" in correction
    assert "enregistrée le 2 juin 2025" in correction
    assert "<s>" not in correction
    assert "Refusée, depuis le 16 mai 2025" in html


def test_a_correction_of_a_reserved_meeting_tells_a_visitor_only_that_there_is_one(client):
    wrong = DemandStepFactory(meeting=held(9), state="granted")
    DemandStepFactory(demand=wrong.demand, meeting=held(12), state="under_review")
    DemandStepFactory(
        demand=wrong.demand,
        corrects=wrong,
        meeting=held(3, members_only=True, title="CANARI"),
        state="refused",
        answer="CANARI",
    )
    html = page(client, wrong.demand)
    assert "CANARI" not in html
    assert "Refusée" not in html
    assert "<s>Obtenue</s>" in html
    assert "corrigée depuis" in html
    assert "À l’étude, depuis" in html


def test_a_visitor_learns_nothing_of_what_reserved_meetings_said(client):
    demand = DemandFactory(title="Connue de tous")
    DemandStepFactory(demand=demand, meeting=held(20), state="under_review")
    secret = held(5, members_only=True, title="CANARI", slug="canari")
    item = AgendaItemFactory(meeting=secret, title="CANARI")
    DemandStepFactory(
        demand=demand, meeting=secret, agenda_item=item, state="refused", quote="CANARI"
    )
    CommitmentFactory(demand=demand, agenda_item=item, wording="CANARI")
    AgendaItemFactory(meeting=to_come(members_only=True, title="CANARI"), title="", demand=demand)
    html = page(client, demand)
    assert "canari" not in html.lower()
    assert "refusée" not in html.lower()
    assert "À l’étude" in html
    assert "attend une réponse depuis 40 jours" in html
    client.force_login(UserFactory(adherent=True))
    assert page(client, demand).count("CANARI") >= 5


def test_an_agenda_item_that_borrows_reserved_words_is_left_out(client):
    reserved = CommitmentFactory(
        agenda_item__meeting=held(30, members_only=True), wording="CANARI promis en secret"
    )
    meeting = held(5)
    item = AgendaItemFactory(meeting=meeting, title="", commitment=reserved)
    step = DemandStepFactory(meeting=meeting, agenda_item=item, state="refused")
    html = page(client, step.demand)
    assert "CANARI" not in html
    assert "Refusée" in html
    client.force_login(UserFactory(adherent=True))
    assert "CANARI promis en secret" in page(client, step.demand)


def test_what_comes_next_is_announced(client):
    demand = DemandFactory()
    AgendaItemFactory(meeting=to_come(title="La prochaine"), title="", demand=demand)
    AgendaItemFactory(meeting=to_come(title="Annulée", status="cancelled"), demand=demand)
    AgendaItemFactory(meeting=held(9, title="Passée"), demand=demand)
    _, planned = steps_on(page(client, demand))
    assert "À l’ordre du jour" in planned
    assert "La prochaine" in planned


def test_the_commitments_that_answer_it_are_quoted(client):
    commitment = CommitmentFactory(demand=DemandFactory(), overdue=True, wording="Avant l’été.")
    html = page(client, commitment.demand)
    assert "« Avant l’été. »" in html
    assert "en retard de 5 jours" in html
    assert commitment.get_absolute_url() in html


@pytest.mark.parametrize("typed", ["rev-2025-001", "Rev-2025-001"])
def test_another_case_leads_to_the_one_address(client, typed):
    DemandFactory(raised_on="2025-02-01")
    response = client.get(f"/revendications/{typed}/")
    assert (response.status_code, response["Location"]) == (301, "/revendications/REV-2025-001/")


@pytest.mark.parametrize("typed", ["REV-2025-001", "rev-2025-001", "REV-2025-1", "n-importe-quoi"])
def test_what_is_reserved_is_as_absent_as_what_does_not_exist(client, typed):
    DemandFactory(members_only=True, raised_on="2025-02-01")
    assert client.get(f"/revendications/{typed}/").status_code == 404


def test_search_engines_are_told_what_it_is(client):
    demand = DemandFactory(title="Un abri", text='Pour "tous" les agents.', raised_on="2025-02-01")
    html = page(client, demand)
    assert "noindex" not in html
    assert '<meta name="description" content="REV-2025-001, déposée. Un abri.' in html
    assert "&quot;tous&quot;" in html
    assert '/revendications/REV-2025-001/">' in html.partition('rel="canonical"')[2][:90]


def test_a_printed_page_says_of_which_day_it_is(client):
    demand = DemandFactory(raised_on="2025-02-01")
    with time_machine.travel(datetime(2025, 6, 2, 10, tzinfo=UTC)):
        html = page(client, demand)
    assert "REV-2025-001, fiche au 2 juin 2025" in html


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_page_takes_the_same_queries_for_1_step_and_for_30(client, signed_in):
    demand = DemandFactory()
    if signed_in:
        client.force_login(UserFactory(adherent=True))

    def fill(count):
        for number in range(count):
            meeting = held(30 - number)
            item = AgendaItemFactory(meeting=meeting)
            step = DemandStepFactory(demand=demand, meeting=meeting, agenda_item=item)
            if number % 2:
                DemandStepFactory(demand=demand, meeting=None, corrects=step, state="refused")
            CommitmentFactory(demand=demand, agenda_item=item)
            AgendaItemFactory(meeting=to_come(), title="", demand=demand)

    fill(1)
    page(client, demand)
    with CaptureQueriesContext(connection) as one:
        page(client, demand)
    fill(29)
    with CaptureQueriesContext(connection) as many:
        page(client, demand)
    assert len(many) == len(one)
    assert len(one) <= (13 if signed_in else 8)

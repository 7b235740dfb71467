"""The register of commitments: the overdue first, the words as they were said, nothing reserved."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings import register
from tests.factories import (
    AgendaItemFactory,
    CommitmentFactory,
    DemandFactory,
    DocumentFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def due(days, **given):
    return CommitmentFactory(due_on=timezone.localdate() + timedelta(days=days), **given)


def reserved_meeting():
    return MeetingFactory(held=True, members_only=True, title="CANARI", slug="canari")


def answer(client, **asked):
    response = client.get(reverse("meetings:commitment_list"), asked)
    assert response.status_code == 200
    return response


def page(client, **asked):
    return answer(client, **asked).content.decode().replace("\u202f", " ")


def test_a_printed_register_says_that_it_is_a_part_and_where_the_rest_is(client):
    for _ in range(21):
        CommitmentFactory()
    printed = page(client).split('class="print-only')[1]
    assert "Page 1 sur 2 de la liste, au " in printed
    assert reverse("meetings:commitment_list") in printed


def listed(client, **asked):
    return list(answer(client, **asked).context["page_obj"])


@pytest.mark.parametrize("etat", ["", "overdue", "pending"])
def test_the_pages_of_a_long_register_are_its_parts_one_after_the_other(client, etat):
    for number in range(25):
        due(-1 - number % 4, state=["announced", "in_progress"][number % 2])
        due(number % 3) if number % 2 else CommitmentFactory()
        due(-number, state="kept", state_on=timezone.localdate() - timedelta(days=number % 5))
    numbers = answer(client, etat=etat).context["page_obj"].paginator.page_range
    shown = [each for number in numbers for each in listed(client, etat=etat, page=number)]
    assert shown == list(register.commitments_for(AnonymousUser(), etat))


def test_the_overdue_come_first_the_oldest_ahead(client):
    kept = due(-90, state="kept")
    without_a_day = CommitmentFactory()
    later, sooner = due(40), due(3, state="in_progress")
    late, latest = due(-2), due(-30, state="in_progress")
    assert listed(client) == [latest, late, sooner, later, without_a_day, kept]


def test_the_day_itself_is_not_late(client):
    due(0)
    html = page(client)
    assert "1 engagement<" in html
    assert "en retard" not in html.partition('id="liste"')[2]


def test_a_commitment_is_told_in_the_administration_s_words(client):
    demand = DemandFactory(title="Un abri")
    commitment = due(
        -12,
        wording="Ce sera fait\navant Noël.",
        made_by="la directrice régionale",
        demand=demand,
        proof="Rien n’a été publié.",
    )
    html = page(client)
    assert "« Ce sera fait<br>avant Noël. »" in html
    assert "La directrice régionale" in html
    assert f'href="{commitment.get_absolute_url()}"' in html
    assert f'id="{commitment.anchor}"' in html
    assert "en retard de 12 jours" in html
    assert demand.get_absolute_url() in html
    assert "Rien n’a été publié." in html
    assert "1 engagement, dont 1 en retard" in html


def test_what_is_written_is_text(client):
    CommitmentFactory(wording="<b>Oui</b>", made_by="<i>chef</i>", proof="<script>x</script>")
    html = page(client)
    for markup in ("<b>Oui", "<i>chef", "<script>x"):
        assert markup not in html


def test_a_commitment_says_what_replaced_it(client):
    newer = CommitmentFactory(wording="Plutôt en mars.")
    CommitmentFactory(wording="En janvier.", state="superseded", superseded_by=newer)
    html = page(client, etat="superseded")
    assert "Remplacé par" in html
    assert f'<a href="{newer.get_absolute_url()}">« Plutôt en mars. »</a>' in html


@pytest.mark.parametrize(
    ("etat", "expected"),
    [
        ("overdue", {"late"}),
        ("pending", {"to come", "without a day"}),
        ("kept", {"kept"}),
        ("partially_kept", {"partially_kept"}),
        ("broken", {"broken"}),
        ("superseded", {"superseded"}),
        (
            "",
            {"late", "to come", "without a day"}
            | {"kept", "partially_kept", "broken", "superseded"},
        ),
    ],
)
def test_by_state(client, etat, expected):
    due(-2, wording="late")
    due(5, wording="to come", state="in_progress")
    CommitmentFactory(wording="without a day")
    for state in ("kept", "partially_kept", "broken", "superseded"):
        due(-9, wording=state, state=state)
    found = listed(client, etat=etat)
    assert {commitment.wording for commitment in found} == expected
    shelves = answer(client, etat=etat).context["register"].shelves
    assert [shelf.count for shelf in shelves if shelf.key == etat] == ([len(found)] if etat else [])
    assert sum(shelf.count for shelf in shelves) == 7


@pytest.mark.parametrize("asked", [{"etat": "tenu"}, {"etat": "<script>"}, {"page": "x"}])
def test_an_odd_question_shows_the_whole_register(client, asked):
    CommitmentFactory(wording="Ce sera fait.")
    html = page(client, **asked)
    assert "Ce sera fait." in html
    assert ("Cet état n’existe pas" in html) is ("etat" in asked)


def test_the_state_is_kept_on_the_next_page(client):
    for _ in range(21):
        due(-3)
    CommitmentFactory(state="kept")
    assert "etat=overdue&amp;page=2" in page(client, etat="overdue")
    assert len(listed(client, etat="overdue", page="2")) == 1


def test_an_empty_register_says_so(client):
    assert "Aucun engagement" in page(client)


def test_a_visitor_learns_nothing_reserved(client):
    secret = AgendaItemFactory(meeting=reserved_meeting(), title="CANARI")
    replaced = CommitmentFactory(agenda_item=secret, wording="CANARI", overdue=True)
    public = CommitmentFactory(
        wording="Connu de tous.",
        demand=DemandFactory(members_only=True, title="CANARI"),
        superseded_by=replaced,
        state="superseded",
        proof="Une note de service.",
    )
    public.proof_document = DocumentFactory(
        meeting=public.agenda_item.meeting, members_only=True, title="CANARI"
    )
    public.save()
    AgendaItemFactory(meeting=secret.meeting, title="", commitment=public)
    html = page(client)
    assert "canari" not in html.lower()
    assert "Connu de tous." in html
    assert "Une note de service." in html
    assert "1 engagement<" in html
    assert listed(client, etat="overdue") == []
    client.force_login(UserFactory(adherent=True))
    html = page(client)
    assert "2 engagements, dont 1 en retard" in html
    assert html.count("CANARI") >= 4


def test_a_proof_that_the_reader_may_open_is_linked(client):
    item = AgendaItemFactory()
    document = DocumentFactory(meeting=item.meeting, title="Note du 3 mars")
    CommitmentFactory(agenda_item=item, state="broken", proof_document=document)
    assert f'<a href="{document.get_absolute_url()}">Note du 3 mars</a>' in page(client)


def test_a_commitment_says_on_which_agendas_it_came_back(client):
    meeting = MeetingFactory(kind="social_committee")
    item = AgendaItemFactory(meeting=meeting, title="", commitment=CommitmentFactory())
    html = page(client)
    assert f'<a href="{meeting.get_absolute_url()}#point-{item.pk}">CSA du' in html


@pytest.mark.parametrize("signed_in", [False, True])
def test_the_register_takes_the_same_queries_for_1_row_and_for_100(client, signed_in):
    if signed_in:
        client.force_login(UserFactory(adherent=True))

    def fill(count):
        for _ in range(count):
            item = AgendaItemFactory()
            newer = CommitmentFactory(agenda_item=item, demand=DemandFactory())
            document = DocumentFactory(meeting=item.meeting)
            due(
                -3,
                agenda_item=item,
                demand=DemandFactory(),
                superseded_by=newer,
                proof_document=document,
            )
            AgendaItemFactory(title="", commitment=newer)

    fill(1)
    page(client)
    with CaptureQueriesContext(connection) as one:
        page(client)
    fill(50)
    with CaptureQueriesContext(connection) as hundred:
        page(client)
    assert len(hundred) == len(one)
    assert len(one) <= (11 if signed_in else 7)

"""The exports of the demands: what spreadsheets and programs are given, and what they are not."""

import csv
import io
import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cgtdouanes.spreadsheets import neutral
from meetings.models import DemandState
from tests.factories import (
    AgendaItemFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CSV, JSON = "/revendications/export.csv", "/revendications/export.json"
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def _on_the_thirtieth_of_june():
    with time_machine.travel(datetime(2025, 6, 30, 12, tzinfo=PARIS), tick=False):
        yield


def held(day, **given):
    starts_at = datetime.combine(day, datetime.min.time(), PARIS).replace(hour=9)
    return MeetingFactory(held=True, starts_at=starts_at, **given)


def sent(client, url, **asked):
    response = client.get(url, asked)
    assert response.status_code == 200
    return response.getvalue().decode()


def rows(client, **asked):
    text = sent(client, CSV, **asked).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def data(client, **asked):
    return json.loads(sent(client, JSON, **asked))


def references(client, **asked):
    """What both exports hold, after checking that they hold the same."""
    table = {row["Référence"] for row in rows(client, **asked)}
    assert table == {demand["reference"] for demand in data(client, **asked)["demands"]}
    return table


def test_the_table_opens_in_a_french_spreadsheet(client):
    demand = DemandFactory(
        title="Un abri ; deux chaises",
        text='Dit "urgent"\nen janvier.',
        theme="Santé",
        raised_on=date(2025, 3, 1),
    )
    DemandStepFactory(
        demand=demand, meeting=held(date(2025, 4, 1)), state="refused", answer="Non, coûteux."
    )
    response = client.get(CSV)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    expected = 'attachment; filename="revendications-2025-06-30.csv"'
    assert response["Content-Disposition"] == expected
    assert response.getvalue().startswith('\ufeff"Référence";'.encode())
    assert rows(client) == [
        {
            "Référence": "REV-2025-001",
            "Intitulé": "Un abri ; deux chaises",
            "Thème": "Santé",
            "État": "refusée",
            "Depuis le": "2025-04-01",
            "Déposée le": "2025-03-01",
            "Jours d’attente": "31",
            "Dernière réponse": "Non, coûteux.",
            "Texte": 'Dit "urgent"\nen janvier.',
            "Adresse": "http://127.0.0.1:8000/revendications/REV-2025-001/",
        }
    ]


FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://exemple.test?x="&A1;"Voir")',
    "+33 1 23 45 67 89",
    "-2+3",
    "@SOMME(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "   =1+1",
    "\u00a0\u202f=1+1",
    "\u200b=1+1",
    "\ufeff@x",
    "＝1+1",
    "＋1",
    "－1",
    " ＠x",
    "﹦1",
    "\u22121",
    "\ttexte",
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_is_a_formula(cell):
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Un abri", "1+1=2", "« = »", "2 = 2", "’-’", "é@exemple.fr"])
def test_other_cells_are_left_as_they_are(cell):
    assert neutral(cell) == cell


def test_every_text_of_the_table_is_neutral(client):
    demand = DemandFactory(title="=1", text=" +2", theme="@3")
    DemandStepFactory(demand=demand, answer="\t-4", meeting=held(date(2025, 6, 1)))
    (row,) = rows(client)
    cells = (row["Intitulé"], row["Texte"], row["Thème"], row["Dernière réponse"])
    assert cells == ("'=1", "' +2", "'@3", "'\t-4")


def test_the_shape_of_the_json(client):
    demand = DemandFactory(
        title="=Un abri", text="Pour tous.", theme="Santé", raised_on=date(2025, 3, 1)
    )
    meeting = held(date(2025, 4, 1), title="Le GT", slug="le-gt", kind="working_group")
    item = AgendaItemFactory(meeting=meeting, title="Les locaux")
    wrong = DemandStepFactory(
        demand=demand, meeting=meeting, agenda_item=item, state="granted", answer="Oui."
    )
    DemandStepFactory(demand=demand, meeting=None, corrects=wrong, state="refused", quote="Non.")
    DemandStepFactory(demand=demand, meeting=None, on=date(2025, 6, 1), state="under_review")
    response = client.get(JSON)
    assert response["Content-Type"] == "application/json; charset=utf-8"
    expected = 'attachment; filename="revendications-2025-06-30.json"'
    assert response["Content-Disposition"] == expected
    where = {
        "kind": "working_group",
        "kind_label": "groupe de travail (GT)",
        "title": "Le GT",
        "url": "http://127.0.0.1:8000/reunions/le-gt/",
    }
    step = {
        "answer": "",
        "quote": "",
        "agenda_item": "",
        "recorded_at": "2025-06-30T12:00:00+02:00",
        "is_corrected": False,
        "corrects": None,
    }
    assert json.loads(response.getvalue()) == {
        "format": "revendications/1",
        "generated_at": "2025-06-30T12:00:00+02:00",
        "source": "http://127.0.0.1:8000/revendications/",
        "filters": {},
        "demands": [
            {
                "reference": "REV-2025-001",
                "url": "http://127.0.0.1:8000/revendications/REV-2025-001/",
                "title": "=Un abri",
                "text": "Pour tous.",
                "theme": "Santé",
                "raised_on": "2025-03-01",
                "state": "under_review",
                "state_label": "à l’étude",
                "state_on": "2025-06-01",
                "waiting_days": 121,
                "steps": [
                    step
                    | {
                        "number": 1,
                        "on": "2025-04-01",
                        "state": "granted",
                        "state_label": "obtenue",
                        "answer": "Oui.",
                        "agenda_item": "Les locaux",
                        "meeting": where,
                        "is_corrected": True,
                    },
                    step
                    | {
                        "number": 2,
                        "on": "2025-04-01",
                        "state": "refused",
                        "state_label": "refusée",
                        "quote": "Non.",
                        "meeting": where,
                        "corrects": 1,
                    },
                    step
                    | {
                        "number": 3,
                        "on": "2025-06-01",
                        "state": "under_review",
                        "state_label": "à l’étude",
                        "meeting": None,
                    },
                ],
            }
        ],
    }


def test_the_page_documents_every_key_of_the_json(client):
    step = DemandStepFactory(meeting=held(date(2025, 6, 1)))
    exported = data(client)
    demand = exported["demands"][0]
    keys = {*exported, *demand, *demand["steps"][0], *demand["steps"][0]["meeting"]}
    html = client.get("/revendications/").content.decode()
    reuse = html.partition('id="reutiliser"')[2]
    assert step.demand.reference in html
    assert [key for key in [*keys, *DemandState.values] if f"<code>{key}</code>" not in reuse] == []
    assert f"<code>{exported['format']}</code>" in reuse


def test_each_demand_has_its_own_steps(client):
    silent = DemandFactory()
    first, second = DemandFactory(), DemandFactory()
    for demand, answer in ((second, "b"), (first, "a"), (second, "c")):
        DemandStepFactory(demand=demand, answer=answer, meeting=held(date(2025, 6, 1)))
    answers = {
        demand["reference"]: [step["answer"] for step in demand["steps"]]
        for demand in data(client)["demands"]
    }
    assert answers == {
        silent.reference: [],
        first.reference: ["a"],
        second.reference: ["b", "c"],
    }
    assert [demand["steps"] for demand in data(client, q=silent.reference)["demands"]] == [[]]


def test_without_any_demand_the_exports_are_empty_and_whole(client):
    assert rows(client) == []
    assert data(client)["demands"] == []


def test_the_exports_obey_the_filters(client):
    wanted = DemandStepFactory(
        demand__theme="Santé", meeting=held(date(2025, 6, 1), kind="audience"), state="refused"
    ).demand
    DemandStepFactory(demand__theme="Santé", meeting=held(date(2025, 6, 1)), state="refused")
    DemandFactory(theme="Effectifs")
    asked = {"theme": "Santé", "etat": "refused", "reunion": "audience", "annee": "2025"}
    assert references(client, **asked, q="revendication") == {wanted.reference}
    assert data(client, **asked)["filters"] == asked
    assert len(references(client)) == 3


@pytest.mark.parametrize("url", [CSV, JSON])
@pytest.mark.parametrize("asked", [{"etat": "obtenu"}, {"annee": "x"}, {"q": "a" * 101}])
def test_a_filter_that_is_not_understood_does_not_export_everything(client, url, asked):
    DemandFactory(title="Un abri")
    response = client.get(url, asked)
    assert response.status_code == 400
    assert "Rien n’est exporté." in response.content.decode()


@pytest.mark.parametrize("url", [CSV, JSON])
def test_a_visitor_exports_nothing_reserved(client, url):
    known = DemandFactory(title="Connue")
    DemandStepFactory(
        demand=known, meeting=held(date(2025, 6, 1)), state="under_review", answer="On verra."
    )
    secret = held(date(2025, 6, 20), members_only=True, title="CANARI", slug="canari")
    DemandStepFactory(
        demand=known, meeting=secret, state="refused", answer="CANARI", quote="CANARI"
    )
    DemandFactory(title="CANARI", members_only=True)
    DemandStepFactory(demand__title="CANARI", meeting=secret)
    text = sent(client, url)
    assert "canari" not in text.lower()
    assert "refus" not in text
    assert "On verra." in text
    assert references(client) == {known.reference}
    assert references(client, etat="refused") == set()
    client.force_login(UserFactory(adherent=True))
    assert "CANARI" in sent(client, url)
    assert references(client, etat="refused") == {known.reference}


@pytest.mark.parametrize("url", [CSV, JSON])
def test_what_a_signed_in_person_exports_is_kept_by_no_cache(client, url):
    assert "no-store" not in client.get(url).headers.get("Cache-Control", "")
    client.force_login(UserFactory(adherent=True))
    response = client.get(url)
    response.close()
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("url", [CSV, JSON])
def test_an_export_takes_the_same_queries_for_1_row_and_for_100(client, url):
    def fill(count):
        for number in range(count):
            meeting = held(date(2025, 1, 1) + timedelta(days=number))
            item = AgendaItemFactory(meeting=meeting)
            step = DemandStepFactory(
                demand__theme=f"Thème {number}", meeting=meeting, agenda_item=item
            )
            DemandStepFactory(demand=step.demand, meeting=None, corrects=step, state="refused")

    fill(1)
    with CaptureQueriesContext(connection) as one:
        sent(client, url)
    fill(99)
    with CaptureQueriesContext(connection) as hundred:
        sent(client, url)
    assert len(hundred) == len(one)
    assert len(one) <= 5

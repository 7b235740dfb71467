"""« Mes données »: what the page tells, and the copy that is handed over to its owner alone."""

import json
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import PASSWORD, ReactionFactory, UserFactory
from tests.people import somebody_known_everywhere

pytestmark = pytest.mark.django_db

DATA = reverse("members:data")
COPY = reverse("members:data_download")


@pytest.fixture
def person(client):
    somebody = somebody_known_everywhere()
    client.force_login(somebody)
    return somebody


def prove(client):
    client.post("/compte/reauthenticate/", {"password": PASSWORD})


def test_the_page_says_what_why_and_how_long_without_showing_it(client, person):
    page = client.get(DATA).content.decode()
    for words in ("Vos réactions", "Votre adhésion", "Pourquoi", "Combien de temps", "CNIL"):
        assert words in page
    assert not [word for word in person.words_of_theirs if word in page]


def test_the_page_names_what_it_does_not_have(client):
    client.force_login(UserFactory(adherent=True))
    page = client.get(DATA).content.decode()
    assert "il n’y a rien sous les titres suivants" in page
    assert "Vos mandats" in page


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_password_is_asked_for_again(client, person, method):
    answer = getattr(client, method)(COPY)
    assert answer.url.startswith("/compte/reauthenticate/?next=")
    prove(client)
    assert client.get(COPY).status_code == 200


def test_the_copy_is_handed_over_and_kept_nowhere(client, person):
    prove(client)
    answer = client.post(COPY)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="mes-donnees-')
    assert "cgt" not in answer.headers["Content-Disposition"].lower()
    assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].split(", "))
    with ZipFile(BytesIO(answer.content)) as bundle:
        told = json.loads(bundle.read("mes-donnees.json"))
    reactions = next(part for part in told["parts"] if part["name"] == "reactions")
    assert {row["state"] for row in reactions["rows"]} == {
        "publiée",
        "en attente de relecture",
        "masquée",
        "supprimée par son auteur·rice",
    }


def test_the_title_of_what_is_now_reserved_is_not_told(client):
    person = UserFactory(lapsed=True)
    ReactionFactory(
        author=person,
        body="Mes mots",
        article__visibility="members",
        article__title="Un titre réservé",
    )
    client.force_login(person)
    prove(client)
    with ZipFile(BytesIO(client.post(COPY).content)) as bundle:
        told = bundle.read("mes-donnees.json").decode()
    assert "Mes mots" in told
    assert "Un titre réservé" not in told


def test_copies_are_counted(client, person):
    prove(client)
    assert [client.post(COPY).status_code for _ in range(6)] == [200] * 5 + [429]
    assert "Attendez une heure" in client.post(COPY).content.decode()
    cache.clear()
    prove(client)
    assert client.post(COPY).status_code == 200


def test_the_page_takes_the_same_queries_however_much_is_kept(client):
    person = UserFactory(adherent=True)
    client.force_login(person)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(DATA)
        return len(captured)

    ReactionFactory(author=person)
    # The first one also reads what stays in memory.
    queries()
    few = queries()
    for _ in range(30):
        ReactionFactory(author=person)
    assert queries() == few

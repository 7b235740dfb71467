"""What visitors are shown while a replica reads for them: run by test_replica.py, which has one.

DATABASE_URL is a PostgreSQL server, DATABASE_REPLICA_URL a hot standby of it.
"""

import time
from contextlib import contextmanager

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, ArticleVisibility
from cgtdouanes.stores import replica
from members.models import User
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "replica"])

PATIENCE = 20


@pytest.fixture(autouse=True)
def _asked_at_once():
    replica._health._not_before = 0


@pytest.fixture
def article():
    return ArticleFactory(published=True, title="Un compte rendu", slug="un")


def run(alias, sql):
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


@contextmanager
def late():
    """The replica replays nothing of what is written meanwhile."""
    run("replica", "SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        run("replica", "SELECT pg_wal_replay_resume()")
        caught_up()


def caught_up():
    deadline = time.monotonic() + PATIENCE
    while not replica._health.has_all():
        assert time.monotonic() < deadline, "the replica never follows"
        time.sleep(0.05)


class Reader:
    """Somebody who asks, and how many of the queries of the answer each database was asked."""

    def __init__(self, user=None):
        self.client = Client()
        if user:
            self.client.force_login(
                user, backend="allauth.account.auth_backends.AuthenticationBackend"
            )

    def ask(self, path):
        with (
            CaptureQueriesContext(connections["default"]) as main,
            CaptureQueriesContext(connections["replica"]) as aside,
        ):
            answer = self.client.get(path)
            self.text = answer.content.decode()
        self.main = [each["sql"] for each in main if "pg_current_wal" not in each["sql"]]
        self.aside = [each["sql"] for each in aside if "pg_last_wal" not in each["sql"]]
        return answer.status_code


PAGES = [
    "/",
    "/articles/",
    "/articles/un/",
    "/reunions/",
    "/revendications/",
    "/recherche/?q=rendu",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_read_for_by_the_replica_alone(article, path):
    caught_up()
    visitor = Reader()
    assert visitor.ask(path) == 200
    assert visitor.aside
    assert visitor.main == []


def test_a_person_who_is_signed_in_never_is(article):
    adherent = Reader(UserFactory(adherent=True))
    caught_up()
    for path in PAGES:
        assert adherent.ask(path) == 200
        assert adherent.aside == []


def test_a_replica_that_lags_shows_nothing_of_before(article):
    caught_up()
    visitor = Reader()
    with late():
        article.title = "CANARI devenu réservé"
        article.visibility = ArticleVisibility.MEMBERS
        article.save()
        for path in ("/", "/articles/", "/recherche/?q=rendu", "/recherche/?q=canari"):
            visitor.ask(path)
            assert "/articles/un/" not in visitor.text
            assert "CANARI" not in visitor.text
            assert visitor.aside == []
        assert visitor.ask("/articles/un/") == 404
    visitor.ask("/articles/")
    assert "/articles/un/" not in visitor.text
    assert visitor.main == []


def test_what_one_has_just_written_is_read_where_it_is(article, monkeypatch):
    """A visitor's page that writes, then reads what it wrote."""

    def written(self, user):
        with late():
            User.objects.create_user("camille@exemple.test", "x", display_name="Camille")
            assert User.objects.filter(display_name="Camille").exists()
        return Article.objects.published()

    caught_up()
    monkeypatch.setattr(type(Article.objects.all()), "listed_for", written)
    assert Reader().ask("/") == 200


def test_a_replica_that_breaks_off_loses_no_page(article, monkeypatch):
    caught_up()
    visitor = Reader()
    monkeypatch.setattr(replica._health, "has_all", lambda: True)
    run("replica", "SELECT set_config('statement_timeout', '1', false)")
    slow = Article.objects.extra(where=["pg_sleep(0.2) IS NOT NULL"])  # noqa: S610
    monkeypatch.setattr(type(Article.objects.all()), "listed_for", lambda self, user: slow)
    try:
        assert visitor.ask("/") == 200
    finally:
        run("replica", "SELECT set_config('statement_timeout', '0', false)")
    assert "Un compte rendu" in visitor.text
    assert visitor.main


def test_a_replica_that_is_away_is_left_alone(article, monkeypatch):
    caught_up()
    monkeypatch.setattr(replica, "HAS_ALL", "SELECT %s, %s FROM nowhere")
    visitor = Reader()
    for _ in range(2):
        assert visitor.ask("/articles/un/") == 200
        assert visitor.main
    monkeypatch.undo()
    visitor.ask("/articles/un/")
    assert visitor.aside == []


def test_another_server_is_no_replica(article, monkeypatch):
    caught_up()
    monkeypatch.setattr(replica, "HOW_FAR", "SELECT '0/0', 42")
    visitor = Reader()
    assert visitor.ask("/articles/un/") == 200
    assert visitor.aside == []


def test_the_doctor_tells_a_replica_that_follows_from_one_that_is_late(article, monkeypatch):
    caught_up()
    (found,) = replica.look()
    assert found.what == "La réplique de la base suit"
    monkeypatch.setattr(replica, "PAUSE", 0)
    with late():
        article.save()
        time.sleep(0.2)
        (found,) = replica.look()
    assert "de retard" in found.what

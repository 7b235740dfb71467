"""The officers' home page: what is to be read again, taken up again, published, by whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import editorial
from articles.models import Article, Status
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db

REVIEW, RETURNED = ">À relire", ">À reprendre"
APPROVED, SCHEDULED = ">Approuvés, à publier", ">Publications programmées"


@pytest.fixture
def writer():
    return UserFactory(role="editor", display_name="Inès")


@pytest.fixture
def second():
    return UserFactory(role="publisher")


def home(client, officer):
    client.force_login(officer)
    return client.get("/admin/").content.decode().replace("\u202f", " ")


def submitted(writer, title="Plan de formation"):
    revision = editorial.keep(ArticleFactory(title=title), writer)
    editorial.submit(revision, writer)
    return revision


def test_a_reading_that_is_asked_for_waits_for_another_officer(client, writer, second):
    revision = submitted(writer)
    shown = home(client, second)
    assert REVIEW in shown
    assert f"/admin/articles/article/{revision.article_id}/history/" in shown
    assert "Inès, relecture demandée le" in shown
    assert REVIEW not in home(client, writer)
    editorial.approve(revision, second)
    shown = home(client, second)
    assert REVIEW not in shown
    assert APPROVED in shown
    assert APPROVED in home(client, writer)
    editorial.publish(revision, writer)
    assert APPROVED not in home(client, writer)


def test_words_kept_after_the_request_wait_for_another_one(client, writer, second):
    revision = submitted(writer)
    editorial.keep(Article.objects.get(pk=revision.article_id), writer)
    assert REVIEW not in home(client, second)


def test_what_is_sent_back_waits_for_who_wrote_it_with_the_reason(client, writer, second):
    editorial.send_back(submitted(writer), second, "Il manque la suite donnée.")
    assert RETURNED not in home(client, second)
    shown = home(client, writer)
    assert RETURNED in shown
    assert "« Il manque la suite donnée. »" in shown


def test_what_is_scheduled_is_told_and_so_is_that_nothing_publishes_it(client, writer):
    revision = editorial.keep(ArticleFactory(title="Demain"), writer)
    editorial.publish(revision, writer, at=timezone.now() + timedelta(hours=5))
    shown = home(client, writer)
    assert SCHEDULED in shown
    assert "l’heure est passée" not in shown
    Article.objects.update(published_at=timezone.now() - timedelta(hours=1))
    assert "l’heure est passée" in home(client, writer)
    editorial.publish_due()
    assert SCHEDULED not in home(client, writer)


@pytest.mark.parametrize("role", ["moderator", "membership_manager"])
def test_who_does_not_write_sees_none_of_it(client, writer, role):
    submitted(writer, "CANARI")
    ArticleFactory(title="CANARI", status=Status.SCHEDULED, published_at=timezone.now())
    assert "CANARI" not in home(client, UserFactory(role=role))


def test_it_takes_the_same_queries_for_one_article_and_for_many(client, writer, second):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            home(client, second)
        return len(captured)

    def waiting(number):
        for _ in range(number):
            submitted(writer)
            editorial.approve(submitted(writer), second)
            editorial.send_back(submitted(writer), UserFactory(role="publisher"), "À revoir.")
            ArticleFactory(status=Status.SCHEDULED, published_at=timezone.now())

    waiting(1)
    queries()
    few = queries()
    waiting(12)
    assert queries() == few

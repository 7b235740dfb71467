"""The pages of errors: calm, in French, with nothing of the inside, and with what was typed."""

import errno
import re
from html import unescape
from urllib.parse import quote

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from articles import reacting
from articles.models import Reaction
from tests.factories import PASSWORD, ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db

WORDS = 'Bravo à la délégation <b>"Zq"</b>\nEt la suite ?'
AWAY = [
    OperationalError("connection to server on socket /run/postgresql failed"),
    InterfaceError("the connection is closed"),
    OSError(errno.ENOSPC, "No space left on device", "/srv/section/var/media/x"),
]
INSIDE = ("Traceback", "OperationalError", "socket", "/srv/", "space left", "closed")


@pytest.fixture
def article():
    return ArticleFactory(published=True)


def failing(error):
    def fail(*args, **kwargs):
        raise error

    return fail


def adherent(**options):
    client = Client(raise_request_exception=False, **options)
    client.force_login(UserFactory(adherent=True))
    return client


def hidden(page):
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {unescape(name): unescape(value) for name, value in found}


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_what_was_typed_while_the_database_is_away_is_sent_again_in_one_tap(article, error):
    client = adherent(enforce_csrf_checks=True)
    page = client.get(article.get_absolute_url()).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)[1]
    url = reverse("articles:react", args=[article.slug])
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(reacting, "post_reaction", failing(error))
        answer = client.post(url, {"csrfmiddlewaretoken": token, "body": WORDS, "parent": ""})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) <= 30
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Le site revient dans un instant" in page
    assert not [word for word in INSIDE if word in page]
    assert f'action="{url}"' in page
    assert client.post(url, hidden(page)).status_code == 302
    assert Reaction.objects.get().body == WORDS


def test_the_logs_tell_what_happened(article, monkeypatch, caplog):
    monkeypatch.setattr(reacting, "post_reaction", failing(AWAY[0]))
    adherent().post(reverse("articles:react", args=[article.slug]), {"body": WORDS})
    event = next(each for each in caplog.records if each.levelname == "ERROR")
    assert event.getMessage() == f"Service Unavailable: /articles/{article.slug}/reactions/"
    assert "Bravo" not in caplog.text


def test_a_fault_of_the_program_gives_the_words_back_too(article, monkeypatch):
    monkeypatch.setattr(reacting, "post_reaction", failing(RuntimeError("zq-detail")))
    answer = adherent().post(reverse("articles:react", args=[article.slug]), {"body": WORDS})
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Bravo à la délégation &lt;b&gt;" in page
    assert "zq-detail" not in page
    assert "<form" not in page


def test_an_upgrade_that_is_half_done_shows_a_calm_page_too(article, monkeypatch, caplog):
    uncollected = failing(ValueError("Missing staticfiles manifest entry for 'img/favicon.svg'"))
    monkeypatch.setattr(staticfiles_storage, "url", uncollected)
    answer = Client(raise_request_exception=False).get("/articles/")
    assert answer.status_code == 500
    assert 'lang="fr"' in answer.text
    assert "Le site revient dans un instant" in answer.text
    assert "manifest" not in answer.text
    assert "collectstatic" in caplog.text


def test_a_page_that_only_reads_is_asked_for_again(article, monkeypatch):
    monkeypatch.setattr("articles.views.reading.article_context", failing(AWAY[0]))
    url = article.get_absolute_url()
    answer = Client(raise_request_exception=False).get(f"{url}?a=<b>")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert f'href="{url}?a=%3Cb%3E"' in page


def test_no_secret_is_repeated(client, monkeypatch):
    person = UserFactory(adherent=True)
    monkeypatch.setattr("members.backends.MandateBackend.authenticate", failing(AWAY[0]))
    client.raise_request_exception = False
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert person.email not in page
    assert PASSWORD not in page


def test_nothing_is_repeated_of_a_form_without_its_token(article, monkeypatch):
    """Words from elsewhere never come under our name, with a button to post them."""
    monkeypatch.setattr(reacting, "post_reaction", failing(AWAY[0]))
    client = adherent(enforce_csrf_checks=True)
    answer = client.post(reverse("articles:react", args=[article.slug]), {"body": WORDS})
    assert answer.status_code == 403
    assert "Envoyer de nouveau" not in answer.content.decode()


def test_nothing_is_asked_of_a_database_that_is_gone(article):
    """Neither by the page that fails first, nor by the page that says so."""
    client = adherent()
    asked = []

    def refuse(execute, sql, *args):
        asked.append(sql)
        raise AWAY[0]

    with connection.execute_wrapper(refuse):
        answer = client.post(reverse("articles:react", args=[article.slug]), {"body": WORDS})
    assert answer.status_code == 503
    assert len(asked) == 1


FORMS = {
    "/articles/{slug}/reactions/": ("body", "/articles/{slug}/#reagir"),
    "/articles/{slug}/reactions/1/modifier/": ("body", None),
    "/articles/{slug}/reactions/1/signaler/": ("words", None),
    "/espace/reactions/1/recours/": ("words", None),
    "/espace/": ("display_name", None),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("visibility", ["public", "members"])
def test_what_was_written_when_the_session_had_ended_is_given_back(client, form, visibility):
    """Whatever the address: it is not told whether there is something there."""
    article = ArticleFactory(published=True, visibility=visibility)
    (name, form_page), url = FORMS[form], form.format(slug=article.slug)
    answer = client.post(url, {name: WORDS})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert hidden(page)[name] == WORDS
    assert unescape(page).count(WORDS) >= 2
    back = quote((form_page or form).format(slug=article.slug))
    assert f'href="/compte/login/?next={back}"' in page
    nowhere = client.post(form.format(slug="rien"), {name: WORDS})
    assert nowhere.status_code == 403
    assert not Reaction.objects.exists()


def test_who_sends_an_empty_form_without_a_session_is_led_to_sign_in(client):
    assert client.post("/espace/").url == "/compte/login/?next=/espace/"


def test_an_answer_that_waits_comes_back_as_an_answer(client, article):
    url = reverse("articles:react", args=[article.slug])
    page = client.post(url, {"body": WORDS, "parent": "12"}).content.decode()
    assert f"next={quote(f'{article.get_absolute_url()}?repondre=12#reagir')}" in page


def test_a_form_whose_token_is_stale_leads_back_to_it(article):
    client = adherent(enforce_csrf_checks=True)
    answer = client.post("/espace/reactions/1/recours/", {"words": WORDS})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert WORDS in unescape(page)
    assert 'href="/espace/reactions/1/recours/"' in page

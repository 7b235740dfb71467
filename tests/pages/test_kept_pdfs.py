"""The PDFs that visitors ask for are kept as pages are."""

import pytest
from django.conf import settings
from django.test import Client

from articles import pdf
from tests.factories import UserFactory
from tests.pages.asking import ask

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("_nothing_kept", "_as_if_committed"),
]


@pytest.fixture
def made_pdf(monkeypatch):
    monkeypatch.setattr(pdf, "from_html", lambda html, reader: b"%PDF-1.7 made")


def test_a_pdf_is_kept_as_it_is_with_its_own_tag(article, made_pdf):
    address = f"{article.get_absolute_url()}impression.pdf"
    assert ask(address, "HEAD").body == b""
    first, second = ask(address), ask(address, HTTP_ACCEPT_ENCODING="br, gzip")
    assert (first.was_kept, second.was_kept) == (False, True)
    assert first.body == second.body == b"%PDF-1.7 made"
    assert first.headers == second.headers
    assert "Content-Encoding" not in second.headers
    assert second.headers["Cache-Control"] == "private, no-cache"
    tag = second.headers["ETag"]
    # A part is of the same file: what a telephone lost goes on from where it stopped.
    part = ask(address, HTTP_RANGE="bytes=0-3", HTTP_IF_RANGE=tag)
    assert (part.status, part.body, part.headers["ETag"]) == (206, b"%PDF", tag)
    again = ask(address, HTTP_IF_NONE_MATCH=tag)
    assert (again.status, again.body, again.was_kept) == (304, b"", True)


@pytest.mark.parametrize("change", ["members", "archived"])
def test_the_pdf_of_what_is_taken_back_is_kept_for_nobody(article, made_pdf, change):
    address = f"{article.get_absolute_url()}impression.pdf"
    tag = ask(address).headers["ETag"]
    assert ask(address).was_kept
    if change == "members":
        article.visibility = change
    else:
        article.status = change
    article.save()
    for headers in ({}, {"HTTP_IF_NONE_MATCH": tag}, {"HTTP_RANGE": "bytes=0-3"}):
        assert ask(address, **headers).status == 404


def test_the_pdf_of_an_adherent_is_kept_for_nobody(article, made_pdf):
    article.visibility = "members"
    article.save()
    address = f"{article.get_absolute_url()}impression.pdf"
    client = Client()
    client.force_login(UserFactory(adherent=True))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    for _ in range(2):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert ask(address, "HEAD", HTTP_COOKIE=cookie).status == 200
        assert ask(address).status == 404

"""Pages made for one person are compressed, files are not."""

import gzip

import pytest

from tests.factories import ArticleFactory, AttachmentFactory, ReactionFactory, UserFactory

pytestmark = pytest.mark.django_db

BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture
def adherent(client):
    client.force_login(
        UserFactory(adherent=True),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def test_an_adherent_gets_a_long_page_small(adherent):
    article = ArticleFactory(published=True)
    ReactionFactory.create_batch(20, article=article)
    address = article.get_absolute_url()
    plain = adherent.get(address)
    answer = adherent.get(address, headers=BROWSER)
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < len(plain.content) / 3
    assert b"Une r\xc3\xa9action" in gzip.decompress(answer.content)
    assert "Content-Encoding" not in plain
    assert {"Accept-Encoding", "Cookie"} <= set(answer["Vary"].split(", "))
    assert answer["Cache-Control"] == "private, no-store"


def test_the_length_of_a_page_tells_nothing_exactly(adherent):
    lengths = {len(adherent.get("/espace/", headers=BROWSER).content) for _ in range(8)}
    assert len(lengths) > 1


@pytest.mark.parametrize("address", ["/recherche/?q=secret", "/articles/secret-secret/"])
def test_a_page_that_may_repeat_its_request_is_not(adherent, address):
    assert "Content-Encoding" not in adherent.get(address, headers=BROWSER)


def test_nor_is_the_answer_to_a_form(adherent):
    address = f"{ArticleFactory(published=True).get_absolute_url()}reactions/"
    answer = adherent.post(address, {"body": "", "x": "secret" * 100}, headers=BROWSER)
    assert answer.status_code == 422
    assert "Content-Encoding" not in answer


def test_a_file_is_sent_as_it_is_also_by_parts(adherent):
    address = AttachmentFactory(article=ArticleFactory(published=True)).get_absolute_url()
    for wanted in ({}, {"Range": "bytes=0-3"}):
        answer = adherent.get(address, headers=BROWSER | wanted)
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        assert "Content-Encoding" not in answer

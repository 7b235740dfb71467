"""Notes of an article: online, in the impression, in its PDF, in the feed and in the search."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from tests.factories import ArticleFactory, UserFactory
from tests.search.asking import found

pytestmark = pytest.mark.django_db

NOTE = '<span class="footnote">{}</span>'
BODY = (
    f"<p>La probité{NOTE.format('Note du <em>secrétariat</em>.')} en question.</p>"
    f'<hr class="cut"><p>Le reste{NOTE.format("Note CANARI.")} ensuite.</p>'
)


@pytest.fixture
def article():
    return ArticleFactory(published=True, teaser=True, title="Notes", body=BODY)


def test_a_visitor_gets_the_notes_called_before_the_cut(client, article):
    page = client.get(article.get_absolute_url()).content.decode()
    assert 'href="#note-1"' in page
    assert 'id="note-1">Note du <em>secrétariat</em>.' in page
    assert "note-2" not in page
    assert "CANARI" not in page
    # The way to read on ends the text, not its notes.
    assert page.index("(Lire la suite…)") < page.index('role="doc-endnotes"')


def test_an_adherent_gets_them_all_in_order(client, article):
    client.force_login(UserFactory(adherent=True))
    page = client.get(article.get_absolute_url()).content.decode()
    assert 'id="note-2">Note CANARI.' in page
    assert page.count('role="doc-endnotes"') == 1


def test_the_impression_lists_them_at_its_end(client, article):
    page = client.get(reverse("articles:print", args=[article.slug])).content.decode()
    assert 'id="note-1">Note du' in page
    assert "CANARI" not in page


def test_the_pdf_has_each_note_at_the_foot_of_the_page_that_calls_it(client):
    words = "Des mots qui remplissent la ligne, puis la suivante, et encore. "
    body = "".join(
        f"<p>Appel{NOTE.format(f'Explication numéro {n}.')} {words * 25}</p>" for n in (1, 2, 3, 4)
    )
    article = ArticleFactory(published=True, body=body)
    answer = client.get(reverse("articles:pdf", args=[article.slug]))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.getvalue())).pages]
    assert len(pages) == 2
    assert "Explication numéro 1." in pages[0]
    assert "Explication numéro 4." in pages[1]
    for text in pages:
        assert text.count("Appel") == text.count("Explication numéro")
        assert text.rindex("Explication") > text.rindex("Des mots")


def test_the_pdf_of_a_visitor_holds_no_reserved_note(client, article):
    answer = client.get(reverse("articles:pdf", args=[article.slug]))
    text = PdfReader(io.BytesIO(answer.getvalue())).pages[0].extract_text()
    assert "Note du secrétariat." in text.replace("\n", " ")
    assert "CANARI" not in text


def test_in_the_feed_the_links_of_notes_lead_to_the_page(client, article):
    feed = client.get("/articles/flux.atom").content.decode()
    assert f"http://127.0.0.1:8000/articles/{article.slug}/#note-1" in feed
    assert "CANARI" not in feed


def test_the_search_finds_the_word_that_calls_and_the_words_of_the_note(article):
    for word in ("probité", "secrétariat"):
        assert found(word) == ["Notes"]
    assert found("canari") == []
    assert found("canari", UserFactory(adherent=True)) == ["Notes"]

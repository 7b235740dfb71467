"""The addresses of the old site: where they lead, for whom, and that they reveal nothing."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import LegacyUrl
from tests.factories import (
    ArticleFactory,
    AttachmentFactory,
    CategoryFactory,
    LegacyUrlFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

OF_ARTICLE_12 = [
    "/spip.php?article12",
    "/spip.php?article12&lang=fr",
    "/spip.php?article12&var_recherche=probit%C3%A9",
    "/spip.php?page=article&id_article=12",
    "/index.php?article12",
    "/spip.php?lang=fr&article12",
    "/spip.php?id_article=12",
    "/spip.php?page=forum&id_article=12&id_forum=3",
    "/article12.html",
    "/article12.html/",
    "/article12/",
    "/article12/?lang=fr",
    "/ARTICLE12.HTML",
    "/Spip.php?Article12",
    "/article12",
    "/?id_article=12",
    "/?article12",
    "/?page=article&id_article=12",
    "/article.php3?id_article=12",
    "/ancien/spip.php?article12",
    "/ancien/?article12",
]


@pytest.fixture
def article():
    """An article that was the old site's number 12, under two titles."""
    article = ArticleFactory(published=True, slug="plan-probite")
    for path in ("/spip.php?article12", "/Plan-probite", "/Plan-probite-ancien-titre"):
        LegacyUrlFactory(path=path, article=article)
    return article


@pytest.mark.parametrize("address", OF_ARTICLE_12)
def test_every_form_of_a_number_leads_to_the_article(client, article, address):
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (301, "/articles/plan-probite/")


@pytest.mark.parametrize(
    "address",
    [
        "/Plan-probite",
        "/Plan-probite/",
        "/Plan-probite/?debut_articles=10",
        "/Plan-probite.html",
        "/plan-PROBITE",
        "/Plan-probite-ancien-titre",
        "/?Plan-probite",
        "/spip.php?Plan-probite",
    ],
)
def test_every_title_that_it_had_leads_to_the_article(client, article, address):
    answer = client.head(address)
    assert (answer.status_code, answer.headers["Location"]) == (301, "/articles/plan-probite/")


@pytest.mark.parametrize(
    "address",
    [
        "/spip.php?page=imprimer_article&id_article=12",
        "/spip.php?page=imprimir_articulo&id_article=12",
        "/imprimer.php3?id_article=12",
    ],
)
def test_what_was_printed_is_printed(client, article, address):
    assert client.get(address).headers["Location"] == "/articles/plan-probite/impression/"


def test_rubriques_keywords_and_files_have_their_pages(client):
    category = CategoryFactory(slug="comptes-rendus")
    attachment = AttachmentFactory()
    LegacyUrlFactory(path="/spip.php?rubrique3", category=category)
    LegacyUrlFactory(path="/Comptes-rendus", category=category)
    LegacyUrlFactory(path="/spip.php?mot5", keyword="Effectifs & carte")
    LegacyUrlFactory(path="/IMG/pdf/Déclaration.pdf", attachment=attachment)
    leads = {
        "/spip.php?rubrique3": "/rubriques/comptes-rendus/",
        "/rubrique3.html": "/rubriques/comptes-rendus/",
        "/-Comptes-rendus-": "/rubriques/comptes-rendus/",
        "/spip.php?page=rubrique&id_rubrique=3": "/rubriques/comptes-rendus/",
        "/spip.php?page=backend&id_rubrique=3": "/rubriques/comptes-rendus/flux.atom",
        "/spip.php?page=backend": "/articles/flux.atom",
        "/backend.php3": "/articles/flux.atom",
        "/spip.php?mot5": "/recherche/?q=Effectifs+%26+carte",
        "/spip.php?page=recherche&recherche=probit%C3%A9": "/recherche/?q=probit%C3%A9",
        "/spip.php": "/",
        "/spip.php?page=sommaire": "/",
        "/ecrire": "/admin/",
        "/ecrire/?exec=article&id_article=12": "/admin/",
        "/IMG/pdf/D%C3%A9claration.pdf": attachment.get_absolute_url(),
        "/spip.php?action=acceder_document&arg=4&file=pdf%2FD%C3%A9claration.pdf": (
            attachment.get_absolute_url()
        ),
    }
    assert {address: client.get(address).headers["Location"] for address in leads} == leads


@pytest.mark.parametrize(
    "address",
    ["/spip.php?article13", "/spip.php?page=article&id_article=", "/Autre", "/spip.php?auteur1"],
)
def test_what_nobody_knew_is_not_found(client, article, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/?article13", "/?id_article=13", "/?utm_source=tract", "/?page=2", "/?file=x", "/?x"],
)
def test_the_home_page_answers_as_ever(client, article, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["spip.php?page=plan&lang=fr", "/article77.html", "/dossier/page.php?id=3", "/Titre.html"],
)
def test_an_address_noted_as_it_stands_is_found_as_it_stands(client, path):
    article = ArticleFactory(published=True)
    kept = LegacyUrlFactory(path=path, article=article)
    assert client.get(kept.path).headers["Location"] == article.get_absolute_url()


def test_what_answers_already_is_not_looked_up(client, article):
    LegacyUrlFactory(path=reverse("articles:list"), article=article)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("articles:list")).status_code == 200
    assert "legacyurl" not in str(captured.captured_queries)


def test_nothing_that_changes_something_is_redirected(client, article):
    assert client.post("/Plan-probite").status_code == 404


HIDDEN = [{"members_only": True, "published": True}, {}, {"published": True, "status": "archived"}]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_may_not_be_read_answers_as_what_nobody_knew(client, hidden):
    article = ArticleFactory(slug="titre-qui-dit-tout", **hidden)
    LegacyUrlFactory(path="/spip.php?article12", article=article)
    LegacyUrlFactory(path="/IMG/a.pdf", attachment=AttachmentFactory(article=article))
    for known, unknown in [
        ("/spip.php?article12", "/spip.php?article13"),
        ("/IMG/a.pdf", "/IMG/b.pdf"),
    ]:
        with CaptureQueriesContext(connection) as of_known:
            one = client.get(known)
        with CaptureQueriesContext(connection) as of_unknown:
            other = client.get(unknown)
        assert one.status_code == other.status_code == 404
        assert one.content.replace(b"article12", b"article13").replace(b"a.pdf", b"b.pdf") == (
            other.content
        )
        assert one.headers == other.headers
        assert len(of_known) == len(of_unknown)


def test_who_may_read_it_is_led_there_and_no_cache_keeps_the_way(client):
    article = ArticleFactory(published=True, members_only=True)
    LegacyUrlFactory(path="/spip.php?article12", article=article)
    client.force_login(UserFactory(adherent=True))
    answer = client.get("/spip.php?article12")
    assert answer.headers["Location"] == article.get_absolute_url()
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_number_of_addresses_costs_no_query(client, article):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/Plan-probite")
        return len(captured)

    few = queries()
    LegacyUrlFactory.create_batch(100, article=article)
    assert queries() == few


def test_an_address_leads_to_one_thing():
    with pytest.raises(IntegrityError), transaction.atomic():
        LegacyUrl.objects.create(path="/nulle-part")
    with pytest.raises(IntegrityError), transaction.atomic():
        LegacyUrlFactory(article=ArticleFactory(), keyword="Effectifs")


def test_a_path_is_kept_with_its_slash():
    assert LegacyUrlFactory(path="Titre", keyword="x").path == "/Titre"


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/spip.php?page=plan", "/articles/"),
        ("/spip.php?page=login&url=x", "/compte/login/"),
        ("/spip.php?page=identifiants", "/compte/login/"),
        ("/spip.php?lang=fr", "/"),
        ("/spip.php?fbclid=abc", "/"),
    ],
)
def test_pages_that_hang_on_no_object_lead_to_ours(client, address, page):
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Location"]) == (301, page)

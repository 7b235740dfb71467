"""Importing while officers write and moderate: nothing is lost, doubled or shown by mistake."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.management import CommandError
from django.db import connection

from articles import editorial
from articles.models import Article, Picture, Reaction, SpipImport
from articles.spip import memory
from articles.spip import run as running
from articles.spip.planning import Planner
from tests.articles.test_versions import page, sent
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return UserFactory(role="publisher")


@pytest.fixture
def meanwhile(monkeypatch):
    """Have something done once a batch is read, before it is written."""

    def arrange(done):
        read = Planner.plans

        def plans(*arguments):
            found = read(*arguments)
            done()
            return found

        monkeypatch.setattr(Planner, "plans", plans)

    return arrange


def kept(officer, **values):
    article = editorial.working_copy(Article.objects.get())
    for name, value in values.items():
        setattr(article, name, value)
    return editorial.keep(article, officer)


def published(officer, **values):
    return editorial.publish(kept(officer, **values), officer)


def test_what_an_officer_keeps_at_the_same_instant_is_not_written_over(
    old_site, take_over, officer, meanwhile
):
    old_site.article(titre="Un article", texte="Avant")
    take_over()
    old_site.change("articles", 1, texte="Corrigé là-bas")
    meanwhile(lambda: kept(officer, lead="Chapo du bureau"))
    assert "articles : à départager 1" in take_over()
    article = Article.objects.get()
    assert article.body == "<p>Avant</p>"
    assert editorial.working_copy(article).lead == "Chapo du bureau"
    assert [each.number for each in article.revisions.order_by("number")] == [1, 2]


def test_what_an_officer_deletes_at_the_same_instant_does_not_come_back(
    old_site, take_over, meanwhile
):
    number = old_site.article(titre="Un article", texte="<doc1>")
    old_site.document("pdf/bilan.pdf", number)
    old_site.message(number, texte="Merci")
    take_over()
    old_site.change("articles", number, texte="Corrigé là-bas <doc1>")
    meanwhile(lambda: Article.objects.get().delete())
    assert "supprimé ici depuis la reprise" in take_over()
    assert not Article.objects.exists()
    assert not Reaction.objects.exists()


def test_an_address_that_an_officer_takes_at_the_same_instant_is_told_and_another_one_found(
    old_site, take_over, meanwhile, monkeypatch
):
    old_site.article(titre="Un article")
    meanwhile(lambda: ArticleFactory(slug="un-article"))
    with pytest.raises(CommandError, match="au même instant. Ce qui est déjà repris est entier"):
        take_over()
    monkeypatch.undo()
    take_over()
    assert Article.objects.get(title="Un article").slug == "un-article-2"


@pytest.mark.django_db(transaction=True)
def test_an_officer_who_comes_second_waits_and_is_told(client, old_site, take_over, monkeypatch):
    old_site.article(titre="Un article", texte="Avant")
    take_over()
    old_site.change("articles", 1, texte="Corrigé là-bas")
    # The groups of the roles may be gone with what an earlier test of this kind left.
    client.force_login(UserFactory(superuser=True))
    article = Article.objects.get()
    typed = sent(article, lead="Chapo du bureau", seen=1)
    write, begins = running.write, Event()

    def saving():
        try:
            begins.set()
            return client.post(page("change", article), typed).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        saves = []

        def writing(*arguments):
            saves.append(pool.submit(saving))
            begins.wait()
            write(*arguments)

        monkeypatch.setattr(running, "write", writing)
        assert "articles : mise à jour 1" in take_over()
        told = saves[0].result()
    assert "Une autre version de cet article a été enregistrée" in told
    assert "Chapo du bureau" in told
    article = Article.objects.get()
    assert (article.body, article.lead) == ("<p>Corrigé là-bas</p>", "")
    assert [each.number for each in article.revisions.order_by("number")] == [1, 2]


def test_what_a_moderator_hides_at_the_same_instant_stays_hidden(old_site, take_over, monkeypatch):
    old_site.message(old_site.article(titre="Un article"), texte="Avant")
    take_over()
    old_site.change("forum", 1, texte="Corrigé là-bas")
    known = memory.known_messages

    def hiding(*arguments, **options):
        Reaction.objects.update(status="hidden")
        return known(*arguments, **options)

    monkeypatch.setattr(memory, "known_messages", hiding)
    assert "messages de forum : à départager 1" in take_over()
    assert Reaction.objects.get().status == "hidden"


def reserve(old_site):
    old_site.add("zones_liens", id_zone=1, id_objet=1, objet="rubrique")


def test_what_was_touched_here_and_is_reserved_there_since_is_reserved_here(
    client, old_site, take_over, officer
):
    old_site.article(titre="Un article", texte="Zqtexte")
    take_over()
    article = published(officer, lead="Chapo du bureau")
    reserve(old_site)
    assert "il est réservé sur l’ancien site depuis" in take_over()
    assert client.get(article.get_absolute_url()).status_code == 404
    article.refresh_from_db()
    assert (article.visibility, article.lead) == ("members", "Chapo du bureau")
    shown = article.revisions.get(number=article.shown_number)
    assert (shown.visibility, shown.lead) == ("members", "Chapo du bureau")
    take_over()
    before = article.revisions.count(), SpipImport.objects.count()
    take_over()
    assert (article.revisions.count(), SpipImport.objects.count()) == before


def test_what_waits_beside_an_article_that_becomes_reserved_goes_on_waiting(
    client, old_site, take_over, officer
):
    old_site.article(titre="Un article", texte="Zqtexte")
    take_over()
    kept(officer, lead="Chapo du bureau")
    reserve(old_site)
    take_over()
    article = Article.objects.get()
    assert (article.visibility, article.lead) == ("members", "")
    waiting = editorial.pending_revision(article)
    assert (waiting.visibility, waiting.lead) == ("members", "Chapo du bureau")


def test_what_an_officer_opened_here_stays_open(client, old_site, take_over, officer):
    reserve(old_site)
    old_site.article(titre="Un article", texte="Avant")
    take_over()
    article = published(officer, visibility="public")
    old_site.change("articles", 1, texte="Corrigé là-bas")
    assert "à départager 1" in take_over()
    assert client.get(article.get_absolute_url()).status_code == 200


def test_a_picture_after_the_cut_that_an_officer_made_stays_reserved(
    client, old_site, take_over, officer
):
    old_site.article(titre="Un article", texte="Avant\n\n<img1|left>")
    old_site.document("jpg/salle.jpg", titre="La salle")
    take_over()
    url = Picture.objects.get().get_absolute_url()
    body = Article.objects.get().body.replace("<figure", '<hr class="cut"><figure')
    published(officer, visibility="teaser", body=body)
    assert client.get(url).status_code == 404
    take_over()
    assert client.get(url).status_code == 404

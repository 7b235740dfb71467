"""The articles that an import brings here: their fields, states, dates, names and texts."""

from datetime import UTC, datetime

import pytest
import time_machine

from articles.models import (
    Article,
    Category,
    EditorialEvent,
    Revision,
)
from articles.spip import rendering
from cgtdouanes.search import index
from cgtdouanes.search.models import MemberEntry, VisitorEntry
from members.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_the_fields_of_an_article_find_their_place(old_site, take_over):
    number = old_site.article(
        surtitre="Groupe de travail",
        titre="12. Effectifs : le compte n’y est pas",
        soustitre="Compte rendu et analyse",
        chapo="L’administration compte autrement que nous.",
        descriptif="Ce que dit le bilan.",
        texte="Le texte.",
        ps="Prochaine séance le 6 juin.",
        nom_site="Le bilan complet",
        url_site="https://exemple.test/bilan",
        date="2024-03-14 18:02:11",
        date_redac="2024-03-12 00:00:00",
        date_modif="2024-04-01 09:00:00",
    )
    old_site.author("Camille Durand", number, email="camille@exemple.test")
    old_site.author("Dominique Lefort", number)
    old_site.word("Effectifs", number)
    old_site.word("Carte, du réseau", number)
    take_over()
    article = Article.objects.get()
    assert article.kicker == "Groupe de travail"
    assert article.title == "Effectifs : le compte n’y est pas"
    assert article.lead.split("\n\n") == [
        "Compte rendu et analyse.",
        "L’administration compte autrement que nous.",
        "Ce que dit le bilan.",
    ]
    for words in ("Le texte.", "Prochaine séance le 6 juin.", "https://exemple.test/bilan"):
        assert words in article.body
    assert article.keyword_list == ["Effectifs", "Carte du réseau"]
    assert article.byline == "Camille Durand, Dominique Lefort"
    assert article.author is None
    assert article.published_at == datetime(2024, 3, 14, 17, 2, 11, tzinfo=UTC)
    assert article.created_at == datetime(2024, 3, 11, 23, tzinfo=UTC)
    assert article.updated_at == datetime(2024, 4, 1, 7, tzinfo=UTC)
    assert not User.objects.exists()


def test_names_are_for_the_desk_alone(client, old_site, take_over):
    old_site.author("Zqcamille Zqdurand", old_site.article(titre="Un article"))
    take_over()
    page = client.get(Article.objects.get().get_absolute_url()).content.decode()
    assert "Zqcamille" not in page
    client.force_login(UserFactory(role="editor"))
    url = f"/admin/articles/article/{Article.objects.get().pk}/change/"
    desk = client.get(url).content.decode()
    assert "Zqcamille Zqdurand" in desk


@pytest.mark.parametrize(
    ("statut", "status", "reason"),
    [
        ("publie", "published", "Publié sur l’ancien site"),
        ("prop", "in_review", "Proposé sur l’ancien site"),
        ("prepa", "draft", None),
        ("refuse", "archived", "Refusé sur l’ancien site"),
        ("poubelle", "archived", "À la poubelle sur l’ancien site"),
        ("inventé", "draft", None),
    ],
)
def test_every_state_has_ours(client, old_site, take_over, statut, status, reason):
    old_site.article(titre="Un article", statut=statut)
    take_over()
    article = Article.objects.get()
    assert article.status == status
    assert client.get(article.get_absolute_url()).status_code == (
        200 if status == "published" else 404
    )
    assert list(EditorialEvent.objects.values_list("reason", flat=True)) == (
        [reason] if reason else []
    )


@time_machine.travel("2025-01-01 12:00", tick=False)
def test_what_is_to_come_is_scheduled_and_comes_out_by_itself(client, old_site, take_over):
    old_site.article(titre="Convocation", date="2025-06-01 08:00:00")
    take_over()
    article = Article.objects.get()
    assert article.status == "scheduled"
    assert article.published_at == datetime(2025, 6, 1, 6, tzinfo=UTC)
    assert client.get(article.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(("post_dates", "is_told"), [("oui", True), ("non", False)])
def test_what_the_old_site_showed_before_its_date_is_told(old_site, take_over, post_dates, is_told):
    old_site.meta(post_dates=post_dates)
    old_site.article(titre="Convocation", date="2099-06-01 08:00:00")
    assert ("le montrait avant sa date" in take_over()) is is_told


def test_what_never_comes_out_does_not_come_out_here(client, old_site, take_over):
    old_site.article(titre="Jamais", date="9999-12-31 23:59:59")
    take_over()
    assert Article.objects.get().status == "scheduled"
    assert client.get(Article.objects.get().get_absolute_url()).status_code == 404


def test_what_was_published_without_a_date_is_a_draft_and_is_told(old_site, take_over):
    nothing = "0000-00-00 00:00:00"
    old_site.article(titre="Sans date", date=nothing, date_modif=nothing, maj=nothing)
    told = take_over()
    assert Article.objects.get().status == "draft"
    assert "sans aucune date" in told


def test_a_draft_lends_its_title_to_no_link(old_site, take_over):
    old_site.article(id_article=7, titre="Projet secret", statut="prepa")
    old_site.article(titre="Public", texte="Voir [->art7].")
    take_over()
    assert "Projet secret" not in Article.objects.get(title="Public").body


def test_articles_name_one_another_in_any_order(old_site, take_over):
    old_site.article(titre="Premier", texte="Voir [la suite->art2].")
    old_site.article(titre="Second", texte="Voir [le début->art1].")
    take_over()
    first, second = Article.objects.order_by("pk")
    assert f'<a href="{second.get_absolute_url()}">la suite</a>' in first.body
    assert f'<a href="{first.get_absolute_url()}">le début</a>' in second.body


def test_hostile_words_do_nothing(client, old_site, take_over):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    number = old_site.article(titre=f"Titre {hostile}", chapo=hostile, texte=hostile, ps=hostile)
    old_site.message(number, titre=hostile, texte=hostile, auteur=hostile)
    take_over()
    client.force_login(UserFactory(adherent=True))
    page = client.get(Article.objects.get().get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_what_is_too_long_is_kept_whole_and_told(old_site, take_over):
    old_site.article(titre="Long " * 60, surtitre="Surtitre " * 20)
    told = take_over()
    article = Article.objects.get()
    assert len(article.title) <= 200
    assert ("Long " * 60).strip() in article.lead
    assert ("Surtitre " * 20).strip() in article.lead
    assert "trop long" in told


def test_texts_in_an_old_encoding_are_read(old_site, take_over):
    old_site.run("UPDATE {}_rubriques SET titre = CAST(? AS TEXT)", "Été".encode("cp1252"))
    take_over()
    assert Category.objects.get().title == "Été"


def test_words_of_an_old_encoding_among_others_are_read(old_site, take_over):
    old_site.article(titre="Un article")
    mixed = "L’été, ".encode() + "à Noël".encode("cp1252") + b" \x00\x93ok\x94"
    old_site.run("UPDATE {}_articles SET texte = CAST(? AS TEXT)", mixed)
    take_over()
    assert Article.objects.get().body == "<p>L’été, à Noël “ok”</p>"


def test_it_ends_with_the_same_rows_as_an_officer_s_article(old_site, take_over):
    old_site.article(titre="Un article", texte="Ce que dit « le bilan » : rien.")
    take_over()
    article = Article.objects.get()
    revision = Revision.objects.get()
    assert (article.shown_number, revision.number, revision.author) == (1, 1, None)
    assert revision.content() == {name: getattr(article, name) for name in revision.content()}
    derived = article.full_html, article.teaser_html, article.cited_states
    article.save()
    assert (article.full_html, article.teaser_html, article.cited_states) == derived
    assert "«\u202fle bilan\u202f»\u202f:" in article.full_html


@pytest.mark.django_db(transaction=True)
def test_it_is_found_by_who_may_read_it(old_site, take_over):
    old_site.word("Zqmot", old_site.article(titre="Zqtitre", texte="Zqtexte"))
    old_site.article(titre="Zqbrouillon", statut="prepa")
    take_over()
    for entries in (VisitorEntry, MemberEntry):
        (found,) = entries.objects.all()
        assert {"zqtitr", "zqtext", "zqmot"} <= set(found.words.split())
        assert found.url == Article.objects.get(status="published").get_absolute_url()


def test_titles_that_name_themselves_are_taken_over(old_site, take_over):
    number = old_site.article(titre="Un [->art1]", texte="[->art1] [->mot1] [->IMG/a.pdf]")
    old_site.article(titre="Deux [->art3]")
    old_site.article(titre="Trois [->art2]")
    old_site.word("mot [->mot1]", number)
    old_site.document("a.pdf", titre="[->IMG/a.pdf] <doc1>")
    take_over()
    assert Article.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_index_has_caught_up(old_site, take_over):
    old_site.article(titre="Un article")
    take_over()
    assert not index.Change.objects.exists()


def test_a_second_processor_makes_the_same_texts(old_site, take_over, monkeypatch):
    monkeypatch.setattr(rendering, "WORTH_IT", 1)
    old_site.article(titre="Un article", texte="Ce que dit « le bilan » : rien.\n\n-* un\n-* deux")
    take_over()
    article = Article.objects.get()
    derived = article.body, article.full_html, article.teaser_html
    article.prepare()
    assert (article.body, article.full_html, article.teaser_html) == derived
    assert "<li>deux</li>" in article.full_html

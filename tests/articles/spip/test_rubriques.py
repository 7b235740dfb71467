"""The rubriques that an import brings here: their tree, their words, and what is reserved."""

import pytest

from articles.models import (
    Article,
    Category,
)
from tests.factories import CategoryFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_the_rubriques_keep_their_tree_their_order_and_their_words(old_site, take_over):
    above = old_site.rubrique(titre="Comptes rendus", texte="Tout ce qui se dit.")
    old_site.rubrique(titre="20. Groupes de travail", id_parent=above)
    old_site.article(titre="Un article", id_rubrique=above + 1)
    take_over()
    within = Category.objects.get(title="Groupes de travail")
    assert (within.position, within.parent.title) == (20, "Comptes rendus")
    assert within.parent.description == "Tout ce qui se dit."
    assert Article.objects.get().category == within


def test_rubriques_name_one_another_in_any_order_and_what_is_lost_is_told(old_site, take_over):
    old_site.rubrique(titre="Statuts", texte="Voir [->rub3], [->art99] et <b onclick=a()>ceci</b>.")
    old_site.rubrique(titre="Archives")
    told = take_over()
    description = Category.objects.get(title="Statuts").description
    assert description.startswith("Voir Archives (http")
    assert "/rubriques/archives/)" in description
    desk = f"/admin/articles/category/{Category.objects.get(title='Statuts').pk}/change/"
    assert told.count("rubrique 2, « Statuts »") == told.count(desk) == 2
    assert "Rien n’a changé" in take_over()


def test_two_rubriques_of_one_name_stay_two(old_site, take_over):
    for _ in range(2):
        above = old_site.rubrique(titre="2024")
        old_site.article(titre="Un article", id_rubrique=above)
    rehearsed = take_over("--dry-run")
    assert "rubriques : ajout 3" in rehearsed
    take_over()
    assert Category.objects.filter(title="2024").count() == 2
    assert "Rien n’a changé" in take_over()


def test_a_rubrique_of_the_same_name_is_the_one_that_is_here(old_site, take_over):
    here = CategoryFactory(title="Vie syndicale", slug="vie-syndicale", description="À nous.")
    old_site.article(titre="Un article")
    take_over()
    assert Article.objects.get().category == here
    here.refresh_from_db()
    assert here.description == "À nous."


def test_an_article_without_rubrique_is_not_lost(old_site, take_over):
    old_site.article(titre="Orphelin", id_rubrique=99)
    assert "sa rubrique n’existe plus" in take_over()
    assert Article.objects.get().category.title == "Ancien site"


def test_rubriques_that_go_round_in_circles_are_taken_over(old_site, take_over):
    old_site.rubrique(id_rubrique=20, titre="Vingt", id_parent=21)
    old_site.rubrique(id_rubrique=21, titre="Vingt et un", id_parent=20)
    take_over()
    assert Category.objects.filter(title__startswith="Vingt").count() == 2


def test_what_a_zone_kept_for_some_is_for_adherents(client, old_site, take_over):
    reserved = old_site.rubrique(titre="Espace des adhérents", texte="Zqconsigne")
    within = old_site.rubrique(titre="Dedans", id_parent=reserved)
    old_site.add("zones_liens", id_zone=1, id_objet=reserved, objet="rubrique")
    old_site.article(id_article=7, titre="Titre réservé", id_rubrique=within)
    old_site.article(titre="Public", texte="Voir [->art7].")
    told = take_over()
    assert "tout le monde voit ici le nom des rubriques" in told
    assert "son texte n’est pas repris : Zqconsigne" in told
    assert Category.objects.get(title="Espace des adhérents").description == ""
    article = Article.objects.get(title="Titre réservé")
    assert article.visibility == "members"
    assert client.get(article.get_absolute_url()).status_code == 404
    # A link without words of its own would have taken the title.
    assert Article.objects.get(title="Public").body == (
        '<p>Voir <a href="/spip.php?article7">article réservé aux adhérent·es</a>.</p>'
    )
    client.force_login(UserFactory(adherent=True))
    assert client.get("/spip.php?article7").headers["Location"] == article.get_absolute_url()


def test_a_zone_of_the_private_space_alone_reserves_nothing(old_site, take_over):
    old_site.run("CREATE TABLE {}_zones (id_zone INTEGER, publique CHAR(3))")
    old_site.add("zones", id_zone=1, publique="non")
    old_site.add("zones_liens", id_zone=1, id_objet=1, objet="rubrique")
    old_site.article(titre="Un article")
    take_over()
    assert Article.objects.get().visibility == "public"

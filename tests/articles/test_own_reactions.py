"""« Mes réactions »: a person's own words, all of them, seen by that person alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import ArticleVisibility, ReactionStatus, Status
from tests.factories import ArticleFactory, DecisionFactory, ReactionFactory, UserFactory

pytestmark = pytest.mark.django_db

MINE = reverse("articles:my_reactions")


@pytest.fixture
def adherent(client):
    user = UserFactory(adherent=True)
    client.force_login(user)
    return user


def page(client, **query):
    return client.get(MINE, query).content.decode()


STATES = {
    ReactionStatus.PUBLISHED: "Publiée",
    ReactionStatus.PENDING: "En attente de relecture",
    ReactionStatus.HIDDEN: "Masquée par la modération",
}


@pytest.mark.parametrize("status", STATES)
def test_a_reaction_is_shown_with_its_state_and_its_place(client, adherent, status):
    reaction = ReactionFactory(author=adherent, body="Mes propres mots", status=status)
    shown = page(client)
    assert "Mes propres mots" in shown
    assert STATES[status] in shown
    assert reaction.get_absolute_url() in shown


def test_why_a_reaction_was_hidden_is_told(client, adherent):
    hidden = ReactionFactory(author=adherent, status=ReactionStatus.HIDDEN)
    DecisionFactory(reaction=hidden, reason="Trop vif", by__display_name="Zqofficier")
    assert "Zqofficier" not in page(client)
    assert "Motif : Trop vif" in page(client).replace("\u202f", " ")


def test_a_deleted_reaction_is_told_without_its_words(client, adherent):
    ReactionFactory(author=adherent, body="", status=ReactionStatus.DELETED)
    assert "Vous l’avez supprimée" in page(client)


def test_the_words_of_others_are_not_there(client, adherent):
    first = ReactionFactory(author=adherent, body="Les miens")
    ReactionFactory(article=first.article, parent=first, body="Ceux d’une autre")
    assert "Ceux d’une autre" not in page(client)


def test_nothing_is_said_when_there_is_nothing(client, adherent):
    assert "Vous n’avez encore réagi à aucun article." in page(client)


def test_what_may_be_done_is_offered(client, adherent):
    reaction = ReactionFactory(author=adherent)
    args = [reaction.article.slug, reaction.pk]
    for name in ("reaction_edit", "reaction_delete"):
        assert reverse(f"articles:{name}", args=args) in page(client)
    hidden = ReactionFactory(author=adherent, status=ReactionStatus.HIDDEN)
    args = [hidden.article.slug, hidden.pk]
    assert reverse("articles:reaction_delete", args=args) not in page(client)


def test_a_former_adherent_reads_their_words_but_no_title_that_is_reserved(client):
    person = UserFactory(lapsed=True)
    client.force_login(person)
    for visibility in (ArticleVisibility.PUBLIC, ArticleVisibility.MEMBERS):
        article = ArticleFactory(
            published=True, visibility=visibility, title=f"Titre {visibility}", slug=visibility
        )
        ReactionFactory(author=person, article=article, body=f"Mots {visibility}")
    withdrawn = ArticleFactory(published=True, status=Status.ARCHIVED, title="Titre retiré")
    ReactionFactory(author=person, article=withdrawn, body="Mots retirés")
    shown = page(client)
    for words in ("Mots public", "Mots members", "Mots retirés", "Titre public"):
        assert words in shown
    for words in ("Titre members", "Titre retiré", "/articles/members/", "Supprimer"):
        assert words not in shown
    # Reactions are shown to adherents only: the link leads to the article itself.
    assert 'href="/articles/public/"' in shown


def test_markup_in_a_reaction_is_text(client, adherent):
    ReactionFactory(author=adherent, body="<b>gras</b>")
    assert "&lt;b&gt;gras&lt;/b&gt;" in page(client)


def test_the_list_is_cut_in_pages_and_takes_the_same_queries(client, adherent):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    ReactionFactory(author=adherent, body="La première de toutes")
    few = queries()
    for _ in range(30):
        ReactionFactory(author=adherent)
    assert queries() == few
    assert "Page 1 sur 2" in page(client)
    assert "La première de toutes" not in page(client)
    assert "La première de toutes" in page(client, page=2)
    assert "Page 1 sur 2" in page(client, page="x")

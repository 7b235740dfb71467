"""Reacting: only adherents, once each, corrected within minutes, shown to nobody else."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import reacting
from articles.models import Reaction, ReactionsPolicy, ReactionStatus, Wording
from cgtdouanes.text.typography import french_date
from members.departure import leave
from tests.factories import ArticleFactory, ReactionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return ArticleFactory(published=True)


@pytest.fixture
def adherent(client):
    user = UserFactory(adherent=True)
    client.force_login(user)
    return user


def react(client, article, **data):
    url = reverse("articles:react", args=[article.slug])
    return client.post(url, {"body": "Bravo à la délégation"} | data, follow=True)


def edit_url(reaction):
    return reverse("articles:reaction_edit", args=[reaction.article.slug, reaction.pk])


def delete_url(reaction):
    return reverse("articles:reaction_delete", args=[reaction.article.slug, reaction.pk])


def test_an_adherent_reacts_and_answers(client, article, adherent):
    page = react(client, article).content.decode()
    first = Reaction.objects.get()
    assert first.author == adherent
    assert "Bravo à la délégation" in page
    react(client, article, body="Je confirme", parent=first.pk)
    answer = Reaction.objects.get(parent=first)
    assert answer.body == "Je confirme"


NOTICES = {
    "visitor": "L'espace de réaction aux articles est réservé aux adhérents de la CGT Douanes.",
    "pending": "Votre adhésion n’est pas encore validée",
    "lapsed": "Votre cotisation n’est plus à jour",
    "superuser": "Aucune adhésion n’est rattachée à ce compte",
}


@pytest.mark.parametrize("person", NOTICES)
def test_who_may_not_react_is_told_why_and_stores_nothing(client, article, person):
    if person != "visitor":
        client.force_login(UserFactory(**{person: True}))
    page = client.get(article.get_absolute_url()).content.decode()
    assert NOTICES[person] in page
    assert "<textarea" not in page
    forged = react(client, article, body="Un texte forgé")
    assert forged.status_code == 403
    told = NOTICES[person] if person != "visitor" else "Connectez-vous pour envoyer"
    assert told in forged.content.decode()
    assert "Un texte forgé" in forged.content.decode()
    assert not Reaction.objects.exists()


def test_a_forged_post_without_a_token_stores_nothing(article):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(adherent=True))
    answer = react(client, article, body="Un texte gardé")
    assert answer.status_code == 403
    assert "Un texte gardé" in answer.content.decode()
    assert not Reaction.objects.exists()


def test_closed_reactions_are_closed_to_all(client, adherent):
    article = ArticleFactory(published=True, reactions_policy=ReactionsPolicy.CLOSED)
    assert react(client, article).status_code == 403
    assert (
        "Les réactions à cet article sont closes"
        in client.get(article.get_absolute_url()).content.decode()
    )


def test_an_unpublished_article_takes_no_reaction(client):
    user = UserFactory(adherent=True, role="editor")
    client.force_login(user)
    assert react(client, ArticleFactory()).status_code == 403


def test_a_double_click_stores_one(client, article, adherent):
    react(client, article)
    react(client, article)
    assert Reaction.objects.count() == 1
    react(client, article, body="Autre chose")
    assert Reaction.objects.count() == 2


def test_the_same_words_may_be_said_again_later(client, article, adherent):
    react(client, article)
    with time_machine.travel(timezone.now() + timedelta(hours=1, minutes=1)):
        react(client, article)
    assert Reaction.objects.count() == 2


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 5001])
def test_bad_input_is_explained_and_given_back(client, article, adherent, body):
    answer = react(client, article, body=body)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "errorlist" in page
    assert body.strip() in page
    assert not Reaction.objects.exists()


def test_a_line_ending_counts_as_one_character(client, article, adherent):
    words = ("x" * 98 + "\r\n") * 50 + "y" * 50
    assert react(client, article, body=words).status_code == 200
    assert Reaction.objects.get().body == words.replace("\r\n", "\n")


def test_no_browser_cuts_what_is_pasted(client, article, adherent):
    assert "maxlength" not in client.get(article.get_absolute_url()).content.decode()


def test_answers_stay_in_their_article_and_one_level_deep(client, article, adherent):
    elsewhere = ReactionFactory()
    here = ReactionFactory(article=article)
    below = ReactionFactory(article=article, parent=here)
    for parent in (elsewhere, below):
        assert react(client, article, parent=parent.pk).status_code == 422
    assert not Reaction.objects.filter(author=adherent).exists()


def test_a_hidden_reaction_takes_no_answer(client, article, adherent):
    hidden = ReactionFactory(article=article, status=ReactionStatus.HIDDEN)
    answers = [react(client, article, parent=pk) for pk in (hidden.pk, hidden.pk + 1)]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert Reaction.objects.count() == 1


@pytest.mark.parametrize("person", [None, "lapsed", "pending"])
def test_reactions_are_shown_to_adherents_only(client, article, person):
    ReactionFactory(article=article, body="CANARI", author__display_name="CANARI")
    if person:
        client.force_login(UserFactory(**{person: True}))
    assert "CANARI" not in client.get(article.get_absolute_url()).content.decode()


def test_a_reaction_shows_the_chosen_name_and_nothing_else(client, article, adherent):
    reaction = ReactionFactory(article=article, author__display_name="La vigie")
    page = client.get(article.get_absolute_url()).content.decode()
    assert "La vigie" in page
    assert reaction.author.email not in page
    assert reaction.author.membership.last_name not in page


def test_markup_in_a_reaction_is_text(client, article, adherent):
    page = react(client, article, body="<script>alert(1)</script><b>gras</b>").content.decode()
    assert "<script>alert" not in page
    assert "&lt;b&gt;gras&lt;/b&gt;" in page


def test_an_author_edits_within_15_minutes_and_not_after(client, article, adherent):
    reaction = ReactionFactory(article=article, author=adherent)
    client.post(edit_url(reaction), {"body": "Mieux dit"})
    reaction.refresh_from_db()
    assert reaction.body == "Mieux dit"
    assert reaction.edited_at
    assert "modifiée" in client.get(article.get_absolute_url()).content.decode()
    with time_machine.travel(reaction.created_at + timedelta(minutes=15, seconds=1)):
        late = client.post(edit_url(reaction), {"body": "Trop tard"})
    reaction.refresh_from_db()
    assert late.status_code == 403
    assert "Trop tard" in late.content.decode()
    assert "le délai de correction est passé" in late.content.decode()
    assert reaction.body == "Mieux dit"


def test_an_author_deletes_and_the_thread_keeps_its_place(client, article, adherent):
    reaction = ReactionFactory(article=article, author=adherent, body="À oublier")
    ReactionFactory(article=article, parent=reaction, body="Une réponse")
    client.post(delete_url(reaction))
    page = client.get(article.get_absolute_url()).content.decode()
    assert "À oublier" not in page
    assert "Une réponse" in page
    reaction.refresh_from_db()
    assert reaction.body == ""


def test_a_get_deletes_nothing(client, article, adherent):
    reaction = ReactionFactory(article=article, author=adherent)
    assert client.get(delete_url(reaction)).status_code == 200
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.PUBLISHED


@pytest.mark.parametrize("url", [edit_url, delete_url])
def test_anothers_reaction_is_not_found(client, article, adherent, url):
    reaction = ReactionFactory(article=article)
    assert client.post(url(reaction), {"body": "volé"}).status_code == 404
    reaction.refresh_from_db()
    assert reaction.body != "volé"
    assert reaction.status == ReactionStatus.PUBLISHED


def test_a_lapsed_author_no_longer_edits_nor_deletes(client, article):
    user = UserFactory(lapsed=True)
    client.force_login(user)
    reaction = ReactionFactory(article=article, author=user)
    assert client.post(edit_url(reaction), {"body": "x"}).status_code == 403
    assert client.post(delete_url(reaction)).status_code == 403


def test_a_premoderated_reaction_waits_seen_by_its_author_alone(client, adherent):
    article = ArticleFactory(published=True, reactions_policy=ReactionsPolicy.PREMODERATED)
    page = react(client, article, body="À relire").content.decode()
    assert "À relire" in page
    assert "Votre réaction sera montrée après relecture." in page
    client.force_login(UserFactory(adherent=True))
    assert "À relire" not in client.get(article.get_absolute_url()).content.decode()


def test_words_edited_after_a_reading_are_read_again(client, adherent):
    article = ArticleFactory(published=True, reactions_policy=ReactionsPolicy.PREMODERATED)
    reaction = ReactionFactory(article=article, author=adherent)
    client.post(edit_url(reaction), {"body": "Autre chose que ce qui fut relu"})
    reaction.refresh_from_db()
    assert reaction.status == ReactionStatus.PENDING


def corrected(article, author, *bodies):
    first, *others = bodies
    reaction = reacting.post_reaction(article, author, first)
    for body in others:
        reacting.correct_reaction(reaction, author, body)
    return reaction


def test_the_words_of_before_a_correction_are_read_by_who_reads_the_reaction(client, article):
    author = UserFactory(adherent=True)
    reaction = corrected(article, author, "Zqpremier jet", "Zqdeuxième jet", "Zqaujourd’hui")
    client.force_login(UserFactory(adherent=True))
    page = client.get(article.get_absolute_url()).content.decode()
    places = [page.index(words) for words in ("Zqaujourd", "Zqpremier jet", "Zqdeuxième jet")]
    assert places == sorted(places)
    client.logout()
    assert "Zqpremier" not in client.get(article.get_absolute_url()).content.decode()
    client.force_login(author)
    Reaction.objects.update(status=ReactionStatus.HIDDEN)
    assert "Zqpremier" not in client.get(article.get_absolute_url()).content.decode()
    Reaction.objects.update(status=ReactionStatus.PUBLISHED)
    reacting.withdraw_reaction(reaction, author)
    assert not Wording.objects.exists()


@pytest.mark.parametrize("erase_words", [True, False])
def test_the_words_of_before_go_with_the_account(article, erase_words):
    author = UserFactory(adherent=True)
    corrected(article, author, "Zqpremier jet", "Zqaujourd’hui")
    leave(author, erase_words=erase_words)
    assert not Wording.objects.exists()
    assert (Reaction.objects.get().body == "") is erase_words


def test_a_correction_that_changes_nothing_leaves_no_trace(article):
    reaction = corrected(article, UserFactory(adherent=True), "Les mêmes", "Les mêmes")
    assert reaction.edited_at is None
    assert not Wording.objects.exists()


def test_reactions_close_some_days_after_the_publication(client, settings, adherent):
    settings.REACTIONS_DAYS = 30
    published_at = timezone.now()
    usual = ArticleFactory(published=True, published_at=published_at)
    shorter = ArticleFactory(published=True, published_at=published_at, reactions_days=7)
    endless = ArticleFactory(published=True, published_at=published_at, reactions_days=0)

    def open_after(article, days):
        with time_machine.travel(published_at + timedelta(days=days)):
            client.force_login(adherent)
            return react(client, article, body=f"Après {days} jours").status_code == 200

    assert [open_after(usual, days) for days in (30, 31)] == [True, False]
    assert [open_after(shorter, days) for days in (7, 8)] == [True, False]
    assert open_after(endless, 90)


def test_the_page_says_when_reactions_close(client, adherent):
    article = ArticleFactory(published=True, reactions_days=40)
    last = french_date(timezone.localdate(article.published_at) + timedelta(days=40))
    page = client.get(article.get_absolute_url()).content.decode()
    assert f"Les réactions ferment le {last} au soir." in page
    without = client.get(ArticleFactory(published=True).get_absolute_url()).content.decode()
    assert "Les réactions ferment" not in without


@pytest.mark.parametrize("status", [ReactionStatus.HIDDEN, ReactionStatus.DELETED])
def test_an_edit_that_comes_after_a_decision_changes_nothing(article, status):
    reaction = ReactionFactory(article=article, body="Avant")
    stale = Reaction.objects.select_related("article").get()
    Reaction.objects.update(status=status)
    with pytest.raises(PermissionDenied):
        reacting.correct_reaction(stale, stale.author, "Après")
    with pytest.raises(PermissionDenied):
        reacting.withdraw_reaction(stale, stale.author)
    reaction.refresh_from_db()
    assert (reaction.status, reaction.body) == (status, "Avant")


def test_the_page_takes_the_same_queries_whatever_the_number_of_reactions(
    client, article, adherent
):
    def fill(count):
        for _ in range(count):
            thread = ReactionFactory(article=article)
            ReactionFactory(article=article, parent=thread, author=adherent)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(article.get_absolute_url())
        return len(captured)

    queries()
    few = queries()
    fill(50)
    assert queries() == few
    assert few <= 11


def test_a_reaction_of_the_old_site_bears_the_name_that_it_had_there(client):
    reaction = ReactionFactory(author=None, former_name="Claude Ancien")
    client.force_login(UserFactory(adherent=True))
    page = client.get(reaction.article.get_absolute_url()).content.decode()
    assert "Claude Ancien (ancien site)" in page

"""Contesting a decision: its author, once, before another officer; the answer is final."""

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse

from articles import moderation
from articles.models import Appeal, ReactionStatus, Verdict
from members.departure import leave
from tests.factories import FlagFactory, ReactionFactory, UserFactory

pytestmark = pytest.mark.django_db

MINE = reverse("articles:my_reactions")
QUEUE = reverse("admin:articles_reaction_queue")


@pytest.fixture
def moderator():
    return UserFactory(role="moderator")


@pytest.fixture
def author(client):
    user = UserFactory(adherent=True)
    client.force_login(user)
    return user


@pytest.fixture
def hidden(moderator, author):
    reaction = ReactionFactory(author=author, body="Des mots vifs")
    moderation.decide(reaction, moderator, Verdict.HIDE, "Trop vif")
    return reaction


def url_of(reaction):
    return reverse("articles:reaction_appeal", args=[reaction.pk])


def contest(client, reaction, words="Ce sont des faits"):
    return client.post(url_of(reaction), {"words": words}, follow=True)


def test_an_author_contests_another_officer_restores_and_that_is_final(
    client, hidden, author, moderator
):
    other = UserFactory(role="moderator")
    assert url_of(hidden) in client.get(MINE).content.decode()
    assert (
        "Une autre personne que celle qui a décidé" in client.get(url_of(hidden)).content.decode()
    )
    page = contest(client, hidden).content.decode()
    assert "Ce sont des faits" in page
    assert "Il n’a pas encore de réponse." in page
    assert url_of(hidden) not in page

    client.force_login(moderator)
    page = client.get(QUEUE).content.decode()
    assert "Ce sont des faits" in page
    assert "une autre personne du bureau répond au recours" in page
    with pytest.raises(PermissionDenied):
        moderation.decide(hidden, moderator, Verdict.HIDE, "Je maintiens")

    client.force_login(other)
    data = {"reaction": hidden.pk, "decision": "restore", "moderation_reason": "Les faits sont là"}
    assert client.post(QUEUE, data).url == QUEUE
    hidden.refresh_from_db()
    assert hidden.status == ReactionStatus.PUBLISHED
    assert Appeal.objects.get().answer.by == other
    call_command("send_mail_queue")
    assert [letter.to for letter in mail.outbox] == [[author.email], [author.email]]

    client.force_login(author)
    page = client.get(MINE).content.decode()
    assert "Les faits sont là" in page
    assert "cette décision est définitive" in page
    FlagFactory(reaction=hidden)
    with pytest.raises(PermissionDenied):
        moderation.decide(hidden, moderator, Verdict.HIDE, "Quand même")
    moderation.decide(hidden, moderator, Verdict.KEEP, "Déjà jugé")


def test_what_stays_hidden_after_an_appeal_is_not_contested_again(client, hidden):
    contest(client, hidden)
    moderation.decide(hidden, UserFactory(role="secretary"), Verdict.HIDE, "Je confirme")
    assert url_of(hidden) not in client.get(MINE).content.decode()
    page = contest(client, hidden, "Encore").content.decode()
    assert "Il n’y a pas, ou plus, de décision à contester ici." in page
    assert Appeal.objects.count() == 1
    with pytest.raises(PermissionDenied):
        moderation.decide(hidden, UserFactory(role="moderator"), Verdict.SHOW, "Et pourtant")


def test_when_nobody_else_moderates_the_secretary_answers_and_it_is_said(client, author):
    secretary = UserFactory(role="secretary")
    reaction = ReactionFactory(author=author)
    moderation.decide(reaction, secretary, Verdict.HIDE, "Trop vif")
    page = client.get(url_of(reaction)).content.decode()
    assert "c’est le secrétariat qui relira votre réaction" in page
    contest(client, reaction)
    other = UserFactory(role="moderator")
    with pytest.raises(PermissionDenied):
        moderation.decide(reaction, secretary, Verdict.SHOW, "À la réflexion")
    other.mandates.all().delete()
    moderation.decide(reaction, secretary, Verdict.SHOW, "À la réflexion")


def test_a_moderator_who_decided_alone_leaves_the_appeal_to_the_secretary(client, hidden):
    UserFactory(role="secretary")
    assert "Une autre personne" in client.get(url_of(hidden)).content.decode()


def test_no_officer_answers_their_own_appeal(moderator):
    author = UserFactory(adherent=True, role="secretary")
    reaction = ReactionFactory(author=author)
    moderation.decide(reaction, moderator, Verdict.HIDE, "Trop vif")
    moderation.appeal(reaction, author, "Mais non")
    with pytest.raises(PermissionDenied):
        moderation.decide(reaction, author, Verdict.SHOW, "Mais oui")


@pytest.mark.parametrize("words", ["", "  ", "x" * 1001])
def test_bad_input_is_explained_and_given_back(client, hidden, words):
    page = contest(client, hidden, words).content.decode()
    assert "errorlist" in page
    assert words.strip() in page
    assert not Appeal.objects.exists()


def test_another_s_decision_is_not_found(client, hidden):
    client.force_login(UserFactory(adherent=True))
    assert client.get(url_of(hidden)).status_code == 404
    with pytest.raises(PermissionDenied):
        moderation.appeal(hidden, UserFactory(adherent=True), "Volé")


def test_who_leaves_contests_nothing_any_more(client, hidden, author):
    contest(client, hidden)
    leave(author, erase_words=False)
    client.force_login(UserFactory(role="secretary"))
    assert client.get(QUEUE).context["cards"] == []
    hidden.refresh_from_db()
    assert hidden.status == ReactionStatus.HIDDEN
    assert hidden.decisions.get().reason == ""


def test_the_author_finds_the_way_from_the_article(client, hidden):
    page = client.get(hidden.article.get_absolute_url()).content.decode()
    assert "Lire pourquoi, et contester" in page
    client.force_login(UserFactory(adherent=True))
    assert "Lire pourquoi" not in client.get(hidden.article.get_absolute_url()).content.decode()


def test_what_is_shown_has_nothing_to_contest(client, author):
    shown = ReactionFactory(author=author)
    contest(client, shown)
    assert not Appeal.objects.exists()

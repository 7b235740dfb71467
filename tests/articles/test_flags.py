"""Signalling: any adherent, what somebody else wrote, once, with a reason; never known to them."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from articles import moderation
from articles.models import Flag, FlagReason, ReactionStatus, Verdict
from members.departure import leave
from tests.factories import FlagFactory, ReactionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def adherent(client):
    user = UserFactory(adherent=True, display_name="Zqsignaleuse")
    client.force_login(user)
    return user


def url_of(reaction):
    return reverse("articles:reaction_flag", args=[reaction.article.slug, reaction.pk])


def signal(client, reaction, **data):
    return client.post(url_of(reaction), {"reason": "insult"} | data)


def test_an_adherent_signals_and_its_author_sees_nothing_of_it(client, adherent):
    author = UserFactory(adherent=True)
    reaction = ReactionFactory(author=author)
    page = client.get(reaction.article.get_absolute_url()).content.decode()
    assert url_of(reaction) in page
    answer = signal(client, reaction, words="Zqprécisions")
    assert answer.url == reaction.get_absolute_url()
    flag = Flag.objects.get()
    assert (flag.by, flag.reason, flag.words) == (adherent, "insult", "Zqprécisions")
    client.force_login(author)
    for path in (reaction.article.get_absolute_url(), "/espace/reactions/"):
        page = client.get(path).content.decode()
        for words in ("Zqsignaleuse", "Zqprécisions", "signalée"):
            assert words not in page


def test_it_counts_once_for_each_person(client, adherent):
    reaction = ReactionFactory()
    signal(client, reaction)
    signal(client, reaction, reason="hate")
    assert Flag.objects.get().reason == "insult"
    assert "Vous l’avez signalée le" in client.get(url_of(reaction)).content.decode()
    with pytest.raises(IntegrityError), transaction.atomic():
        FlagFactory(reaction=reaction, by=adherent)


def test_who_signalled_may_see_what_became_of_it(client, adherent):
    reaction = ReactionFactory()
    signal(client, reaction)
    moderation.decide(reaction, UserFactory(role="moderator"), Verdict.HIDE, "Zqmotif")
    page = client.get(url_of(reaction)).content.decode()
    assert "elle l’a masquée" in page
    assert "Zqmotif" not in page
    assert reaction.body not in page


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"reason": ""}, "Dites pourquoi vous la signalez."),
        ({"reason": "inconnu"}, "errorlist"),
        ({"reason": "other"}, "Dites en quelques mots ce qui vous gêne."),
        ({"words": "Zq" + "x" * 500}, "502 caractères pour 500 au plus"),
    ],
)
def test_bad_input_is_explained_and_given_back(client, adherent, data, message):
    page = signal(client, ReactionFactory(), **data).content.decode()
    assert message in page
    assert data.get("words", "") in page
    assert not Flag.objects.exists()


def test_one_s_own_words_and_what_is_not_shown_are_not_signalled(client, adherent):
    own = ReactionFactory(author=adherent)
    hidden = ReactionFactory(status=ReactionStatus.HIDDEN)
    pending = ReactionFactory(status=ReactionStatus.PENDING)
    answers = [signal(client, reaction).status_code for reaction in (own, hidden, pending)]
    assert answers == [403, 403, 404]
    assert url_of(own) not in client.get(own.article.get_absolute_url()).content.decode()
    with pytest.raises(PermissionDenied):
        moderation.flag(own, adherent, FlagReason.INSULT)


@pytest.mark.parametrize("person", ["lapsed", "pending"])
def test_who_is_not_an_adherent_signals_nothing(client, person):
    client.force_login(UserFactory(**{person: True}))
    assert signal(client, ReactionFactory()).status_code == 404
    assert not Flag.objects.exists()


def test_who_leaves_takes_their_words_and_their_name_with_them(adherent):
    FlagFactory(by=adherent, words="Zqprécisions")
    leave(adherent, erase_words=False)
    flag = Flag.objects.get()
    assert (flag.by, flag.words) == (None, "")

"""One word in one tap: counted, never named, once for each person, taken back by a second tap."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from articles import reacting
from articles.models import QuickReaction, ReactionStatus, Word
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


def tap(client, article, word, reaction=None, name="word"):
    if reaction:
        url = reverse("articles:say_of_reaction", args=[article.slug, reaction.pk])
    else:
        url = reverse("articles:say", args=[article.slug])
    return client.post(url, {name: word})


def words_of(page, place):
    """The buttons of a place in the page: the word, whether it is pressed, what is read aloud."""
    form = page.partition(f'id="{place}"')[2].partition("</form>")[0]
    found = re.findall(r'value="(\w+)" aria-pressed="(true|false)">(.*?)</button>', form, re.DOTALL)
    return {
        word: (pressed == "true", re.sub(r"<[^>]+>", "", aloud).strip())
        for word, pressed, aloud in found
    }


def test_four_words_are_said_of_an_article_and_taken_back(client, article, adherent):
    answer = tap(client, article, "agree")
    assert answer.url == f"{article.get_absolute_url()}#avis"
    reacting.say(Word.AGREE, UserFactory(adherent=True), article)
    offered = words_of(client.get(article.get_absolute_url()).content.decode(), "avis")
    assert offered == {
        "agree": (True, "D’accord 2 personnes"),
        "useful": (False, "Utile"),
        "thanks": (False, "Merci"),
        "disagree": (False, "Pas d’accord"),
    }
    tap(client, article, "agree", name="take_back")
    offered = words_of(client.get(article.get_absolute_url()).content.decode(), "avis")
    assert offered["agree"] == (False, "D’accord 1 personne")


def test_a_tap_sent_twice_by_a_poor_network_counts_once(client, article, adherent):
    for name, is_said in (("word", True), ("take_back", False)):
        for _ in range(2):
            assert tap(client, article, "useful", name=name).status_code == 302
            assert QuickReaction.objects.exists() is is_said


def test_a_second_tap_on_the_page_takes_the_word_back(client, article, adherent):
    for expected in ("word", "take_back", "word"):
        page = client.get(article.get_absolute_url()).content.decode()
        assert re.findall(r'name="(\w+)" value="thanks"', page) == [expected]
        tap(client, article, "thanks", name=expected)


def test_one_does_not_say_a_thing_and_its_contrary(client, article, adherent):
    for word in ("useful", "agree", "disagree"):
        tap(client, article, word)
    assert set(QuickReaction.objects.values_list("word", flat=True)) == {"useful", "disagree"}


def test_the_words_of_a_colleague_are_not_marked_down(client, article, adherent):
    reaction = ReactionFactory(article=article)
    page = client.get(article.get_absolute_url()).content.decode()
    assert set(words_of(page, f"avis-{reaction.pk}")) == {"agree", "thanks"}
    assert tap(client, article, "disagree", reaction).status_code == 403
    assert tap(client, article, "thanks", reaction).status_code == 302
    assert QuickReaction.objects.get().reaction == reaction


def test_nobody_is_named(client, article, adherent):
    reacting.say(Word.THANKS, UserFactory(adherent=True, display_name="Zqnom"), article)
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Merci" in page
    assert "Zqnom" not in page


@pytest.mark.parametrize("person", [None, "lapsed", "pending", "superuser"])
def test_who_may_not_react_says_nothing_and_visitors_see_no_count(client, article, person):
    reacting.say(Word.AGREE, UserFactory(adherent=True), article)
    if person:
        client.force_login(UserFactory(**{person: True}))
    page = client.get(article.get_absolute_url()).content.decode()
    assert words_of(page, "avis") == {}
    # The superuser moderates, and sees what was said.
    assert ("D’accord" in page) is (person == "superuser")
    assert tap(client, article, "agree").status_code == 403
    assert QuickReaction.objects.count() == 1


def test_one_says_nothing_of_ones_own_words_nor_of_what_is_hidden(article, adherent):
    for reaction in (
        ReactionFactory(article=article, author=adherent),
        ReactionFactory(article=article, status=ReactionStatus.HIDDEN),
        ReactionFactory(),
    ):
        with pytest.raises(PermissionDenied):
            reacting.say(Word.AGREE, adherent, article, reaction)


def test_closed_reactions_keep_their_counts(client, adherent):
    article = ArticleFactory(published=True)
    reacting.say(Word.USEFUL, adherent, article)
    article.reactions_policy = "closed"
    article.save()
    page = client.get(article.get_absolute_url()).content.decode()
    assert words_of(page, "avis") == {}
    assert "Utile" in page
    assert tap(client, article, "useful").status_code == 403


@pytest.mark.parametrize("word", ["", "bravo", "AGREE"])
def test_an_unknown_word_is_refused(client, article, adherent, word):
    assert tap(client, article, word).status_code == 403
    assert not QuickReaction.objects.exists()


def test_the_database_keeps_one_of_each(article, adherent):
    reaction = ReactionFactory(article=article)
    for about in (None, reaction):
        one = {"article": article, "reaction": about, "author": adherent, "word": Word.AGREE}
        QuickReaction.objects.create(**one)
        with pytest.raises(IntegrityError), transaction.atomic():
            QuickReaction.objects.create(**one)


@pytest.mark.parametrize("erase_words", [True, False])
def test_who_leaves_is_counted_without_a_name_or_takes_all_back(article, adherent, erase_words):
    reacting.say(Word.AGREE, adherent, article)
    leave(adherent, erase_words=erase_words)
    left = list(QuickReaction.objects.values_list("author", flat=True))
    assert left == ([] if erase_words else [None])


def test_a_reaction_that_is_deleted_loses_what_was_said_of_it(article, adherent):
    reaction = ReactionFactory(article=article, author=adherent)
    reacting.say(Word.AGREE, UserFactory(adherent=True), article, reaction)
    reacting.withdraw_reaction(reaction, adherent)
    assert not QuickReaction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_taps_at_once_count_once():
    article, person = ArticleFactory(published=True), UserFactory(adherent=True)
    together = Barrier(4)

    def tap_once(_):
        together.wait()
        try:
            reacting.say(Word.AGREE, person, article)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tap_once, range(4)))
    assert QuickReaction.objects.count() == 1

"""Slow mode: so many reactions in so many minutes, from the database, and nothing typed is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from articles import reacting
from articles.models import Reaction
from articles.pace import TooSoon
from tests.factories import ArticleFactory, ReactionFactory, UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 12, 0, 20, tzinfo=ZoneInfo("Europe/Paris"))


@pytest.fixture(autouse=True)
def _three_in_ten_minutes(settings):
    settings.REACTIONS_PACE = 3
    settings.REACTIONS_PACE_MINUTES = 10


def post(author, article, words="Un mot"):
    return reacting.post_reaction(article, author, words)


def test_who_floods_is_told_when_to_go_on_and_loses_nothing(client):
    author = UserFactory(adherent=True)
    client.force_login(author)
    with time_machine.travel(NOON, tick=False) as clock:
        for number in range(3):
            post(author, ArticleFactory(published=True), f"Le mot {number}")
            clock.shift(timedelta(minutes=1))
        article = ArticleFactory(published=True)
        url = reverse("articles:react", args=[article.slug])
        answer = client.post(url, {"body": "Le mot de trop"})
        page = answer.content.decode()
        assert answer.status_code == 429
        assert "à partir de 12\u202fh\u202f11" in page
        assert ">\nLe mot de trop</textarea>" in page
        assert Reaction.objects.count() == 3
        clock.move_to(NOON.replace(minute=10, second=21))
        assert client.post(url, {"body": "Le mot de trop"}).status_code == 302


def test_what_was_deleted_counts_and_others_do_not_wait():
    author, article = UserFactory(adherent=True), ArticleFactory(published=True)
    for number in range(3):
        reacting.withdraw_reaction(post(author, article, f"Le mot {number}"), author)
    with pytest.raises(TooSoon):
        post(author, article)
    post(UserFactory(adherent=True), article)


def test_the_same_words_sent_twice_are_one_reaction_not_two():
    author, article = UserFactory(adherent=True), ArticleFactory(published=True)
    posted = {post(author, article).pk for _ in range(5)}
    assert len(posted) == 1


def test_an_article_may_ask_for_more_time():
    author = UserFactory(adherent=True)
    heated = ArticleFactory(published=True, reactions_interval=300)
    first = post(author, heated)
    with pytest.raises(TooSoon) as error:
        post(author, heated, "Et encore")
    assert error.value.until == first.created_at + timedelta(seconds=300)
    post(author, ArticleFactory(published=True))
    with time_machine.travel(timezone.now() + timedelta(seconds=301)):
        post(author, heated, "Et encore")


def test_days_later_the_day_is_said(client):
    author = UserFactory(adherent=True)
    client.force_login(author)
    article = ArticleFactory(published=True, reactions_interval=3 * 86400)
    with time_machine.travel(NOON, tick=False):
        ReactionFactory(article=article, author=author, created_at=timezone.now())
        type(article).objects.update(published_at=timezone.now() - timedelta(days=1))
        url = reverse("articles:react", args=[article.slug])
        page = client.post(url, {"body": "Encore"}).content.decode()
    assert "le 6\u202fmars\u202f2026 à partir de 12\u202fh\u202f01" in page.replace(
        "\u00a0", "\u202f"
    )


@pytest.mark.django_db(transaction=True)
def test_posts_of_several_workers_at_once_pass_one_by_one():
    author, article = UserFactory(adherent=True), ArticleFactory(published=True)
    together = Barrier(6)

    def once(number):
        together.wait()
        try:
            return bool(post(author, article, f"Le mot {number}"))
        except TooSoon:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(once, range(6)))
    assert sorted(taken) == [False] * 3 + [True] * 3
    assert Reaction.objects.count() == 3

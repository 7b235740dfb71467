"""A cache that is away: the site goes on, limits too, and what was shared is shared again after."""

import shutil
from threading import Event

import pytest
from django.core.cache import cache, caches

from articles.models import ARTICLES, Article
from cgtdouanes import pages
from cgtdouanes.pages.versions import CacheCounters
from cgtdouanes.stores import steady_cache
from cgtdouanes.stores.steady_cache import CacheAway, shared_cache
from tests.factories import PASSWORD, ArticleFactory, UserFactory
from tests.pages.asking import ask

pytestmark = pytest.mark.django_db

LOGIN = "/compte/login/"


@pytest.fixture
def folder(settings, tmp_path, monkeypatch):
    """The folder of the shared cache. A test is done before a cache is asked again."""
    place = tmp_path / "cache"
    settings.CACHES = {
        "shared": {"BACKEND": "cgtdouanes.stores.file_cache.FileCache", "LOCATION": str(place)},
        "default": {"BACKEND": "cgtdouanes.stores.steady_cache.SteadyCache"},
    }
    # Of one process that has just started.
    monkeypatch.setattr(steady_cache.shared_cache, "_is_away", False)
    monkeypatch.setattr(steady_cache.shared_cache, "_asked_again_at", 0.0)
    yield place
    cache._own.clear()


def gone(folder):
    """Nobody can write there, not even root."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.write_text("a file in the place of the folder")


def back(folder):
    folder.unlink()
    shared_cache._asked_again_at = 0.0


def guess(client, password="faux"):
    return client.post(LOGIN, {"login": "camille@exemple.test", "password": password})


def test_what_is_noted_is_shared(folder):
    cache.set("a", 1)
    assert caches["shared"].get("a") == 1
    assert not cache.add("a", 2)
    assert cache.incr("a") == 2
    assert cache.delete("a")
    assert cache.get("a", "nothing") == "nothing"
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_limits_go_on_while_the_cache_is_away_and_people_sign_in(folder, client, caplog):
    UserFactory(email="camille@exemple.test")
    gone(folder)
    assert client.get(LOGIN).status_code == 200
    for _ in range(5):
        assert "Trop" not in guess(client).content.decode()
    assert "Trop" in guess(client, PASSWORD).content.decode()
    other = UserFactory()
    answer = client.post(LOGIN, {"login": other.email, "password": PASSWORD})
    assert answer.status_code == 302
    said = [each.getMessage() for each in caplog.records if "cache" in each.name]
    assert said == ["The cache is away: FileExistsError"]


def test_limits_are_shared_again_once_it_is_back(folder, client, caplog):
    UserFactory(email="camille@exemple.test")
    gone(folder)
    guess(client)
    back(folder)
    for _ in range(5):
        guess(client)
    cache._own.clear()
    assert "Trop" in guess(client).content.decode()
    assert "The cache is back" in caplog.text


def test_a_cache_that_does_not_answer_is_left_alone_for_a_while(folder, monkeypatch):
    gone(folder)
    asked = []
    monkeypatch.setattr(steady_cache, "_backend", lambda: asked.append(1) or caches["shared"])
    for _ in range(10):
        with pytest.raises(CacheAway):
            shared_cache.get("a")
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_a_page_that_changed_meanwhile_is_shown_though_the_cache_remembers(
    folder, settings, monkeypatch
):
    """A cache that hung comes back with what it knew."""
    settings.PAGES_SHARED_BY_CACHE = True
    article = ArticleFactory(published=True, title="Avant")
    for _ in range(3):
        ask("/articles/")
    assert ask("/articles/").was_kept
    folder.rename(folder.with_name("hung"))
    gone(folder)
    Article.objects.filter(pk=article.pk).update(title="Après")
    made_up = Event()
    monkeypatch.setattr("cgtdouanes.pages.changes.time.sleep", lambda seconds: None)
    restart = CacheCounters.restart

    def restarted(counters):
        back(folder)
        folder.with_name("hung").rename(folder)
        restart(counters)
        made_up.set()

    monkeypatch.setattr(CacheCounters, "restart", restarted)
    pages.changed(ARTICLES)
    assert made_up.wait(30)
    assert "Après" in ask("/articles/").text

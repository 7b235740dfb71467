"""Kept pages where the workers of several machines share nothing but a database and Redis."""

import os
import subprocess
import sys

import environ
import pytest
from django.conf import settings as project_settings
from django.core.cache import cache, caches
from django.db import transaction

from articles.models import ARTICLES, Article
from cgtdouanes import pages
from cgtdouanes.operations import server
from cgtdouanes.operations.doctor import Level
from cgtdouanes.pages.memory import MEMORY
from tests.factories import ArticleFactory, UserFactory
from tests.pages.asking import ask
from tests.redis_server import throw_away_redis

pytestmark = pytest.mark.django_db(transaction=True)

# What a worker of another machine does, whose folder and database are its own.
ELSEWHERE = """
import django
django.setup()
from cgtdouanes import pages
pages.changed({tag!r})
"""


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with throw_away_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(autouse=True)
def _shared(redis, settings):
    settings.CACHES = {
        "shared": environ.Env.cache_url_config(redis),
        "default": {"BACKEND": "cgtdouanes.stores.steady_cache.SteadyCache"},
    }
    settings.PAGES_SHARED_BY_CACHE = True
    cache.clear()
    MEMORY.clear()
    yield
    cache.clear()
    MEMORY.clear()


@pytest.fixture
def article():
    return ArticleFactory(published=True, title="Un compte rendu", slug="un")


def untold(article, title):
    """Change the title and tell nobody."""
    Article.objects.filter(pk=article.pk).update(title=title)


def kept(address):
    """Ask until the page is kept: what came back empty remembers nothing."""
    for _ in range(5):
        if (answer := ask(address)).was_kept:
            return answer
    raise AssertionError("it is never kept")


def test_what_one_machine_changes_the_other_one_shows_at_once(article, redis, tmp_path):
    kept("/articles/")
    untold(article, "Changé ailleurs")
    assert "Un compte rendu" in ask("/articles/").text
    subprocess.run(
        [sys.executable, "-c", ELSEWHERE.format(tag=ARTICLES)],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(project_settings.BASE_DIR),
            "DJANGO_SETTINGS_MODULE": "cgtdouanes.settings",
            "DATABASE_URL": f"sqlite:///{tmp_path}/other.sqlite3",
            "CACHE_URL": redis,
        },
        cwd=tmp_path,
        check=True,
    )
    answer = ask("/articles/")
    assert "Changé ailleurs" in answer.text
    assert not answer.was_kept
    assert kept("/articles/").status == 200


def test_nothing_is_kept_of_what_is_being_changed(article):
    kept("/articles/")
    with transaction.atomic():
        article.title = "En cours"
        article.save()
        assert not ask("/articles/").was_kept
        transaction.set_rollback(True)
    assert "Un compte rendu" in ask("/articles/").text


@pytest.mark.parametrize(
    "lost",
    [[ARTICLES], ["clock"], ["era"], [ARTICLES, "clock"], [ARTICLES, "era", "clock"]],
    ids=" ".join,
)
def test_a_cache_that_drops_what_it_was_told_shows_no_former_page(article, lost):
    kept("/articles/")
    untold(article, "Changé")
    pages.changed(ARTICLES)
    cache.delete_many([f"pages:{name}" for name in lost])
    assert "Changé" in ask("/articles/").text
    assert "Changé" in kept("/articles/").text


def test_a_cache_that_restarts_empty_keeps_again_at_once(article):
    kept("/articles/")
    untold(article, "Pendant ce temps")
    cache.clear()
    assert "Pendant ce temps" in ask("/articles/").text
    asked = [ask("/articles/").was_kept for _ in range(3)]
    assert asked[-1]


def test_guesses_are_counted_by_all_machines_together(client):
    UserFactory(email="camille@exemple.test")
    for _ in range(5):
        client.post("/compte/login/", {"login": "camille@exemple.test", "password": "faux"})
    answer = client.post("/compte/login/", {"login": "camille@exemple.test", "password": "faux"})
    assert "Trop" in answer.content.decode()


def test_the_doctor_wants_a_redis_that_forgets():
    assert [found.level for found in server.common_cache()] == [Level.GOOD]
    redis = caches["shared"]._cache.get_client(write=True)
    redis.config_set("save", "60 1")
    try:
        *_, found = server.common_cache()
    finally:
        redis.config_set("save", "")
    assert "un état passé" in found.what

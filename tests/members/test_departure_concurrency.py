"""Departures at the same instant, by two workers."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from articles import reacting
from articles.models import Reaction
from members.departure import CannotLeaveYet, leave
from members.models import Erasure, OutgoingMail, User
from tests.factories import ArticleFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _ledger(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"


def together(*verbs):
    """Run these at the same instant, and return what each returned or raised."""
    start = Barrier(len(verbs))

    def run(verb):
        start.wait()
        try:
            return verb()
        except (PermissionDenied, CannotLeaveYet) as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def test_a_double_click_on_two_workers_leaves_once():
    person = UserFactory(adherent=True)
    results = together(*[lambda: leave(person, erase_words=True)] * 4)
    assert results == [None] * 4
    assert Erasure.objects.count() == OutgoingMail.objects.count() == 1


def test_the_last_two_superusers_do_not_leave_together():
    first, second = UserFactory(superuser=True), UserFactory(superuser=True)
    results = together(
        lambda: leave(first, erase_words=False), lambda: leave(second, erase_words=False)
    )
    assert sorted(map(str, results)) == sorted(map(str, [None, CannotLeaveYet]))
    assert User.objects.filter(is_superuser=True).count() == 1


def test_words_posted_while_leaving_keep_no_name():
    article = ArticleFactory(published=True)
    person = UserFactory(adherent=True)
    together(
        lambda: leave(person, erase_words=False),
        lambda: reacting.post_reaction(article, person, "Juste avant, ou juste après").pk,
    )
    assert not User.objects.exists()
    assert not Reaction.objects.exclude(author=None).exists()

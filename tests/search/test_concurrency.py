"""Officers and readers at the same instant: the index ends as the last change left things."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from articles.models import Article
from cgtdouanes.search.models import Change, MemberEntry, VisitorEntry
from tests.factories import AgendaItemFactory, ArticleFactory, MeetingFactory
from tests.search.asking import ask, found

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions):
    together = Barrier(len(actions))

    def act(action):
        together.wait()
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return [future.result() for future in [pool.submit(act, action) for action in actions]]


def test_points_added_at_once_to_one_agenda_are_all_found():
    meeting = MeetingFactory(held=True, title="Bouleau")
    words = ["charme", "chêne", "frêne", "hêtre"]
    at_once(
        *(lambda word=word: AgendaItemFactory(meeting=meeting, title=word) for word in words),
        *(lambda: ask("bouleau") for _ in range(2)),
    )
    assert not Change.objects.exists()
    assert [found(word) for word in words] == [["Bouleau"]] * 4


def test_a_report_saved_by_several_has_one_entry_and_the_last_words():
    article = ArticleFactory(published=True)

    def save(word):
        mine = Article.objects.get(pk=article.pk)
        mine.title = word
        mine.save()

    at_once(*(lambda word=word: save(word) for word in ("Orme", "Pin", "Saule", "Tilleul")))
    stored = Article.objects.get().title
    assert [entry.title for entry in VisitorEntry.objects.all()] == [stored]
    assert [entry.title for entry in MemberEntry.objects.all()] == [stored]

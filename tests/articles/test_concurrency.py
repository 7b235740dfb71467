"""Two posts of the same words at the same instant, by two workers: one reaction is stored."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from articles import reacting
from articles.models import Reaction
from tests.factories import ArticleFactory, UserFactory


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_two_workers_stores_one():
    article = ArticleFactory(published=True)
    author = UserFactory(adherent=True)
    together = Barrier(4)

    def post():
        together.wait()
        try:
            return reacting.post_reaction(article, author, "Bravo").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        stored = {future.result() for future in [pool.submit(post) for _ in range(4)]}

    assert stored == {Reaction.objects.get().pk}

"""The database finds the rows of a long list by an index, in their order, and sorts nothing."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from articles.models import Article, Reaction
from meetings.models import Demand, Meeting
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

LISTS = {
    "articles": lambda reader: Article.objects.listed_for(reader),
    "rubrique": lambda reader: Article.objects.listed_for(reader).filter(category=1),
    "meetings": lambda reader: Meeting.objects.visible_to(reader).past(),
    "demands": lambda reader: Demand.objects.visible_to(reader),
    "reactions at the desk": lambda _: Reaction.objects.order_by("-created_at", "-pk"),
    "reactions in one state": lambda _: Reaction.objects.filter(status="hidden").order_by(
        "-created_at", "-pk"
    ),
}


@pytest.fixture
def _nothing_is_sorted_that_an_index_gives():
    """A plan sorts then only where it must, however few rows there are."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.mark.usefixtures("_nothing_is_sorted_that_an_index_gives")
@pytest.mark.parametrize("is_adherent", [False, True], ids=["visitor", "adherent"])
@pytest.mark.parametrize("name", LISTS)
def test_a_page_of_a_long_list_comes_by_an_index(name, is_adherent):
    reader = UserFactory(adherent=True) if is_adherent else AnonymousUser()
    keys = LISTS[name](reader).values("pk")
    for rows in (keys[20:40], keys.reverse()[20:40]):
        plan = rows.explain()
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan
        assert "Seq Scan" not in plan

"""What pages count is known until it changes; lists count and number as they always did."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles.models import Article
from cgtdouanes import pages
from cgtdouanes.paging import LongList
from cgtdouanes.sitemaps import Articles
from meetings.models import Demand
from tests.factories import (
    ArticleFactory,
    CategoryFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_count_is_made_once_then_again_after_a_change():
    made = []

    def count():
        made.append(1)
        return len(made)

    assert [pages.known("count", count, "a tag") for _ in range(3)] == [1, 1, 1]
    pages.changed("another tag")
    assert pages.known("count", count, "a tag") == 1
    pages.changed("a tag")
    assert pages.known("count", count, "a tag") == 2


def test_what_changes_while_it_is_counted_is_not_kept():
    def count():
        pages.changed("a tag")
        return "before"

    assert pages.known("count", count, "a tag") == "before"
    assert pages.known("count", lambda: "after", "a tag") == "after"


def test_counts_follow_each_publication_for_each_audience(client):
    category = CategoryFactory()
    ArticleFactory.create_batch(20, published=True, category=category)
    adherent = UserFactory(adherent=True)

    def numbers():
        found = []
        for person in (None, adherent):
            client.force_login(person) if person else client.logout()
            for address in (reverse("articles:list"), category.get_absolute_url()):
                found.append(client.get(address).context["page_obj"].paginator.count)
        return found

    assert numbers() == [20, 20, 20, 20]
    reserved = ArticleFactory(published=True, members_only=True, category=category)
    assert numbers() == [20, 20, 21, 21]
    reserved.delete()
    ArticleFactory(published=True)
    assert numbers() == [21, 20, 21, 20]


def test_figures_follow_each_step_for_each_audience(client):
    demand = DemandFactory()
    CommitmentFactory(overdue=True)
    adherent = UserFactory(adherent=True)

    def figures():
        found = []
        for person in (None, adherent):
            client.force_login(person) if person else client.logout()
            for address in ("/", "/revendications/"):
                found.append(client.get(address).context["figures"].by_state)
        return found

    assert figures() == [{"raised": 1}] * 4
    DemandStepFactory(demand=demand, state="granted", meeting=MeetingFactory(members_only=True))
    assert figures()[2:] == [{"granted": 1}] * 2
    DemandStepFactory(demand=demand, state="refused", meeting=MeetingFactory())
    assert figures() == [{"refused": 1}] * 4


def test_the_tracker_counts_what_is_in_the_states_asked_for(client):
    for state in ("granted", "granted", "refused"):
        DemandStepFactory(demand=DemandFactory(), state=state, meeting=MeetingFactory())
    DemandFactory()

    def count(query):
        return client.get(f"/revendications/?{query}").context["page_obj"].paginator.count

    assert [count(each) for each in ("", "etat=granted", "etat=refused", "etat=under_way")] == [
        *(4, 2, 1, 1)
    ]
    theme = Demand.objects.filter(state="refused").get().theme
    assert count(f"etat=refused&theme={theme}") == 1


def test_a_calendar_follows_the_meetings_that_each_may_know_of(client):
    MeetingFactory(title="Effectifs")
    assert b"Effectifs" in client.get("/reunions/calendrier.ics").content
    MeetingFactory(title="Horaires")
    MeetingFactory(title="Secrets", members_only=True)
    content = client.get("/reunions/calendrier.ics").content
    assert b"Horaires" in content
    assert b"Secrets" not in content


def test_a_long_list_gives_the_pages_that_a_paginator_gives():
    ArticleFactory.create_batch(45, published=True)
    articles = Article.objects.listed_for(UserFactory())
    pages_ = [list(LongList(articles).get_page(number)) for number in (1, 2, 3, 99, "x")]
    everything = list(articles)
    last = everything[40:]
    assert pages_ == [everything[:20], everything[20:40], last, last, everything[:20]]


def test_the_sitemap_is_cut_into_files_and_tells_the_latest_change(client, monkeypatch):
    monkeypatch.setattr(Articles, "limit", 2)
    ArticleFactory.create_batch(3, published=True)
    reserved = ArticleFactory(published=True, members_only=True)
    index = client.get("/sitemap.xml").content.decode()
    assert "sitemap-articles.xml?p=2" in index
    latest = Article.objects.exclude(pk=reserved.pk).latest("updated_at").updated_at
    assert timezone.localtime(latest).isoformat(timespec="seconds")[:19] in index
    pages_ = [client.get(f"/sitemap-articles.xml?p={p}").content.decode() for p in (1, 2)]
    assert [page.count("<url>") for page in pages_] == [2, 1]
    assert client.get("/sitemap-articles.xml?p=3").status_code == 404
    ArticleFactory.create_batch(2, published=True)
    assert "sitemap-articles.xml?p=3" in client.get("/sitemap.xml").content.decode()

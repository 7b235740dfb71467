"""Feeds, sitemap, facts for search engines: what leaves the site by itself."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Page
from meetings.models import CalendarFeed
from tests.factories import (
    ArticleFactory,
    CategoryFactory,
    DemandFactory,
    MeetingFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEED = "/articles/flux.atom"


def entries(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    root = ElementTree.fromstring(answer.content)  # noqa: S314  our own answer
    return {
        entry.findtext(f"{ATOM}title"): entry.findtext(f"{ATOM}content")
        for entry in root.iter(f"{ATOM}entry")
    }


def test_the_feed_holds_the_whole_public_text(client):
    ArticleFactory(published=True, kicker="GT", title="Public", body="<p>Tout le texte.</p>")
    ArticleFactory(published=True, teaser=True, title="Coupé")
    ArticleFactory(published=True, members_only=True, title="Réservé")
    ArticleFactory(title="Brouillon")
    found = entries(client, FEED)
    assert set(found) == {"GT\u202f: Public", "Coupé"}
    assert found["GT\u202f: Public"] == "<p>Tout le texte.</p>"
    assert "réservée" not in found["Coupé"]
    assert "(Lire la suite…)" in found["Coupé"]


def test_the_public_feed_is_the_same_for_an_adherent(client):
    ArticleFactory(published=True, members_only=True, title="Réservé")
    client.force_login(UserFactory(adherent=True))
    assert entries(client, FEED) == {}


def test_a_rubrique_has_its_own_feed(client):
    one, other = CategoryFactory(title="Santé"), CategoryFactory()
    ArticleFactory(published=True, title="Ici", category=one)
    ArticleFactory(published=True, title="Ailleurs", category=other)
    assert set(entries(client, reverse("articles:category_feed", args=[one.slug]))) == {"Ici"}
    assert client.get("/rubriques/inconnue/flux.atom").status_code == 404


def test_an_adherent_s_own_feed_holds_what_is_reserved_while_the_membership_runs(client):
    ArticleFactory(published=True, members_only=True, title="Réservé")
    user = UserFactory()
    membership = MembershipFactory(user=user)
    url = reverse("articles:personal_feed", args=[CalendarFeed.issue(user)])
    answer = client.get(url)
    assert "Réservé" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    membership.paid_until = timezone.localdate() - timedelta(days=200)
    membership.save()
    assert client.get(url).status_code == 404


def test_identifiers_do_not_change_with_the_address(client):
    article = ArticleFactory(published=True)

    def identifier():
        return re.findall("<id>(tag:[^<]+)</id>", client.get(FEED).content.decode())

    before = identifier()
    Article.objects.filter(pk=article.pk).update(slug="autre")
    assert identifier() == before != []


def test_a_feed_takes_the_same_queries_for_1_article_and_for_20(client):
    ArticleFactory(published=True)
    with CaptureQueriesContext(connection) as one:
        client.get(FEED)
    ArticleFactory.create_batch(19, published=True)
    with CaptureQueriesContext(connection) as many:
        client.get(FEED)
    assert len(one) == len(many) == 1


def test_the_sitemap_names_what_visitors_may_read(client):
    public = ArticleFactory(published=True)
    reserved = ArticleFactory(published=True, members_only=True)
    meeting, secret = MeetingFactory(held=True), MeetingFactory(held=True, members_only=True)
    demand, hidden = DemandFactory(), DemandFactory(members_only=True)
    index = client.get("/sitemap.xml").content.decode()
    sections = re.findall("<loc>[^<]*(/sitemap-[a-z]+.xml)", index)
    assert len(sections) == 5
    listed = "".join(client.get(section).content.decode() for section in sections)
    for one in (public, meeting, demand):
        assert one.get_absolute_url() in listed
    for one in (reserved, secret, hidden):
        assert one.get_absolute_url() not in listed
    assert "Sitemap: http" in client.get("/robots.txt").content.decode()


def facts(page):
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(found[1]) if found else None


def test_facts_for_search_engines_cannot_leave_their_element(client):
    article = ArticleFactory(published=True, title="</script><script>alert(1)</script> & co")
    page = client.get(article.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert facts(page)["headline"] == article.title
    assert facts(page)["@type"] == "NewsArticle"
    assert 'property="og:title"' in page


def test_a_reserved_article_tells_search_engines_nothing(client):
    article = ArticleFactory(published=True, members_only=True)
    client.force_login(UserFactory(adherent=True))
    page = client.get(article.get_absolute_url()).content.decode()
    assert facts(page) is None
    assert "og:title" not in page


def test_a_public_meeting_is_an_event(client):
    meeting = MeetingFactory(title="Effectifs", place="Valserre", status="cancelled")
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert facts(page)["@type"] == "Event"
    assert facts(page)["eventStatus"] == "https://schema.org/EventCancelled"


@pytest.mark.parametrize("slug", Page.ADDRESSES)
def test_the_pages_of_the_site_have_a_first_text(client, slug):
    page = client.get(f"/{slug}/").content.decode()
    assert Page.objects.get(slug=slug).title in page
    assert f"/{slug}/" in client.get("/").content.decode()


def test_an_officer_changes_a_page_and_its_text_is_cleaned(client):
    page = Page.objects.get(slug="adherer")
    client.force_login(UserFactory(role="editor"))
    url = reverse("admin:articles_page_change", args=[page.pk])
    client.post(url, {"title": "Adhérer", "body": "<p>Écrivez-nous :</p><script>x</script>"})
    shown = client.get("/adherer/").content.decode()
    assert "Écrivez-nous\u202f:" in shown
    assert "<script>x" not in shown

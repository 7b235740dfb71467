"""What each reader sees of an article, wherever it appears: nothing reserved leaks."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, ArticleVisibility, Status
from tests.factories import (
    ArticleFactory,
    AttachmentFactory,
    CategoryFactory,
    CommitmentFactory,
    DemandStepFactory,
    MeetingFactory,
    ReactionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NNBSP = "\u202f"


def text(client, url):
    return client.get(url).content.decode()


def outlets(article):
    pages = [
        reverse("home"),
        reverse("articles:list"),
        article.category.get_absolute_url(),
        article.get_absolute_url(),
        reverse("articles:print", args=[article.slug]),
    ]
    if article.meeting:
        pages += [reverse("meetings:list"), article.meeting.get_absolute_url()]
    return pages


def test_on_paper_the_page_says_of_which_day_it_is_and_asks_nobody_to_sign_in(client):
    article = ArticleFactory(published=True, teaser=True)
    with time_machine.travel("2031-06-02 12:00+02:00"):
        page = text(client, article.get_absolute_url())
    printed = page.split('class="print-only')[1]
    assert f"Page imprimée le 2{NNBSP}juin{NNBSP}2031." in printed
    assert article.get_absolute_url() in printed
    assert '<p class="no-print"><a class="button" href="/compte/login/' in page


def test_a_visitor_reads_a_public_report(client):
    article = ArticleFactory(
        published=True,
        published_at="2025-01-29T09:00:00+01:00",
        kicker="Réunion technique",
        title="Plan probité et protection",
        body="<h2>Les ateliers</h2><p>Quand : demain ! Voir <a href='https://a.example/?b=c:d'>ici</a></p>",
    )
    page = text(client, article.get_absolute_url())
    assert "Réunion technique" in page
    assert f'Posté le <time datetime="2025-01-29">29{NNBSP}janvier{NNBSP}2025</time>' in page
    assert f"Quand{NNBSP}: demain{NNBSP}!" in page
    assert "https://a.example/?b=c:d" in page
    assert "<form" not in page
    assert "csrf" not in page


def test_a_visitor_gets_no_cookie(client):
    article = ArticleFactory(published=True)
    for url in outlets(article):
        assert not client.get(url).cookies


def test_a_teaser_stops_at_the_cut_for_a_visitor(client):
    article = ArticleFactory(
        published=True,
        teaser=True,
        body='<p>Avant la coupure.</p><hr class="cut"><p>CANARI-CORPS</p>',
    )
    for url in outlets(article):
        assert "CANARI" not in text(client, url)
    page = text(client, article.get_absolute_url())
    assert "Avant la coupure." in page
    assert "(Lire la suite…)" in page
    assert f"{reverse('account_login')}?next={article.get_absolute_url()}" in page


@pytest.mark.parametrize(("person", "sees"), [("adherent", True), ("lapsed", False)])
def test_only_adherents_read_past_the_cut(client, person, sees):
    article = ArticleFactory(published=True, teaser=True)
    client.force_login(UserFactory(**{person: True}))
    for url in (article.get_absolute_url(), reverse("articles:print", args=[article.slug])):
        page = text(client, url)
        assert ("La suite réservée." in page) is sees
        assert ("(Lire la suite…)" in page) is not sees


def test_the_way_to_read_on_leads_somewhere_for_each(client):
    article = ArticleFactory(published=True, teaser=True)
    url = article.get_absolute_url()
    assert f'href="{reverse("account_login")}?next={url}"' in text(client, url)
    client.force_login(UserFactory(lapsed=True))
    page = text(client, url)
    assert f'href="{url}#suite"' in page
    assert 'id="suite"' in page


def test_a_marker_written_otherwise_does_not_open_the_rest(client):
    article = ArticleFactory(
        published=True,
        visibility=ArticleVisibility.TEASER,
        body="<p>Avant.</p><ul><li>un<HR CLASS='cut'>CANARI</li></ul><p>CANARI</p>",
    )
    assert "CANARI" not in text(client, article.get_absolute_url())


def test_a_teaser_without_a_marker_shows_a_visitor_no_body(client):
    article = ArticleFactory(
        published=True, visibility=ArticleVisibility.TEASER, body="<p>CANARI</p>"
    )
    assert "CANARI" not in text(client, article.get_absolute_url())
    with pytest.raises(ValidationError, match="coupure"):
        article.full_clean()


def test_nothing_of_a_reserved_report_reaches_a_visitor(client):
    meeting = MeetingFactory(held=True)
    article = ArticleFactory(
        published=True,
        members_only=True,
        kicker="CANARI",
        title="CANARI",
        slug="canari",
        lead="CANARI",
        body="<p>CANARI</p>",
        meeting=meeting,
    )
    AttachmentFactory(article=article, title="CANARI", file__filename="canari.pdf")
    ReactionFactory(article=article, body="CANARI", author__display_name="CANARI")
    for url in outlets(article):
        assert "canari" not in text(client, url).lower().replace(url, "")


@pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW, Status.ARCHIVED])
def test_what_is_not_published_is_for_the_officers_who_write(client, status):
    article = ArticleFactory(published=True, status=status, title="CANARI")
    for person in (None, UserFactory(adherent=True)):
        if person:
            client.force_login(person)
        assert client.get(article.get_absolute_url()).status_code == 404
        assert "CANARI" not in text(client, reverse("articles:list"))
    client.force_login(UserFactory(role="editor"))
    assert "seul le bureau voit cette page" in text(client, article.get_absolute_url())


def test_a_publication_date_to_come_is_waited_for(client):
    article = ArticleFactory(published=True, published_at=timezone.now() + timedelta(hours=1))
    assert (article.status, article.is_published) == ("scheduled", False)
    assert client.get(article.get_absolute_url()).status_code == 404
    assert not Article.objects.published().exists()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("publish_scheduled")
        assert client.get(article.get_absolute_url()).status_code == 200


def test_a_reserved_meeting_is_not_named_by_a_public_report(client):
    meeting = MeetingFactory(members_only=True, title="CANARI", slug="canari")
    article = ArticleFactory(published=True, meeting=meeting)
    assert "canari" not in text(client, article.get_absolute_url()).lower()
    client.force_login(UserFactory(adherent=True))
    assert "CANARI" in text(client, article.get_absolute_url())


def test_a_body_is_cleaned_whichever_way_it_arrives():
    article = ArticleFactory(body='<p onclick="x()">Un<script>alert(1)</script> mot</p>')
    assert article.body == "<p>Un mot</p>"
    Article.objects.filter(pk=article.pk).update(body="<p>Un<img src=x onerror=alert(1)></p>")
    article.refresh_from_db()
    article.save()
    assert "onerror" not in article.full_html


def test_one_partial_save_keeps_the_shown_text_up_to_date():
    article = ArticleFactory()
    article.body = "<p>Nouveau !</p>"
    article.save(update_fields=["body"])
    article.refresh_from_db()
    assert article.full_html == f"<p>Nouveau{NNBSP}!</p>"


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("page", ["home", "articles:list", "category", "meetings:list"])
def test_lists_take_the_same_queries_for_1_row_and_for_100(client, page, signed_in):
    category = CategoryFactory()
    url = category.get_absolute_url() if page == "category" else reverse(page)
    if signed_in:
        client.force_login(UserFactory(adherent=True))

    def fill(count):
        for _ in range(count):
            ArticleFactory(published=True, category=category, meeting=MeetingFactory(held=True))
            MeetingFactory()
            CommitmentFactory(overdue=True, demand=DemandStepFactory().demand)

    fill(1)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    fill(99)
    with CaptureQueriesContext(connection) as hundred:
        client.get(url)
    assert len(hundred) == len(one)
    assert len(one) <= (9 if signed_in else 5)

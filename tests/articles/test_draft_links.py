"""A draft given to read without an account: one version, one reader, for some days."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from articles import editorial
from articles.models import Article, DraftLink
from cgtdouanes.operations.logs import DiscreetFormatter
from tests.factories import ArticleFactory, AttachmentFactory, MeetingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return ArticleFactory(title="À relire", body="<p>Le texte d’aujourd’hui.</p>")


@pytest.fixture
def link(article):
    return DraftLink.objects.create(revision=editorial.begin(article), reader="Inès")


def test_the_link_shows_its_version_to_a_visitor_under_a_watermark(client, article, link):
    answer = client.get(link.secret_address())
    page = answer.content.decode()
    assert "Le texte d’aujourd’hui." in page
    assert page.count("Inès") == 2
    assert "no-store" in answer.headers["Cache-Control"]
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    copy = Article.objects.get(pk=article.pk)
    copy.body = "<p>Le texte de demain.</p>"
    editorial.keep(copy, UserFactory(role="editor"))
    assert "Le texte d’aujourd’hui." in client.get(link.secret_address()).content.decode()


def test_it_opens_neither_the_article_nor_its_files_nor_what_is_reserved(client, article, link):
    article.meeting = MeetingFactory(members_only=True, title="CANARI")
    article.save()
    file = AttachmentFactory(article=article, title="CANARI")
    assert "CANARI" not in client.get(link.secret_address()).content.decode()
    assert client.get(article.get_absolute_url()).status_code == 404
    assert client.get(file.get_absolute_url()).status_code == 404


def test_it_stops_after_its_days_and_when_it_is_taken_back(client, article, link, settings):
    other = DraftLink.objects.create(revision=link.revision, reader="Paul")
    client.force_login(UserFactory(role="editor"))
    url = reverse("admin:articles_article_draft_links", args=[article.pk])
    client.post(url, {"revoke": other.pk})
    client.logout()
    assert client.get(other.secret_address()).status_code == 404
    assert client.get(link.secret_address()).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=settings.DRAFT_LINK_DAYS, minutes=1)):
        assert client.get(link.secret_address()).status_code == 404


@pytest.mark.parametrize("change", [lambda t: "2" + t[1:], lambda t: t[:-1] + "x", lambda t: "1"])
def test_no_other_address_opens_it(client, link, change):
    token = link.secret_address().split("/")[-2]
    forged = change(token) if change(token) != token else token[:-1] + "y"
    assert client.get(reverse("articles:draft", args=[forged])).status_code == 404


def test_its_address_enters_no_log(client, link, caplog):
    link.revoked_at = timezone.now()
    link.save()
    client.get(link.secret_address())
    token = link.secret_address().split("/")[-2]
    assert caplog.records
    assert all(token not in DiscreetFormatter().format(record) for record in caplog.records)


def test_an_officer_makes_one_for_a_named_reader(client, article):
    client.force_login(UserFactory(role="editor"))
    url = reverse("admin:articles_article_draft_links", args=[article.pk])
    told = client.post(url, {"reader": " "}, follow=True).content.decode()
    assert "Dites à qui ce lien est confié" in told
    page = client.post(url, {"reader": "Inès"}, follow=True).content.decode()
    assert DraftLink.objects.get().secret_address() in page

"""The officers' desk for articles: write, preview without saving, publish."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from articles.models import Article, Status
from tests.factories import (
    PDF,
    ArticleFactory,
    AttachmentFactory,
    CategoryFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/articles/article/add/"


@pytest.fixture
def editor(client):
    user = UserFactory(role="editor")
    client.force_login(user)
    return user


def typed(**changes):
    return {
        "kicker": "Réunion technique",
        "title": "Plan probité et protection",
        "slug": "plan-probite",
        "lead": "Un plan.",
        "body": '<h2>Un</h2><p style="color:red">Deux</p><hr class="cut"><p>Trois</p>',
        "category": changes.pop("category", None) or CategoryFactory().pk,
        "meeting": "",
        "visibility": "teaser",
        "reactions_policy": "open",
        "published_at_0": "",
        "published_at_1": "",
        "attachments-TOTAL_FORMS": "1",
        "attachments-INITIAL_FORMS": "0",
        "attachments-0-title": "",
        "attachments-0-kind": "document",
        "attachments-0-visibility": "",
    } | changes


def test_an_editor_publishes_a_report_with_its_pdf(client, editor):
    meeting = MeetingFactory(held=True)
    data = typed(_publish="Publier", meeting=meeting.pk) | {
        "attachments-0-file": SimpleUploadedFile("liminaire.pdf", PDF),
        "attachments-0-title": "Déclaration liminaire",
        "attachments-0-kind": "statement",
        "attachments-0-visibility": "public",
    }
    answer = client.post(ADD, data, follow=True)
    assert "L’article est publié" in answer.content.decode()
    article = Article.objects.get()
    assert article.is_published
    assert article.author == editor
    assert article.meeting == meeting
    assert article.body == '<h2>Un</h2><p>Deux</p><hr class="cut"><p>Trois</p>'
    assert article.attachments.get().title == "Déclaration liminaire"
    client.logout()
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Plan probité et protection" in page
    assert "Déclaration liminaire" in page


def test_a_draft_stays_a_draft(client, editor):
    client.post(ADD, typed())
    assert Article.objects.get().status == Status.DRAFT


def test_a_preview_shows_what_is_typed_and_saves_nothing(client, editor):
    url = reverse("admin:articles_article_preview_new")
    page = client.post(url, typed()).content.decode()
    assert "Plan probité et protection" in page
    assert '<hr class="cut"><p>Trois</p>' in page
    assert not Article.objects.exists()


def test_a_preview_of_an_existing_article_leaves_it_as_it_is(client, editor):
    article = ArticleFactory(published=True, title="Avant", body="<p>Avant</p>")
    url = reverse("admin:articles_article_preview", args=[article.pk])
    page = client.post(url, typed(title="Après", slug=article.slug)).content.decode()
    assert "Après" in page
    article.refresh_from_db()
    assert article.title == "Avant"
    assert article.body == "<p>Avant</p>"


def test_a_preview_runs_no_script(client, editor):
    url = reverse("admin:articles_article_preview_new")
    body = "<p>Un</p><script>alert(1)</script><img src=x onerror=alert(1)><hr class=cut><p>b</p>"
    page = client.post(url, typed(body=body)).content.decode()
    assert "alert(1)" not in page


def test_what_is_wrong_is_said_in_french_and_nothing_typed_is_lost(client, editor):
    page = client.post(ADD, typed(title="", body="<p>Sans coupure</p>")).content.decode()
    assert "Ce champ est obligatoire" in page
    assert "Placez la coupure dans le texte" in page
    assert "Sans coupure" in page
    assert not Article.objects.exists()


@pytest.mark.parametrize("given", ["plan-probite-et-protection", ""])
def test_an_address_that_comes_from_the_title_is_numbered_when_it_is_taken(client, editor, given):
    ArticleFactory(slug="plan-probite-et-protection")
    client.post(ADD, typed(slug=given))
    assert Article.objects.filter(slug="plan-probite-et-protection-2").exists()


def test_an_address_left_empty_is_that_of_the_title_even_later(client, editor):
    article = ArticleFactory(slug="provisoire")
    url = reverse("admin:articles_article_change", args=[article.pk])
    client.post(url, typed(slug="", category=article.category_id))
    article.refresh_from_db()
    assert article.slug == "plan-probite-et-protection"


def test_an_address_that_was_chosen_is_kept_or_refused(client, editor):
    ArticleFactory(slug="prise")
    page = client.post(ADD, typed(slug="prise")).content.decode()
    assert "Cette adresse est déjà celle d’un autre article." in page
    client.post(ADD, typed(slug="libre"))
    assert Article.objects.filter(slug="libre").exists()


def test_a_refused_file_is_explained(client, editor):
    data = typed() | {
        "attachments-0-file": SimpleUploadedFile("virus.pdf", b"<html>"),
        "attachments-0-title": "Pièce",
        "attachments-0-visibility": "public",
    }
    page = client.post(ADD, data).content.decode()
    assert "directement au format PDF" in page
    assert "le navigateur n’a pas gardé les fichiers" in page


def test_an_attachment_is_shown_replaced_and_deleted_where_it_was_given(client, editor):
    attachment = AttachmentFactory(title="Déclaration", article=ArticleFactory())
    article = attachment.article
    url = reverse("admin:articles_article_change", args=[article.pk])
    page = client.get(url).content.decode()
    assert f'<a href="{attachment.get_absolute_url()}">{attachment.name}</a>' in page
    given = {
        "attachments-INITIAL_FORMS": "1",
        "attachments-0-id": attachment.pk,
        "attachments-0-article": article.pk,
        "attachments-0-visibility": "public",
    }
    data = typed(slug=article.slug, category=article.category_id) | given
    client.post(url, data | {"attachments-0-title": "Déclaration liminaire"})
    attachment.refresh_from_db()
    assert attachment.title == "Déclaration liminaire"
    client.post(url, data | {"attachments-0-title": "x", "attachments-0-DELETE": "on", "seen": 2})
    assert not article.attachments.exists()


def test_the_address_of_a_published_report_no_longer_changes(client, editor):
    article = ArticleFactory(published=True)
    url = reverse("admin:articles_article_change", args=[article.pk])
    data = typed(slug="autre-adresse", category=article.category_id, _publish="Publier")
    client.post(url, data)
    slug = article.slug
    article.refresh_from_db()
    assert article.title == "Plan probité et protection"
    assert article.slug == slug


@pytest.fixture
def _may_not_publish(monkeypatch):
    for module in ("articles.admin.articles", "articles.admin.versions", "articles.editorial"):
        monkeypatch.setattr(f"{module}.can_publish", lambda user: False)


@pytest.mark.usefixtures("_may_not_publish", "editor")
def test_who_may_not_publish_cannot_by_any_way(client):
    assert client.post(ADD, typed(_publish="Publier")).status_code == 403
    assert not Article.objects.exists()
    client.post(ADD, typed(status="published"))
    article = Article.objects.get()
    assert article.status == Status.DRAFT
    decision = {"decision": "published", "revision": article.revisions.get().pk}
    url = reverse("admin:articles_article_decide", args=[article.pk])
    assert client.post(url, decision).status_code == 403
    article.refresh_from_db()
    assert article.status == Status.DRAFT


def test_too_long_a_text_is_refused_as_it_is(client, editor):
    page = client.post(ADD, typed(body="<p>x</p>" * 30_000)).content.decode()
    assert "100000" in page.replace("\u202f", "").replace("\xa0", "")
    assert not Article.objects.exists()


def test_the_form_admits_the_editor_by_hashes_and_no_inline_code(client, editor):
    header = client.get(ADD).headers["Content-Security-Policy"]
    assert "unsafe" not in header
    assert header.count("'sha256-") == 2
    assert "'sha256-" not in client.get("/").headers["Content-Security-Policy"]

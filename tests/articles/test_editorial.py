"""The life of an article: versions that never change, two officers, later edits beside it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from articles import editorial
from articles.models import Article, Attachment, Decision, EditorialEvent, Revision, Status
from tests.factories import ArticleFactory, AttachmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer():
    return UserFactory(role="editor")


@pytest.fixture
def second():
    return UserFactory(role="publisher")


@pytest.fixture
def _two_officers(settings):
    settings.PUBLISHING_ALONE = False


def kept(article, by, **values):
    """Keep the article with other values, as the desk does."""
    copy = editorial.working_copy(Article.objects.get(pk=article.pk))
    for name, value in values.items():
        setattr(copy, name, value)
    return editorial.keep(copy, by)


def test_a_version_never_changes(writer):
    revision = kept(ArticleFactory(), writer, title="Deux")
    revision.title = "Trois"
    with pytest.raises(TypeError):
        revision.save()
    with pytest.raises(TypeError):
        Revision.objects.update(title="Trois")
    editorial.submit(revision, writer)
    with pytest.raises(TypeError):
        EditorialEvent.objects.get().save()


def test_a_draft_is_what_was_kept_last(writer):
    article = ArticleFactory(title="Un")
    kept(article, writer, title="Deux")
    revision = kept(article, writer, title="Trois")
    article.refresh_from_db()
    assert article.title == "Trois"
    assert [each.title for each in article.revisions.order_by("number")] == ["Un", "Deux", "Trois"]
    assert article.shown_number == revision.number == 3


def test_what_is_kept_of_a_published_article_waits_beside_it(writer, client):
    article = ArticleFactory(published=True, title="Paru", body="<p>Paru.</p>")
    file = AttachmentFactory(article=article, title="Tract")
    revision = kept(article, writer, title="Corrigé", body="<p>Corrigé.</p>")
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Paru." in page
    assert "Corrigé" not in page
    assert "Tract" in page
    editorial.publish(revision, writer, reason="le chiffre est corrigé")
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Corrigé." in page
    assert "Modifié le" in page
    assert "le chiffre est corrigé" in page
    assert file.title in page


def test_a_first_publication_is_no_modification(writer, client):
    article = ArticleFactory()
    editorial.publish(kept(article, writer, title="Deux"), writer)
    assert "Modifié le" not in client.get(article.get_absolute_url()).content.decode()


def test_the_attachments_follow_their_version(writer, client):
    article = ArticleFactory(published=True)
    shown = AttachmentFactory(article=article, title="Ancienne pièce")
    waiting = AttachmentFactory(article=article, title="Nouvelle pièce", is_shown=False)
    waiting_url = waiting.get_absolute_url()
    assert client.get(waiting_url).status_code == 404
    revision = editorial.keep(Article.objects.get(pk=article.pk), writer, [waiting])
    assert client.get(waiting_url).status_code == 404
    editorial.publish(revision, writer)
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Nouvelle pièce" in page
    assert "Ancienne pièce" not in page
    assert client.get(shown.get_absolute_url()).status_code == 404
    assert client.get(waiting_url).status_code == 200
    assert Attachment.objects.filter(article=article).count() == 2


@pytest.mark.usefixtures("_two_officers")
def test_a_second_officer_approves_one_exact_version(writer, second):
    article = ArticleFactory()
    revision = kept(article, writer, title="À relire")
    with pytest.raises(editorial.NotApproved):
        editorial.publish(revision, writer)
    with pytest.raises(PermissionDenied):
        editorial.approve(revision, writer)
    editorial.submit(revision, writer)
    article.refresh_from_db()
    assert article.status == Status.IN_REVIEW
    editorial.approve(revision, second)
    changed = kept(article, writer, title="Changé après coup")
    with pytest.raises(editorial.Outdated):
        editorial.publish(revision, second)
    with pytest.raises(editorial.NotApproved):
        editorial.publish(changed, second)
    article.refresh_from_db()
    assert article.status == Status.DRAFT
    editorial.approve(changed, second)
    assert editorial.publish(changed, writer).is_published


@pytest.mark.usefixtures("_two_officers")
def test_an_approval_outlives_neither_its_officer_nor_a_claim_of_the_author(writer, second):
    revision = kept(ArticleFactory(), writer, title="À relire")
    EditorialEvent.objects.create(revision=revision, decision=Decision.APPROVED, by=writer)
    EditorialEvent.objects.create(revision=revision, decision=Decision.APPROVED, by=None)
    with pytest.raises(editorial.NotApproved):
        editorial.publish(revision, second)


def test_a_version_is_sent_back_with_a_reason(writer, second):
    article = ArticleFactory()
    revision = kept(article, writer, title="Trop vite")
    editorial.submit(revision, writer)
    with pytest.raises(ValueError, match="why"):
        editorial.send_back(revision, second, "  ")
    editorial.send_back(revision, second, "Il manque la suite donnée au point 2.")
    article.refresh_from_db()
    assert article.status == Status.DRAFT
    assert editorial.review_state(revision) == Decision.RETURNED


def test_a_scheduled_article_comes_out_without_anybody(writer, client):
    article = ArticleFactory(title="Demain")
    revision = kept(article, writer, title="Demain matin")
    editorial.publish(revision, writer, at=timezone.now() + timedelta(hours=12))
    article.refresh_from_db()
    assert article.status == Status.SCHEDULED
    call_command("publish_scheduled")
    assert client.get(article.get_absolute_url()).status_code == 404
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now())
    call_command("publish_scheduled")
    call_command("publish_scheduled")
    assert "Demain matin" in client.get(article.get_absolute_url()).content.decode()
    assert EditorialEvent.objects.filter(decision=Decision.PUBLISHED).count() == 1


def test_what_was_scheduled_may_come_out_at_once(writer):
    article = ArticleFactory()
    revision = kept(article, writer, title="Deux")
    editorial.publish(revision, writer, at=timezone.now() + timedelta(days=1))
    assert editorial.publish(revision, writer).is_published


def test_what_is_kept_after_scheduling_does_not_slip_in(writer, client):
    article = ArticleFactory()
    revision = kept(article, writer, body="<p>Relu.</p>")
    editorial.publish(revision, writer, at=timezone.now() + timedelta(hours=1))
    kept(article, writer, body="<p>Pas relu.</p>")
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now())
    editorial.publish_due()
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Relu." in page
    assert "Pas relu." not in page


def test_an_unscheduled_article_is_a_draft_again(writer):
    article = ArticleFactory()
    editorial.publish(
        kept(article, writer, title="Deux"), writer, at=timezone.now() + timedelta(hours=1)
    )
    editorial.unschedule(article, writer)
    article.refresh_from_db()
    assert (article.status, article.published_at) == (Status.DRAFT, None)


def test_an_archived_article_is_for_officers_and_comes_back(writer, client):
    article = ArticleFactory(published=True)
    day = article.published_at
    editorial.archive(article, writer, "périmé")
    assert client.get(article.get_absolute_url()).status_code == 404
    editorial.publish(kept(article, writer, title="Revu"), writer)
    assert client.get(article.get_absolute_url()).status_code == 200
    article.refresh_from_db()
    assert article.published_at == day


def test_an_older_version_is_taken_up_as_a_new_one(writer):
    article = ArticleFactory(title="Un")
    AttachmentFactory(article=article, title="Tract")
    kept(article, writer, title="Deux")
    first = article.revisions.get(number=1)
    Attachment.objects.update(is_shown=False)
    taken_up = editorial.restore(first, writer)
    article.refresh_from_db()
    assert article.title == "Un"
    assert (taken_up.number, taken_up.restores) == (3, 1)
    assert article.attachments.shown().get().title == "Tract"
    assert article.revisions.count() == 3


@pytest.mark.parametrize("role", ["moderator", "membership_manager"])
def test_who_does_not_write_keeps_and_decides_nothing(role, writer):
    other = UserFactory(role=role)
    article = ArticleFactory()
    revision = kept(article, writer, title="Deux")
    for act in (
        lambda: kept(article, other, title="Trois"),
        lambda: editorial.submit(revision, other),
        lambda: editorial.approve(revision, other),
        lambda: editorial.publish(revision, other),
        lambda: editorial.archive(article, other, ""),
        lambda: editorial.restore(revision, other),
    ):
        with pytest.raises(PermissionDenied):
            act()

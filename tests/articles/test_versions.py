"""The desk of versions: compare, take up again, decide; two officers at once; unsaved writing."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles import editorial
from articles.illustrations import figure
from articles.models import Article, Autosave, Status
from tests.articles.test_desk import ADD, typed
from tests.factories import PDF, ArticleFactory, AttachmentFactory, PictureFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    user = UserFactory(role="editor", display_name="Solène")
    client.force_login(user)
    return user


def page(name, article, *more):
    return reverse(f"admin:articles_article_{name}", args=[article.pk, *more])


def sent(article, **changes):
    """The form of an article sent back, with changes."""
    facts = {
        "title": article.title,
        "slug": article.slug,
        "kicker": article.kicker,
        "lead": article.lead,
        "body": article.body,
        "category": article.category_id,
        "visibility": article.visibility,
        "attachments-TOTAL_FORMS": "0",
    }
    return typed(**{**facts, **changes})


def read(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_saving_a_published_article_keeps_a_version_beside_it(client, editor):
    article = ArticleFactory(published=True, title="Paru")
    client.post(page("change", article), sent(article, title="Corrigé"))
    article.refresh_from_db()
    assert article.title == "Paru"
    form = read(client, page("change", article))
    assert 'value="Corrigé"' in form
    assert "que les lecteurs ne voient pas encore" in form
    data = sent(article, title="Corrigé", seen=2, _publish="Publier", reason="une faute")
    client.post(page("change", article), data)
    assert "une faute" in read(client, article.get_absolute_url())
    assert "Corrigé" in read(client, article.get_absolute_url())


def test_a_form_sent_back_as_it_was_makes_no_version(client, editor):
    client.post(ADD, typed())
    article = Article.objects.get()
    client.post(page("change", article), sent(article, seen=1))
    assert article.revisions.count() == 1


def test_after_a_save_an_officer_is_led_to_where_it_is_read_and_published(client, editor):
    answer = client.post(ADD, typed(), follow=True).content.decode()
    draft = Article.objects.get()
    assert "Seul le bureau voit" in answer
    assert f'<a href="{page("history", draft)}">ouvrez ses versions</a>' in answer
    editorial.publish(editorial.begin(draft), editor)
    draft.refresh_from_db()
    same = client.post(page("change", draft), sent(draft, seen=1), follow=True)
    assert "Seul le bureau voit" not in same.content.decode()
    changed = sent(draft, seen=1, title="Corrigé")
    answer = client.post(page("change", draft), changed, follow=True).content.decode()
    assert "Seul le bureau voit" in answer


def test_of_what_readers_see_nothing_is_left_to_read_and_approve(client, editor):
    article = ArticleFactory()
    revision = editorial.begin(article)
    history = page("history", article)
    second = UserFactory(role="publisher")
    assert "Demander une relecture" in read(client, history)
    client.force_login(second)
    assert "Approuver la version 1" in read(client, history)
    editorial.publish(revision, second)
    shown = read(client, history)
    assert "Demander une relecture" not in shown
    assert "Approuver la version" not in shown
    assert "visible</span>" in shown
    article.refresh_from_db()
    article.title = "Corrigé"
    editorial.keep(article, editor)
    assert "Approuver la version 2" in read(client, history)


def test_what_is_scheduled_is_not_said_to_be_visible(client, editor):
    article = ArticleFactory()
    at = timezone.now() + timedelta(days=1)
    editorial.publish(editorial.begin(article), UserFactory(role="publisher"), at=at)
    history = read(client, page("history", article))
    assert "visible</span>" not in history
    assert "à paraître</span>" in history


def test_one_version_alone_is_compared_to_none(client, editor):
    article = ArticleFactory()
    first = editorial.begin(article)
    assert "Comparer" not in read(client, page("history", article))
    editorial.restore(first, editor)
    assert "Comparer les deux versions choisies" in read(client, page("history", article))


def test_a_draft_is_written_once_with_its_address_and_its_date(client, editor):
    client.post(ADD, typed())
    article = Article.objects.get()
    data = sent(article, title="Corrigé", slug="ailleurs", seen=1, published_at_0="02/03/2026")
    with CaptureQueriesContext(connection) as asked:
        client.post(page("change", article), data | {"published_at_1": "08:30"})
    written = [each for each in asked if each["sql"].startswith('UPDATE "articles_article"')]
    assert len(written) == 1
    article.refresh_from_db()
    assert (article.title, article.slug) == ("Corrigé", "ailleurs")
    assert f"{timezone.localtime(article.published_at):%d/%m/%Y %H:%M}" == "02/03/2026 08:30"
    assert article.revisions.count() == 2


def test_the_second_of_two_officers_is_told_and_loses_nothing(client, editor):
    article = ArticleFactory(body="<p>La direction créera huit emplois.</p>")
    client.get(page("change", article))
    other = editorial.working_copy(Article.objects.get(pk=article.pk))
    other.body = "<p>La direction créera neuf emplois.</p>"
    editorial.keep(other, UserFactory(role="editor", display_name="Yannick"))
    mine = sent(article, body="<p>La direction créera sept emplois.</p>", seen=0)
    told = client.post(page("change", article), mine).content.decode()
    assert "Une autre version de cet article a été enregistrée pendant que vous écriviez" in told
    assert "par Yannick" in told
    assert "créera sept emplois" in told
    assert ">neuf<" in told
    assert article.revisions.count() == 2
    assert 'name="seen" value="2"' in told
    client.post(page("change", article), mine | {"seen": 2})
    article.refresh_from_db()
    assert "sept" in article.body
    assert "neuf" in article.revisions.get(number=2).body


def test_a_file_added_to_a_published_article_waits_with_its_version(client, editor):
    article = ArticleFactory(published=True)
    former = AttachmentFactory(article=article, title="Ancienne pièce")
    data = sent(article) | {
        "attachments-TOTAL_FORMS": "2",
        "attachments-INITIAL_FORMS": "1",
        "attachments-0-id": former.pk,
        "attachments-0-article": article.pk,
        "attachments-0-title": "Ancienne pièce",
        "attachments-0-kind": "document",
        "attachments-0-visibility": "public",
        "attachments-0-DELETE": "on",
        "attachments-1-file": SimpleUploadedFile("neuf.pdf", PDF),
        "attachments-1-title": "Nouvelle pièce",
        "attachments-1-kind": "document",
        "attachments-1-visibility": "public",
    }
    assert client.post(page("change", article), data).status_code == 302
    shown = read(client, article.get_absolute_url())
    assert "Ancienne pièce" in shown
    assert "Nouvelle pièce" not in shown
    form = read(client, page("change", article))
    assert "Nouvelle pièce" in form
    assert "Ancienne pièce" not in form
    client.post(
        page("decide", article),
        {"decision": "published", "revision": editorial.newest_revision(article).pk},
    )
    shown = read(client, article.get_absolute_url())
    assert "Nouvelle pièce" in shown
    assert "Ancienne pièce" not in shown


def test_a_replaced_file_does_not_replace_what_readers_download(client, editor):
    article = ArticleFactory(published=True)
    file = AttachmentFactory(article=article)
    other = PDF + b"% autre\n"
    data = sent(article) | {
        "attachments-TOTAL_FORMS": "1",
        "attachments-INITIAL_FORMS": "1",
        "attachments-0-id": file.pk,
        "attachments-0-article": article.pk,
        "attachments-0-file": SimpleUploadedFile("autre.pdf", other),
        "attachments-0-title": file.title,
        "attachments-0-kind": "document",
        "attachments-0-visibility": "public",
    }
    assert client.post(page("change", article), data).status_code == 302
    file.refresh_from_db()
    assert file.is_shown
    assert article.attachments.count() == 2
    editorial.publish(editorial.newest_revision(article), editor)
    (shown,) = article.attachments.shown()
    assert shown.pk != file.pk
    assert shown.sha256 != file.sha256


@pytest.mark.usefixtures("editor")
def test_versions_are_listed_compared_and_taken_up_again(client):
    article = ArticleFactory(title="Huit emplois", body="<p>Huit emplois seront créés.</p>")
    client.post(page("change", article), sent(article, body="<p>Neuf emplois seront créés.</p>"))
    history = read(client, page("history", article))
    assert "par Solène" in history
    compared = read(client, page("compare", article) + "?de=1&a=2")
    assert ">Huit<" in compared
    assert ">Neuf<" in compared
    assert "Huit emplois seront" in read(client, page("version", article, 1))
    client.post(page("restore", article, 1))
    article.refresh_from_db()
    assert article.body == "<p>Huit emplois seront créés.</p>"
    assert article.revisions.count() == 3


def test_what_no_word_tells_is_told_by_the_comparison(client, editor):
    former, other = PictureFactory.create_batch(2, alt="Le port")
    article = ArticleFactory(body=f"<p>Lire.</p>{figure(former)}")
    file = AttachmentFactory(article=article, title="Tract")
    editorial.begin(article)
    article.body = f'<p><a href="/reunions/">Lire</a>.</p>{figure(former)}'
    editorial.keep(article, editor)
    compared = read(client, page("compare", article) + "?de=1&a=2")
    assert "La mise en forme a changé, ou l’adresse d’un lien." in compared
    article.body = f'<p><a href="/reunions/">Lire</a>.</p>{figure(other)}'
    replaced = AttachmentFactory(article=article, title="Tract", visibility="members")
    editorial.keep(article, editor, [replaced])
    compared = read(client, page("compare", article) + "?de=2&a=3")
    assert "une autre image remplace la précédente" in compared
    assert f'src="{former.get_absolute_url()}" alt="L’image d’avant"' in compared
    assert f'src="{other.get_absolute_url()}" alt="L’image d’après"' in compared
    assert "Fichier remplacé" in compared
    assert "adhérent·es" in compared
    assert file.pk != replaced.pk


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize("asked", ["", "?de=x&a=1", "?de=1&a=99", "?de=-1&a=1"])
def test_versions_that_do_not_exist_are_not_found(client, asked):
    article = ArticleFactory()
    editorial.begin(article)
    assert client.get(page("compare", article) + asked).status_code == 404


def test_a_decision_without_its_reason_or_date_is_explained(client, editor):
    article = ArticleFactory()
    revision = editorial.begin(article)
    for data, said in (
        ({"decision": "returned"}, "Dites pourquoi"),
        ({"decision": "scheduled"}, "Donnez le jour et l’heure"),
        ({"decision": "scheduled", "at_0": "01/01/2020", "at_1": "10:00"}, "Ce moment est passé"),
        ({"decision": "scheduled", "at_0": "demain", "at_1": "10:00"}, "Donnez le jour comme"),
    ):
        answer = client.post(
            page("decide", article),
            data | {"revision": revision.pk, "reason": "Mes mots"}
            if "returned" not in data.values()
            else data | {"revision": revision.pk},
        )
        assert answer.status_code == 422
        assert said in answer.content.decode()
    article.refresh_from_db()
    assert article.status == Status.DRAFT


def test_a_decision_about_an_older_version_is_refused(client, editor):
    article = ArticleFactory()
    first = editorial.begin(article)
    client.post(page("change", article), sent(article, title="Deux", seen=1))
    answer = client.post(
        page("decide", article), {"decision": "published", "revision": first.pk}, follow=True
    )
    assert "Une version plus récente a été enregistrée" in answer.content.decode()
    article.refresh_from_db()
    assert article.status == Status.DRAFT


def test_alone_where_two_are_needed_publishing_asks_for_a_second_reading(client, editor, settings):
    settings.PUBLISHING_ALONE = False
    answer = client.post(ADD, typed(_publish="Publier"), follow=True)
    assert "Une deuxième personne du bureau doit approuver" in answer.content.decode()
    article = Article.objects.get()
    assert article.status == Status.IN_REVIEW
    other = UserFactory(role="editor")
    client.force_login(other)
    decision = {"revision": editorial.newest_revision(article).pk}
    client.post(page("decide", article), decision | {"decision": "approved"})
    client.post(page("decide", article), decision | {"decision": "published"})
    article.refresh_from_db()
    assert article.is_published


def test_what_is_typed_is_kept_and_taken_up_again(client, editor):
    article = ArticleFactory(title="Avant")
    url = page("autosave", article)
    assert client.post(url, sent(article, title="En cours", seen=0)).status_code == 200
    client.post(url, sent(article, title="En cours de saisie", seen=0))
    assert Autosave.objects.count() == 1
    assert "n’a pas été enregistrée" in read(client, page("change", article))
    assert 'value="En cours de saisie"' in read(client, page("change", article) + "?reprendre=1")
    article.refresh_from_db()
    assert article.title == "Avant"
    client.force_login(UserFactory(role="editor"))
    assert "n’a pas été enregistrée" not in read(client, page("change", article))
    client.force_login(editor)
    client.post(page("change", article), sent(article, title="Enregistré", seen=0))
    assert not Autosave.objects.exists()


@pytest.mark.usefixtures("editor")
def test_what_is_typed_of_a_new_article_is_kept_and_thrown_away(client):
    url = reverse("admin:articles_article_autosave_new")
    client.post(url, typed(title="Nouveau", body="<p>Texte</p><script>alert(1)</script>"))
    page = read(client, ADD + "?reprendre=1")
    assert 'value="Nouveau"' in page
    assert "alert(1)" not in page
    client.post(url, {"forget": "1"})
    assert not Autosave.objects.exists()


@pytest.mark.usefixtures("editor")
def test_the_history_takes_the_same_queries_for_1_version_and_for_50(client):
    article = ArticleFactory()
    editorial.begin(article)
    with CaptureQueriesContext(connection) as one:
        read(client, page("history", article))
    for number in range(50):
        copy = Article.objects.get(pk=article.pk)
        copy.title = f"Titre {number}"
        editorial.keep(copy, UserFactory(role="editor"))
    with CaptureQueriesContext(connection) as many:
        read(client, page("history", article))
    assert len(many) == len(one)

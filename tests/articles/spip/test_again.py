"""Importing again: nothing twice; changes there follow, and what was touched here stays."""

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import CommandError, call_command

from articles import editorial
from articles.models import (
    Article,
    Attachment,
    Category,
    LegacyUrl,
    MeetingProposal,
    Picture,
    Reaction,
    Revision,
    SpipImport,
    SpipObject,
)
from articles.spip import run as running
from members.models import OutgoingMail
from tests.factories import UserFactory
from tests.files import picture

pytestmark = pytest.mark.django_db


def everything():
    """All the rows of all the tables."""
    every = apps.get_models(include_auto_created=True)
    rows = [row for model in every for row in model._default_manager.order_by("pk")]
    return serializers.serialize("json", rows)


@pytest.fixture
def full_site(old_site):
    """A site with something of everything."""
    first = old_site.article(
        titre="Réunion technique du 27 février : plan probité",
        texte="Voir [le bilan->doc1] et [l’autre->art2].\n\n<img3|left>",
        chapo="Le chapo.",
    )
    second = old_site.article(titre="Second", texte="Voir [->art1].", statut="prop")
    old_site.article(titre="Renvoi", virtuel="art1")
    old_site.author("Camille", first)
    old_site.word("Effectifs", first, second)
    old_site.document("pdf/bilan.pdf", first, second, titre="Le bilan")
    old_site.missing_document("pdf/perdu.pdf", first)
    old_site.document("jpg/salle.jpg", first, titre="La salle")
    old_site.message(first, texte="Merci", auteur="Claude")
    old_site.message(first, texte="De rien", id_parent=1)
    old_site.url("Plan-probite", "article", first)
    return old_site


def test_a_second_time_changes_nothing(full_site, take_over):
    take_over()
    before = everything()
    assert "Rien n’a changé" in take_over()
    assert everything() == before


def test_a_picture_that_is_the_same_there_is_not_encoded_again(full_site, take_over, monkeypatch):
    take_over()

    def refusing(*arguments):
        raise AssertionError("encoded again")

    monkeypatch.setattr("cgtdouanes.files.pictures.encoded", refusing)
    assert "Rien n’a changé" in take_over()


def test_a_rehearsal_tells_the_same_and_writes_nothing(full_site, take_over, settings):
    before = everything()
    stored = set(settings.MEDIA_ROOT.rglob("*"))
    rehearsed = take_over("--dry-run")
    assert everything() == before
    assert set(settings.MEDIA_ROOT.rglob("*")) == stored
    done = take_over()

    def told(text):
        return [line for line in text.splitlines()[:-1] if "://" not in line]

    assert told(rehearsed) == told(done)
    assert len(told(done)) > 10


def test_a_rehearsal_of_changes_writes_nothing_either(full_site, take_over):
    take_over()
    full_site.change("articles", 1, texte="Autre chose.")
    before = everything()
    assert "mise à jour 1" in take_over("--dry-run")
    assert everything() == before


def test_what_changed_there_follows(client, full_site, take_over):
    take_over()
    full_site.change("articles", 1, texte="Le texte corrigé.", titre="Titre corrigé")
    full_site.change("articles", 2, statut="publie")
    full_site.change("forum", 1, texte="Merci beaucoup")
    full_site.change("rubriques", 1, titre="Vie de la section")
    full_site.document("pdf/ajout.pdf", 1, titre="L’ajout")
    article = Article.objects.get(slug__startswith="reunion")
    take_over()
    first = Article.objects.get(pk=article.pk)
    assert (first.title, first.body) == ("Titre corrigé", "<p>Le texte corrigé.</p>")
    assert first.slug == article.slug
    assert first.published_at == article.published_at
    assert [revision.number for revision in first.revisions.order_by("number")] == [1, 2]
    assert first.shown_number == 2
    assert Article.objects.get(title="Second").status == "published"
    assert Reaction.objects.filter(body="Merci beaucoup").exists()
    assert Category.objects.get().title == "Vie de la section"
    assert Attachment.objects.filter(article=first, title="L’ajout").exists()
    assert "Titre corrigé" in client.get(first.get_absolute_url()).content.decode()
    assert not OutgoingMail.objects.exists()
    assert "Rien n’a changé" in take_over()


def test_what_is_taken_away_there_is_no_longer_shown_here(client, full_site, take_over):
    full_site.message(1, texte="Et retour", auteur="Sacha")
    take_over()
    attachment = Attachment.objects.get(article__status="published")
    assert client.get(attachment.get_absolute_url()).status_code == 200
    full_site.change("articles", 1, texte="Sans document.")
    full_site.run("DELETE FROM {}_documents_liens WHERE id_document = 1 AND id_objet = 1")
    full_site.change("forum", 1, statut="off")
    full_site.run("DELETE FROM {}_forum WHERE id_forum = 3")
    told = take_over()
    assert "messages de forum : mise à jour 3" in told
    assert client.get(attachment.get_absolute_url()).status_code == 404
    assert set(Reaction.objects.values_list("status", flat=True)) == {"hidden"}
    assert "Rien n’a changé" in take_over()
    # And comes back with it.
    full_site.change("forum", 1, statut="publie")
    full_site.add("documents_liens", id_document=1, id_objet=1, objet="article")
    take_over()
    assert client.get(attachment.get_absolute_url()).status_code == 200
    assert Reaction.objects.filter(status="published").count() == 2


def test_what_was_decided_here_of_what_is_taken_away_there_stays(full_site, take_over):
    take_over()
    attachment = Attachment.objects.get(article__status="published")
    attachment.title = "Titre du bureau"
    attachment.save()
    Reaction.objects.filter(body="Merci").update(body="Corrigé ici")
    full_site.run("DELETE FROM {}_documents_liens")
    full_site.run("DELETE FROM {}_forum")
    assert "à départager 1" in take_over()
    attachment.refresh_from_db()
    assert attachment.is_shown
    assert Reaction.objects.get(body="Corrigé ici").status == "published"


def test_a_picture_that_changed_there_follows(full_site, take_over):
    take_over()
    before = Picture.objects.get()
    (full_site.images / "jpg/salle.jpg").write_bytes(picture("blue", "PNG"))
    take_over()
    after = Picture.objects.get()
    assert (after.pk, after.key) == (before.pk, before.key)
    assert after.sha256 != before.sha256
    assert "Rien n’a changé" in take_over()


def test_what_was_touched_here_is_left_alone_and_told(full_site, take_over):
    officer = UserFactory(role="publisher")
    take_over()
    article = Article.objects.get(title="Second")
    article.title = "Titre du bureau"
    editorial.keep(article, officer)
    Category.objects.update(title="Du bureau")
    Reaction.objects.filter(parent=None).update(status="hidden")
    full_site.change("articles", 2, texte="Autre chose")
    full_site.change("rubriques", 1, titre="Autre nom")
    full_site.change("forum", 1, texte="Autres mots")
    told = take_over()
    assert "article 2, « Second » : il a changé sur l’ancien site, et ici" in told
    # What was in review is a draft again since the officer kept it.
    assert "ce qui diffère : titre, texte, état\n" in told
    assert "rubrique 1, « Autre nom » : elle a changé" in told
    assert "message 1 de l’article 1" in told
    article.refresh_from_db()
    assert (article.title, "Autre chose" in article.body) == ("Titre du bureau", False)
    assert Category.objects.get().title == "Du bureau"
    assert not Reaction.objects.filter(body="Autres mots").exists()
    lines = SpipImport.objects.first().lines.filter(section="conflict")
    assert {line.article for line in lines} >= {article}


def test_a_version_that_waits_beside_what_is_published_is_touched_too(full_site, take_over):
    officer = UserFactory(role="publisher")
    take_over()
    article = Article.objects.get(status="published")
    article.lead = "Chapo du bureau"
    editorial.keep(article, officer)
    full_site.change("articles", 1, texte="Autre chose")
    assert "à départager 1" in take_over()
    article.refresh_from_db()
    assert "Autre chose" not in article.body


def test_what_was_touched_here_alone_is_nobody_s_trouble(full_site, take_over):
    take_over()
    article = Article.objects.get(title="Second")
    article.title = "Titre du bureau"
    editorial.keep(article, UserFactory(role="publisher"))
    assert "à départager" not in take_over()
    article.refresh_from_db()
    assert article.title == "Titre du bureau"


def test_what_was_deleted_here_does_not_come_back(full_site, take_over):
    take_over()
    Article.objects.get(title="Second").delete()
    Reaction.objects.get(body="De rien").delete()
    assert "supprimé ici depuis la reprise" in take_over()
    assert not Article.objects.filter(title="Second").exists()
    assert not Reaction.objects.filter(body="De rien").exists()
    # What led there no longer does.
    assert "/articles/second/" not in Article.objects.get(status="published").body
    assert "Rien n’a changé" in take_over()


def test_what_is_no_longer_there_stays_here_and_is_told(full_site, take_over):
    take_over()
    full_site.run("DELETE FROM {}_articles WHERE id_article = 2")
    assert "article 2 : il n’est plus sur l’ancien site ; il reste ici" in take_over()
    assert Article.objects.filter(title="Second").exists()


def test_a_link_to_what_comes_later_is_mended(full_site, take_over):
    full_site.article(titre="Récent", texte="Voir [le premier->art1].", date="2024-06-01 10:00:00")
    take_over("--since", "2024-05-01")
    assert "<a " not in Article.objects.get().body
    take_over()
    assert '<a href="/articles/reunion' in Article.objects.get(title="Récent").body


class Fault(Exception):
    pass


def test_a_failure_leaves_whole_batches_and_the_next_run_goes_on(
    old_site, take_over, monkeypatch, settings
):
    monkeypatch.setattr(running, "BATCH", 2)
    for number in range(1, 6):
        old_site.article(titre=f"Article {number}", texte="Voir [le bilan->doc1].")
        old_site.message(number, texte=f"Message {number}")
    old_site.document("pdf/bilan.pdf", 1, 2, 3, 4, 5)
    stored = set(settings.MEDIA_ROOT.rglob("*"))
    keep = running.OldUrls.keep

    def failing(self, wanted):
        wanted = list(wanted)
        if any(each.path == "/spip.php?article4" for each in wanted):
            raise Fault
        keep(self, wanted)

    with monkeypatch.context() as patch:
        patch.setattr(running.OldUrls, "keep", failing)
        with pytest.raises(Fault):
            call_command("import_spip", old_site.dump, "--documents", old_site.images)
    for model, expected in (
        (Article, 2),
        (Revision, 2),
        (Attachment, 2),
        (Reaction, 2),
        (SpipImport, 0),
    ):
        assert model.objects.count() == expected, model
    # The files of the batch that was undone are gone as well.
    assert len(set(settings.MEDIA_ROOT.rglob("*")) - stored) - 2 in (0, 1)
    take_over()
    for model in (Article, Revision, Attachment, Reaction):
        assert model.objects.count() == 5, model
    assert LegacyUrl.objects.filter(article__isnull=False).count() == 5
    assert SpipObject.objects.count() == 1 + 5 + 5 + 5


@pytest.mark.parametrize("fault", [OSError(28, "plus de place"), KeyboardInterrupt()])
def test_a_full_disk_or_an_interruption_is_told_in_plain_words(old_site, monkeypatch, fault):
    old_site.article(titre="Un article")

    def failing(self, wanted):
        raise fault

    monkeypatch.setattr(running.OldUrls, "keep", failing)
    with pytest.raises(CommandError, match="relancez la même commande"):
        call_command("import_spip", old_site.dump, "--documents", old_site.images)
    assert not Article.objects.exists()


def test_files_that_are_no_longer_there_take_nothing_away_here(client, full_site, take_over):
    take_over()
    first = Article.objects.get(status="published")
    for name in ("pdf/bilan.pdf", "jpg/salle.jpg"):
        (full_site.images / name).unlink()
    told = take_over()
    assert "document 1 (bilan.pdf) : le fichier manque dans le dossier des documents" in told
    assert "celui qui a été repris reste" in told
    assert "articles : sans changement 2" in told
    full_site.change("articles", 1, chapo="Chapo corrigé")
    assert "articles : mise à jour 1" in take_over()
    assert Article.objects.get(lead="Chapo corrigé").body == first.body
    for kept in (*Attachment.objects.filter(article=first), Picture.objects.get()):
        assert client.get(kept.get_absolute_url()).status_code == 200
    assert "Rien n’a changé" in take_over()


def test_another_site_does_not_replace_the_one_that_is_here(full_site, take_over):
    take_over()
    full_site.meta(adresse_site="https://www.ancien.example.org/")
    take_over()
    full_site.meta(adresse_site="https://autre.example.org")
    full_site.change("articles", 1, titre="Venu d’ailleurs")
    before = everything()
    with pytest.raises(CommandError, match="remplaceraient"):
        take_over()
    assert everything() == before
    take_over("--same-site")
    assert Article.objects.filter(title="Venu d’ailleurs").exists()


def test_the_file_is_read_and_never_changed(full_site, take_over):
    full_site.dump.chmod(0o400)
    before = full_site.dump.read_bytes()
    take_over()
    assert full_site.dump.read_bytes() == before
    assert [path.name for path in full_site.dump.parent.glob("spip.sqlite*")] == ["spip.sqlite"]


def test_meetings_are_proposed_once(full_site, take_over):
    take_over()
    take_over()
    proposal = MeetingProposal.objects.get()
    assert (proposal.kind, proposal.title, proposal.state) == (
        "technical",
        "Plan probité",
        "proposed",
    )
    assert proposal.on.isoformat() == "2024-02-27"
    assert proposal.article.meeting is None

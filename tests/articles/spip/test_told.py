"""What an import tells: what it did, and what it leaves on the old site."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from articles.models import (
    Article,
    LegacyUrl,
    PdfDue,
    SpipImport,
)
from members.models import OutgoingMail
from tests.factories import UserFactory
from tests.files import picture

pytestmark = pytest.mark.django_db


def test_nobody_is_told_by_mail(old_site, take_over, django_capture_on_commit_callbacks):
    UserFactory(adherent=True)
    today = timezone.localtime().strftime("%Y-%m-%d 00:00:00")
    number = old_site.article(titre="De ce matin", date=today)
    old_site.message(number, texte="Une réponse")
    with django_capture_on_commit_callbacks(execute=True):
        take_over()
    assert not OutgoingMail.objects.exists()
    assert mail.outbox == []
    # Ten thousand PDFs are not made either: each is when it is asked for.
    assert not PdfDue.objects.exists()


def test_what_the_old_site_has_and_nobody_takes_is_told(old_site, take_over):
    number = old_site.article(titre="Un article")
    old_site.author("Camille Durand", email="zqcamille@exemple.test")
    old_site.url("Camille-Durand", "auteur", 1)
    old_site.document("pdf/seul.pdf")
    old_site.document("logo/arton1.jpg", number, mode="logoon")
    old_site.document("vignette.jpg", mode="vignette")
    # Before SPIP 4, no table knew the logos.
    (old_site.images / "arton1.png").write_bytes(picture())
    (old_site.images / "artonomie.png").write_bytes(picture())
    old_site.missing_document("perdu.pdf")
    old_site.document("pdf/charte.pdf")
    old_site.add("documents_liens", id_document=5, id_objet=1, objet="rubrique")
    told = take_over()
    for line in (
        "1 compte :",
        "1 adresse de page d’auteur·rice",
        "document 1 (seul.pdf) : il n’est dans aucun article repris",
        "document 5 (charte.pdf) : il est joint à la rubrique 1",
        "2 logos : ils ne sont pas repris",
        "1 vignette de document",
    ):
        assert line in told
    assert "zqcamille" not in told
    assert "documents et images : non repris 5" in told


def test_since_a_day_takes_what_is_dated_of_it_or_after(old_site, take_over):
    old_site.article(titre="Avant", date="2023-12-31 23:00:00")
    old_site.article(titre="Après", date="2024-01-01 00:00:00")
    take_over("--since", "2024-01-01")
    assert Article.objects.get().title == "Après"
    take_over()
    assert Article.objects.count() == 2


def test_a_run_is_kept_with_its_report(old_site, take_over):
    number = old_site.article(titre="Un article")
    old_site.missing_document("pdf/perdu.pdf", number)
    take_over()
    made = SpipImport.objects.get()
    counts = {row["kind"]: row for row in made.counts}
    assert counts["articles"]["created"] == 1
    assert counts["documents et images"]["skipped"] == 1
    (line,) = made.lines.all()
    assert (line.section, line.article) == ("missing_document", Article.objects.get())
    assert LegacyUrl.objects.filter(article=Article.objects.get()).exists()


def test_briefs_are_told_one_by_one_with_their_page(client, old_site, take_over):
    old_site.run("CREATE TABLE {}_breves (id_breve INTEGER PRIMARY KEY, titre TEXT, statut TEXT)")
    old_site.add("breves", titre="{Grève} du 12", statut="publie")
    old_site.add("breves", titre="Zqbrouillon", statut="prop")
    address = "https://ancien.example.org/spip.php?page=breve&id_breve=1"
    told = take_over()
    assert "2 brèves : elles ne sont pas reprises" in told
    assert "brève 1, « Grève du 12 » : à reprendre en article" in told
    assert address in told
    assert "Zqbrouillon" not in told
    client.force_login(UserFactory(role="editor"))
    url = reverse("admin:articles_spipimport_change", args=[SpipImport.objects.get().pk])
    assert f'<a href="{escape(address)}" rel="nofollow">' in client.get(url).content.decode()

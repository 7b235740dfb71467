"""The documents and pictures that an import brings here, checked by what they are."""

import unicodedata

import pytest

from articles.models import (
    Article,
    Attachment,
    Category,
    Picture,
    Reaction,
)
from articles.spip.files import Folder
from tests.factories import UserFactory
from tests.files import PDF, picture

pytestmark = pytest.mark.django_db


def test_documents_are_checked_by_what_they_are(old_site, take_over):
    number = old_site.article(titre="Un article", texte="Lire [le bilan->doc1].")
    old_site.document("pdf/bilan.pdf", number, titre="Le bilan")
    old_site.document("pdf/faux.pdf", number, content=b"<script>alert(1)</script>")
    old_site.document("txt/ordre-du-jour.txt", number, content=b"Ordre du jour")
    old_site.missing_document("pdf/perdu.pdf", number)
    old_site.missing_document("../../../etc/passwd", number)
    old_site.document("png/trompeur.png", number, content=picture())
    told = take_over()
    names = dict(Attachment.objects.values_list("title", "content_type"))
    assert names == {"Le bilan": "application/pdf", "trompeur.png": "image/jpeg"}
    bilan = Attachment.objects.get(title="Le bilan")
    with bilan.file.open() as content:
        assert content.read() == PDF
    assert f'<a href="{bilan.get_absolute_url()}">le bilan</a>' in Article.objects.get().body
    for line in (
        "document 2 (faux.pdf)",
        "document 3 (ordre-du-jour.txt)",
        "le fichier manque",
        "son emplacement n’est pas dans le dossier",
    ):
        assert line in told


def test_a_document_of_another_site_stays_a_link(old_site, take_over):
    number = old_site.article(titre="Un article", texte="Voir [là->doc2].")
    for name in ("un", "deux"):
        old_site.missing_document(
            f"https://exemple.test/{name}.pdf", number, distant="oui", titre=name, extension="pdf"
        )
    old_site.missing_document("javascript:alert(1)", number, distant="oui", titre="piège")
    told = take_over()
    assert Article.objects.get().body == (
        '<p>Voir <a href="https://exemple.test/deux.pdf">là</a>.</p>'
        '<p><a href="https://exemple.test/un.pdf">un</a> (PDF)</p><p>piège</p>'
    )
    assert "sans adresse que l’on puisse suivre : javascript:alert(1)" in told


def test_a_document_that_is_not_taken_keeps_its_title_and_leads_to_its_article(
    client, old_site, take_over
):
    old_site.article(titre="Un article", texte="<doc1|left>\n\n[->doc1] [à lire->doc1] <img1>")
    old_site.document("odt/motion.odt", content=b"PK\x03\x04", titre="La {motion}")
    told = take_over()
    assert Article.objects.get().body == (
        "<p>La <em>motion</em> (ODT)</p><p>La motion à lire</p><p>La <em>motion</em> (ODT)</p>"
    )
    assert told.count("convertissez-le en PDF") == 1
    answer = client.get("/IMG/odt/motion.odt")
    assert answer.headers["Location"] == Article.objects.get().get_absolute_url()


def test_documents_named_in_plain_words_have_no_address(old_site, take_over):
    old_site.rubrique(titre="Statuts", descriptif="Lire [la charte->doc1].", texte="<doc1>")
    number = old_site.article(titre="Un article", descriptif="Lire [la charte->doc1]. <img2>")
    old_site.document("pdf/charte.pdf", titre="La charte")
    old_site.document("jpg/salle.jpg", titre="La salle")
    old_site.message(number, texte="Et [la charte->doc1] ?")
    told = take_over()
    assert Article.objects.get().lead == "Lire la charte.\nLa salle"
    assert Attachment.objects.get().article == Article.objects.get()
    assert Category.objects.get(title="Statuts").description == "Lire la charte.\nLa charte (PDF)"
    assert Reaction.objects.get().body == "Et la charte ?"
    assert "le descriptif montrait une image" in told


def test_what_was_said_of_a_document_in_the_list_is_told(old_site, take_over):
    number = old_site.article(titre="Un article", texte="<doc2>")
    for said in ("De {mars}", "D’avril"):
        old_site.document(f"pdf/{said[-4:]}.pdf", number, titre="Bilan", descriptif=said)
    told = take_over()
    assert "ce qui en était dit n’est pas repris : De mars" in told
    assert "D’avril" not in told
    assert "D’avril" in Article.objects.get().body


def test_a_file_that_is_a_link_out_of_the_folder_is_refused(old_site, take_over, tmp_path):
    number = old_site.article(titre="Un article")
    outside = tmp_path / "secret.pdf"
    outside.write_bytes(PDF)
    (old_site.images / "lien.pdf").symlink_to(outside)
    old_site.missing_document("lien.pdf", number)
    assert "son emplacement n’est pas dans le dossier" in take_over()
    assert not Attachment.objects.exists()


def test_a_document_of_two_articles_is_in_both_and_its_address_leads_to_what_is_out(
    client, old_site, take_over
):
    draft = old_site.article(titre="Brouillon", statut="prepa")
    out = old_site.article(titre="Publié")
    old_site.document("pdf/bilan.pdf", draft, out)
    take_over()
    assert Attachment.objects.count() == 2
    shown = Attachment.objects.get(article__title="Publié")
    answer = client.get("/IMG/pdf/bilan.pdf")
    assert answer.headers["Location"] == shown.get_absolute_url()


def test_a_path_that_no_disk_can_hold_stops_nothing(old_site, take_over):
    old_site.missing_document(f"{'a' * 5000}.pdf", old_site.article(titre="Un article"))
    assert "le fichier ne peut pas être lu" in take_over()
    assert Article.objects.get().title == "Un article"


def test_a_file_whose_name_another_system_wrote_is_found(old_site, take_over):
    number = old_site.article(titre="Un article")
    # As a copy by FTP through a Mac or through Windows leaves it.
    for name in ("pdf/Été.pdf", "pdf/TRACT.PDF"):
        place = old_site.images / unicodedata.normalize("NFD", name)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(PDF)
    for name in ("pdf/Été.pdf", "pdf/tract.pdf"):
        old_site.missing_document(name, number, extension="pdf")
    take_over()
    assert Attachment.objects.filter(article=Article.objects.get()).count() == 2


def test_what_becomes_of_a_sound_is_told_in_words_of_sounds(old_site, take_over):
    number = old_site.article(titre="Un article", texte="<audio1|center>")
    old_site.document("mp3/appel.mp3", number, content=b"ID3", titre="L’appel")
    assert "les sons et les films (« mp3 ») ne sont pas gardés ici" in take_over()
    assert Article.objects.get().body == "<p>L’appel (MP3)</p>"


def test_the_folder_that_holds_img_will_do(old_site):
    assert Folder(old_site.images.parent).root == old_site.images.resolve()


def test_the_pictures_of_a_text_are_shown_in_it(client, old_site, take_over):
    first = old_site.article(titre="Premier", texte="<img1|left>")
    second = old_site.article(titre="Second", texte="<doc1|right> [la photo->doc1]")
    old_site.document("jpg/salle.jpg", first, second, titre="La salle", largeur=4000, hauteur=3000)
    old_site.document("jpg/faux.jpg", first, content=b"<script>alert(1)</script>")
    take_over()
    picture = Picture.objects.get()
    url = picture.get_absolute_url()
    for article in Article.objects.all():
        # The size is that of the file, whatever the old site says of it.
        assert f'<img src="{url}" width="40" height="30" alt="La salle">' in article.body
    assert not Attachment.objects.exists()
    answer = client.get(url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert client.get("/IMG/jpg/salle.jpg").headers["Location"] == url


def test_the_picture_of_a_draft_is_for_who_writes(client, old_site, take_over):
    old_site.article(titre="Brouillon", statut="prepa", texte="<img1|left>")
    old_site.document("jpg/salle.jpg", titre="La salle")
    take_over()
    picture = Picture.objects.get()
    assert client.get(picture.get_absolute_url()).status_code == 404
    assert client.get("/IMG/jpg/salle.jpg").status_code == 404
    client.force_login(UserFactory(role="editor"))
    assert client.get(picture.get_absolute_url()).status_code == 200

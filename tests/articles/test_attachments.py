"""Attachments: recognised by content, renamed, cleaned, and served with the reader's rights."""

import hashlib
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles.models import Attachment
from tests.factories import PDF, ArticleFactory, AttachmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def upload(content, name="piece.pdf"):
    attachment = Attachment(
        article=ArticleFactory(published=True),
        title="Pièce",
        visibility="public",
        file=SimpleUploadedFile(name, content),
    )
    attachment.full_clean()
    attachment.save()
    return attachment


def picture(kind="JPEG", **options):
    output = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(output, kind, **options)
    return output.getvalue()


def test_a_pdf_is_stored_under_a_generated_name_and_served_under_its_own(client):
    attachment = upload(PDF, "Déclaration liminaire 27.01.pdf")
    assert "claration" not in attachment.file.name
    assert attachment.sha256 == hashlib.sha256(PDF).hexdigest()
    answer = client.get(attachment.get_absolute_url())
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "D%C3%A9claration%20liminaire%2027.01.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


REFUSED = {
    "html.pdf": b"<!doctype html><script>alert(1)</script>",
    "svg.pdf": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "late.pdf": b"<html>" + PDF,
    "cut.pdf": b"%PDF-1.7\n1 0 obj",
    "word.docx": b"PK\x03\x04" + b"\0" * 40,
    "empty.pdf": b" ",
    "half.jpg": picture()[:100],
    "gif.png": b"GIF89a" + b"\0" * 40,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_what_we_accept_is_refused_in_french(name):
    with pytest.raises(ValidationError) as error:
        upload(REFUSED[name], name)
    assert "fichier" in str(error.value) or "PDF" in str(error.value) or "image" in str(error.value)
    assert not Attachment.objects.exists()


def test_too_large_a_file_is_refused(settings):
    settings.UPLOAD_MAX_BYTES = 10
    with pytest.raises(ValidationError, match="dépasse"):
        upload(PDF)


def test_the_name_cannot_change_the_header_nor_the_ending(client):
    attachment = upload(PDF, 'a"\r\nSet-Cookie: x=1; .html')
    answer = client.get(attachment.get_absolute_url())
    answer.close()
    header = answer.headers["Content-Disposition"]
    assert "\n" not in header
    assert attachment.name.endswith(".pdf")


def test_a_picture_loses_its_position():
    exif = Image.Exif()
    exif[0x010F] = "Appareil de Camille"
    attachment = upload(picture(exif=exif), "photo.jpg")
    with attachment.file.open() as file, Image.open(file) as stored:
        assert not stored.getexif()
        assert stored.size == (40, 20)
    assert attachment.content_type == "image/jpeg"


def test_a_photograph_of_several_pictures_keeps_the_first():
    output = io.BytesIO()
    first, second = Image.new("RGB", (40, 20), "red"), Image.new("RGB", (40, 20), "blue")
    first.save(output, "MPO", save_all=True, append_images=[second])
    attachment = upload(output.getvalue(), "photo.jpg")
    assert attachment.content_type == "image/jpeg"
    with attachment.file.open() as file, Image.open(file) as stored:
        assert stored.format == "JPEG"


def test_a_picture_keeps_what_is_transparent():
    output = io.BytesIO()
    Image.new("P", (4, 4), 0).save(output, "PNG", transparency=0)
    attachment = upload(output.getvalue(), "logo.png")
    with attachment.file.open() as file, Image.open(file) as stored:
        assert stored.convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_picture_with_damaged_data_is_refused():
    content = picture("PNG")
    damaged = content[:33] + b"\0\0\0\4eXIfIIxx\0\0\0\0" + content[33:]
    with pytest.raises(ValidationError, match="abîmée"):
        upload(damaged, "photo.png")


def test_a_reserved_file_is_for_adherents(client):
    attachment = AttachmentFactory(members_only=True, title="CANARI")
    assert client.get(attachment.get_absolute_url()).status_code == 404
    assert "CANARI" not in client.get(attachment.article.get_absolute_url()).content.decode()
    client.force_login(UserFactory(adherent=True))
    answer = client.get(attachment.get_absolute_url())
    assert b"".join(answer.streaming_content) == PDF
    assert "CANARI" in client.get(attachment.article.get_absolute_url()).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_with_its_row_and_with_its_article():
    attachment = upload(PDF)
    storage, first = attachment.file.storage, attachment.file.name
    attachment.file = SimpleUploadedFile("autre.pdf", PDF)
    attachment.save()
    assert not storage.exists(first)
    second = attachment.file.name
    assert storage.exists(second)
    attachment.article.delete()
    assert not storage.exists(second)


def test_an_attachment_answers_only_under_its_own_article(client):
    attachment = AttachmentFactory()
    other = ArticleFactory(published=True)
    url = attachment.get_absolute_url().replace(attachment.article.slug, other.slug)
    assert client.get(url).status_code == 404

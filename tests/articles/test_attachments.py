"""Attachments: recognised by content, renamed, cleaned, and served with the reader's rights."""

import hashlib
import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject

from articles.models import Attachment
from tests.factories import (
    PDF,
    ArticleFactory,
    AttachmentFactory,
    DocumentFactory,
    MembershipFactory,
    UserFactory,
)

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


def archive(content=b""):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", content)
    return output.getvalue()


@pytest.mark.usefixtures("wherever_stored")
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


def pdf(xmp="", **said):
    """A PDF of one page, by pypdf; `said` is its description, `xmp` the same in XML."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.metadata = {f"/{name}": value for name, value in said.items()}
    if xmp:
        stream = StreamObject()
        stream.set_data(f"<x:xmpmeta>{xmp}</x:xmpmeta>".encode())
        writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


NAMING = {
    "author": pdf(Title="Tract", Author="Camille Renard"),
    "company": pdf(Title="Tract", Creator="Word", Manager="Camille Renard"),
    "xmp": pdf("<dc:creator><rdf:li>Camille Renard</rdf:li></dc:creator>", Title="Tract"),
}


@pytest.mark.parametrize("content", NAMING.values(), ids=NAMING)
def test_a_pdf_names_nobody_who_wrote_it(content, client):
    assert b"Camille" in content
    answer = client.get(upload(content).get_absolute_url())
    served = b"".join(answer.streaming_content)
    assert b"Camille" not in served
    kept = PdfReader(io.BytesIO(served))
    assert len(kept.pages) == 1
    assert kept.metadata == {"/Title": "Tract"}


@pytest.mark.parametrize(
    "content",
    [
        pdf(Title="Tract", Creator="Word", Producer="Word"),
        pdf(Author="Direction").replace(b"%%EOF", b"% /ByteRange\n%%EOF"),
        PDF,
    ],
    ids=["nobody", "signed", "odd"],
)
def test_a_pdf_that_names_nobody_or_is_signed_is_kept_to_the_byte(content):
    assert upload(content).sha256 == hashlib.sha256(content).hexdigest()


REFUSED = {
    "html.pdf": b"<!doctype html><script>alert(1)</script>",
    "svg.pdf": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "late.pdf": b"<html>" + PDF,
    "cut.pdf": b"%PDF-1.7\n1 0 obj",
    "word.docx": b"PK\x03\x04" + b"\0" * 40,
    "empty.pdf": b" ",
    "half.jpg": picture()[:100],
    "gif.png": b"GIF89a" + b"\0" * 40,
    "page.pdf": b"%PDF-1.4\n<script>alert(1)</script>\n" + PDF,
    "archive.pdf": PDF + archive() + b"%%EOF",
    "gif-and-script.gif": b"GIF89a=1;alert(1)//",
    "old.doc": b"\xd0\xcf\x11\xe0" + b"\0" * 40,
    "bomb.xlsx": archive(b"0" * 10_000_000),
    "bomb.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\x7f\xff\xff\xff" * 2 + b"\x08\2\0\0\0" * 2,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_what_we_accept_is_refused_in_french(name):
    with pytest.raises(ValidationError) as error:
        upload(REFUSED[name], name)
    assert "fichier" in str(error.value) or "PDF" in str(error.value) or "image" in str(error.value)
    assert not Attachment.objects.exists()


def of_office(*names, first=b""):
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as file:
        if first:
            file.writestr("mimetype", first, zipfile.ZIP_STORED)
        for name in names:
            file.writestr(name, "<xml/>")
    return output.getvalue()


OLD = b"\xd0\xcf\x11\xe0" + b"\0" * 40
OFFICE = {
    "tract.docx": (of_office("[Content_Types].xml", "word/document.xml"), "un document Word"),
    "tract.odt": (
        of_office("content.xml", first=b"application/vnd.oasis.opendocument.text"),
        "un document de traitement de texte",
    ),
    "effectifs.xlsx": (of_office("xl/workbook.xml"), "un tableau Excel"),
    "tract.doc": (OLD + "WordDocument".encode("utf-16-le"), "un document Word"),
    "tract.rtf": (b"{\\rtf1 mots}", "un document de traitement de texte"),
    "photos.zip": (of_office("photo.jpg"), "une archive, ou un document d’un autre logiciel"),
}


@pytest.mark.parametrize("name", OFFICE)
def test_who_sends_an_office_file_reads_how_to_make_a_pdf_of_it(name):
    content, kind = OFFICE[name]
    with pytest.raises(ValidationError) as error:
        upload(content, name)
    first, *steps = error.value.messages
    assert first.startswith(f"Ce fichier est {kind}. Faites-en un PDF")
    assert [step.partition("\u202f:")[0] for step in steps[:3]] == [
        "Dans Word, Excel ou PowerPoint",
        "Dans LibreOffice",
        "Dans Google Docs",
    ]


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


@pytest.mark.usefixtures("wherever_stored")
def test_a_reserved_file_is_for_adherents(client):
    attachment = AttachmentFactory(members_only=True, title="CANARI")
    assert client.get(attachment.get_absolute_url()).status_code == 404
    assert "CANARI" not in client.get(attachment.article.get_absolute_url()).content.decode()
    client.force_login(UserFactory(adherent=True))
    answer = client.get(attachment.get_absolute_url())
    assert b"".join(answer.streaming_content) == PDF
    assert "CANARI" in client.get(attachment.article.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("wherever_stored")
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


HOSTILE_NAMES = [
    "../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "photo.jpg.php",
    "a\u202efdp.exe",
    "nul\0l.pdf",
    'x"; filename="y.html',
    "%2e%2e%2f%00.pdf",
    "<img src=x onerror=alert(1)>.pdf",
    ".htaccess",
    "....",
    "é" * 400 + ".pdf",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_only_a_name(client, name):
    attachment = Attachment(
        article=ArticleFactory(published=True), title="Pièce", visibility="public"
    )
    attachment.file = SimpleUploadedFile("x.pdf", PDF)
    attachment.file.file.name = attachment.file.name = name
    attachment.save()
    assert re.fullmatch(r"attachment/[0-9a-f]{32}", attachment.file.name)
    assert attachment.name.endswith(".pdf")
    assert len(attachment.name) <= 110
    assert not set(attachment.name) & set('/\\<>"%;:\0\u202e')
    answer = client.get(attachment.get_absolute_url())
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["Content-Type"] == "application/pdf"


SIZE = len(PDF)
PARTS = [
    ("bytes=0-3", 206, f"bytes 0-3/{SIZE}", PDF[:4]),
    ("bytes=5-", 206, f"bytes 5-{SIZE - 1}/{SIZE}", PDF[5:]),
    ("bytes=-6", 206, f"bytes {SIZE - 6}-{SIZE - 1}/{SIZE}", PDF[-6:]),
    ("bytes=-9999", 206, f"bytes 0-{SIZE - 1}/{SIZE}", PDF),
    ("bytes=2-99999", 206, f"bytes 2-{SIZE - 1}/{SIZE}", PDF[2:]),
    (f"bytes={SIZE}-", 416, f"bytes */{SIZE}", b""),
    ("bytes=-0", 416, f"bytes */{SIZE}", b""),
    # What is not understood is as if it were not asked (RFC 9110, 14.2).
    ("bytes=5-2", 200, None, PDF),
    ("bytes=-", 200, None, PDF),
    ("bytes=0-1,4-5", 200, None, PDF),
    ("octets=0-1", 200, None, PDF),
    ("bytes=٠-٣", 200, None, PDF),
]


@pytest.mark.parametrize(("asked", "status", "said", "content"), PARTS)
@pytest.mark.parametrize("factory", [AttachmentFactory, DocumentFactory])
def test_a_part_of_a_file_is_given_to_who_asks_for_it(
    client, factory, asked, status, said, content
):
    answer = client.get(factory().get_absolute_url(), headers={"Range": asked})
    assert answer.status_code == status
    assert answer.headers.get("Content-Range") == said
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    given = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert given == content
    if status != 416:
        assert answer.headers["Content-Length"] == str(len(content))
        assert answer.headers["Content-Type"] == "application/pdf"


@pytest.mark.usefixtures("wherever_stored")
def test_a_part_is_only_joined_to_a_part_of_the_same_file(client):
    attachment = AttachmentFactory()
    url = attachment.get_absolute_url()
    tag = f'"{attachment.sha256}"'
    for condition, status in ((tag, 206), ('"other"', 200), (f"W/{tag}", 200)):
        answer = client.get(url, headers={"Range": "bytes=0-3", "If-Range": condition})
        assert answer.status_code == status
        assert answer.headers["ETag"] == tag
        assert b"".join(answer.streaming_content) == (PDF if status == 200 else PDF[:4])
    answer = client.get(url, headers={"If-None-Match": tag, "Range": "bytes=0-3"})
    assert answer.status_code == 304


@pytest.mark.usefixtures("wherever_stored")
def test_a_head_says_all_and_gives_nothing(client):
    attachment = AttachmentFactory()
    answer = client.head(attachment.get_absolute_url(), headers={"Range": "bytes=0-3"})
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == str(SIZE)
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.usefixtures("wherever_stored")
def test_each_part_is_for_who_may_read_it(client):
    attachment = AttachmentFactory(members_only=True)
    url = attachment.get_absolute_url()
    ranged = {"Range": "bytes=0-3"}
    assert client.get(url, headers=ranged).status_code == 404
    membership = MembershipFactory(user=UserFactory())
    client.force_login(membership.user)
    assert client.get(url, headers=ranged).status_code == 206
    membership.paid_until = membership.joined_on = timezone.localdate() - timedelta(days=800)
    membership.save()
    tag = f'"{attachment.sha256}"'
    for asked in (ranged, {"If-None-Match": tag}, {**ranged, "If-Range": tag}):
        assert client.get(url, headers=asked).status_code == 404
    assert client.head(url).status_code == 404

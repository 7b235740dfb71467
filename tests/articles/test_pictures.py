"""Pictures in what is written: encoded again, sized, and seen by who may read where they stand."""

import io
import struct
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pypdf import PdfReader

from articles import editorial
from articles.illustrations import figure
from articles.models import Article, DraftLink, Page, Picture
from cgtdouanes.richtext import sanitise
from tests.articles.test_desk import typed
from tests.factories import ArticleFactory, PictureFactory, UserFactory

pytestmark = pytest.mark.django_db

ADD = "/admin/articles/article/add/"
SEND = "/admin/articles/article/illustrations/"
CUT = '<hr class="cut">'


@pytest.fixture
def editor(client):
    user = UserFactory(role="editor")
    client.force_login(user)
    return user


def image(kind="JPEG", size=(2000, 1000), mode="RGB", **options):
    output = io.BytesIO()
    Image.new(mode, size, "red").save(output, kind, **options)
    return output.getvalue()


def send(client, content, name="photo.jpg", **said):
    return client.post(SEND, {"file": SimpleUploadedFile(name, content), "alt": "Un quai"} | said)


def opened(field_file):
    with field_file.open("rb") as file:
        image = Image.open(io.BytesIO(file.read()))
    image.load()
    return image


def standing(picture, before=True, **article):
    """An article in whose text the picture stands, before or after its cut."""
    html = figure(picture)
    body = f"<p>a</p>{html if before else ''}{CUT}<p>b</p>{'' if before else html}"
    return ArticleFactory(published=True, body=body, **article)


def status(client, picture, user=None):
    client.logout()
    if user:
        client.force_login(user)
    return client.get(picture.get_absolute_url()).status_code


@pytest.mark.usefixtures("wherever_stored")
def test_what_an_officer_sends_is_encoded_again_in_three_sizes(client, editor):
    exif = Image.Exif()
    exif[0x010F] = "Appareil de Camille"
    exif[0x0112] = 6  # turned: its width and height change places
    exif.get_ifd(0x8825)[1] = "N"
    content = image(exif=exif, icc_profile=b"x" * 200, comment=b"Camille") + b"<script>alert(1)"
    answer = send(client, content)
    assert answer.status_code == 201
    picture = Picture.objects.get()
    assert answer.json()["src"] == picture.get_absolute_url()
    assert (picture.width, picture.height) == (answer.json()["width"], answer.json()["height"])
    assert picture.height == 2 * picture.width
    for file in (picture.file, picture.copy(480)):
        stored = opened(file)
        assert stored.format == "JPEG"
        assert not stored.getexif()
        assert not {"icc_profile", "comment", "exif"} & stored.info.keys()
        with file.open("rb") as raw:
            assert b"script" not in raw.read()


@pytest.mark.parametrize(
    ("kind", "mode", "stored"),
    [
        ("JPEG", "CMYK", "JPEG"),
        ("PNG", "RGB", "PNG"),
        ("PNG", "RGBA", "PNG"),
        ("WEBP", "RGB", "JPEG"),
        ("WEBP", "RGBA", "PNG"),
        ("GIF", "P", "PNG"),
    ],
)
def test_the_kinds_that_officers_have_become_those_that_every_browser_shows(
    client, editor, kind, mode, stored
):
    color = {"P": 0, "CMYK": (0, 0, 0, 0), "RGBA": (255, 0, 0, 9)}.get(mode, "red")
    output = io.BytesIO()
    Image.new(mode, (700, 30), color).save(output, kind)
    assert send(client, output.getvalue(), "x.svg").status_code == 201
    picture = Picture.objects.get()
    assert picture.content_type == f"image/{stored.lower()}"
    assert opened(picture.file).format == stored
    assert picture.copy(480)
    assert picture.copy(960) is None


def png_bomb():
    """A PNG of some bytes that says it is 30,000 pixels wide and high."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    written = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


REFUSED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.4\n%%EOF",
    "a bomb": png_bomb(),
    "half": image()[:500],
    "gif and script": b"GIF89a=1;alert(1)//",
    "tiff": image("TIFF", (9, 9)),
    "bmp": image("BMP", (9, 9)),
    "empty": b" ",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_or_too_large_is_refused_in_french(client, editor, name):
    answer = send(client, REFUSED[name], "photo.jpg")
    assert answer.status_code == 422
    assert "image" in answer.json()["errors"]["file"][0]
    assert not Picture.objects.exists()


def test_too_heavy_a_picture_is_refused(client, editor, settings):
    settings.UPLOAD_MAX_BYTES = 100
    assert "dépasse" in send(client, image()).json()["errors"]["file"][0]


def test_a_picture_is_described_or_declared_decorative(client, editor):
    refused = send(client, image(), alt=" ")
    assert "Décrivez l’image" in refused.json()["errors"]["alt"][0]
    assert send(client, image(), alt="", is_decorative="on").json()["alt"] == ""


def test_the_editor_finds_the_pictures_of_the_article_again(client, editor):
    picture = PictureFactory(caption="Le quai", credit="Section")
    PictureFactory()
    url = reverse("admin:articles_article_illustrations", args=[picture.article.pk])
    (found,) = client.get(url).json()["results"]
    assert found["src"] == picture.get_absolute_url()
    assert found["thumbnail"] == f"{picture.get_absolute_url()}480/"
    assert (found["alt"], found["caption"], found["credit"]) == ("Un quai", "Le quai", "Section")


def test_without_script_a_picture_is_added_by_the_form(client, editor):
    data = typed() | {
        "illustration-file": SimpleUploadedFile("photo.jpg", image()),
        "illustration-alt": "Un « quai » & <b>",
        "illustration-caption": "Le quai <vide>",
        "illustration-credit": "Section",
    }
    client.post(ADD, data)
    article = Article.objects.get()
    picture = Picture.objects.get()
    assert picture.article == article
    assert article.body.endswith(figure(picture))
    assert "<figcaption>Le quai &lt;vide&gt; " in article.body
    assert editorial.newest_revision(article).body == article.body


def test_of_what_is_published_an_added_picture_waits_with_its_version(client, editor):
    article = ArticleFactory(published=True, body="<p>a</p>", visibility="public")
    url = reverse("admin:articles_article_change", args=[article.pk])
    data = typed(visibility="public", category=article.category_id) | {
        "illustration-file": SimpleUploadedFile("photo.jpg", image()),
        "illustration-is_decorative": "on",
    }
    client.post(url, data)
    picture = Picture.objects.get()
    article.refresh_from_db()
    assert article.body == "<p>a</p>"
    assert figure(picture) in editorial.pending_revision(article).body
    assert status(client, picture) == 404
    editorial.publish(editorial.newest_revision(article), UserFactory(role="publisher"))
    assert status(client, picture) == 200


def test_an_error_elsewhere_asks_for_no_illustration(client, editor):
    page = client.post(ADD, typed(title="")).content.decode()
    assert "Ce champ est obligatoire." in page
    assert "Choisissez une image." not in page
    assert "Décrivez l’image" not in page


def test_an_illustration_that_is_not_complete_is_explained_and_loses_nothing(client, editor):
    data = typed() | {
        "illustration-file": SimpleUploadedFile("photo.jpg", image()),
        "illustration-caption": "Le quai vide",
    }
    page = client.post(ADD, data).content.decode()
    assert "L’illustration n’est pas complète" in page
    assert "Décrivez l’image" in page
    assert "Le quai vide" in page
    assert "choisissez-les de nouveau" in page
    assert not Article.objects.exists()
    assert not Picture.objects.exists()


def test_a_picture_is_served_as_what_it_is_and_under_no_telling_name(client):
    picture = PictureFactory(article=None)
    standing(picture)
    for url, width in ((picture.get_absolute_url(), 1200), (f"/images/{picture.key}/480/", 480)):
        answer = client.get(url)
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"] == 'inline; filename="illustration.jpeg"'
        assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).width == width
        tag = answer.headers["ETag"]
        assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    for width in (481, 1200, 1600, 0):
        assert client.get(f"/images/{picture.key}/{width}/").status_code == (404 if width else 200)


@pytest.mark.usefixtures("wherever_stored")
def test_a_reserved_part_keeps_its_pictures(client):
    adherent, former = UserFactory(adherent=True), UserFactory(lapsed=True)
    before, after, reserved, draft = PictureFactory.create_batch(4, article=None)
    standing(before, teaser=True)
    standing(after, before=False, teaser=True)
    standing(reserved, members_only=True)
    ArticleFactory(body=figure(draft))
    for user in (None, former):
        assert [status(client, each, user) for each in (before, after, reserved, draft)] == [
            *(200, 404, 404, 404)
        ]
    assert [status(client, each, adherent) for each in (before, after, reserved, draft)] == [
        *(200, 200, 200, 404)
    ]
    writer = UserFactory(role="editor")
    assert status(client, draft, writer) == 200


def test_what_is_taken_away_reserved_or_archived_takes_its_pictures_along(client):
    picture = PictureFactory(article=None)
    article = standing(picture, visibility="public")
    assert status(client, picture) == 200
    article.visibility = "members"
    article.save()
    assert status(client, picture) == 404
    article.visibility = "public"
    article.status = "archived"
    article.save()
    assert status(client, picture) == 404
    article.status = "published"
    article.body = "<p>a</p>"
    article.save()
    assert status(client, picture) == 404


def test_a_picture_used_twice_follows_each_text(client):
    picture = PictureFactory(article=None)
    first = standing(picture, members_only=True)
    second = standing(picture, visibility="public")
    assert status(client, picture) == 200
    picture.refresh_from_db()
    assert picture.article == first
    second.body = "<p>a</p>"
    second.save()
    assert status(client, picture) == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("wherever_stored")
def test_a_picture_goes_with_its_article_unless_it_stands_elsewhere(client):
    alone, shared = PictureFactory.create_batch(2, article=None)
    article = ArticleFactory(published=True, body=figure(alone) + figure(shared))
    other = ArticleFactory(published=True)
    editorial.begin(other)
    other.body = f"<p>à venir</p>{figure(shared)}"
    editorial.keep(other, UserFactory(role="editor"))
    storage, names = alone.file.storage, [alone.file.name, alone.copy(480).name]
    assert all(map(storage.exists, names))
    article.delete()
    assert not any(map(storage.exists, names))
    assert storage.exists(shared.file.name)
    assert Picture.objects.get().article == other


def test_the_text_offers_each_size_and_waits_to_load(client):
    picture = PictureFactory(article=None)
    article = standing(picture, visibility="public")
    page = client.get(article.get_absolute_url()).content.decode()
    src = picture.get_absolute_url()
    assert f'srcset="{src}480/ 480w, {src}960/ 960w, {src} 1200w"' in page
    assert 'width="1200" height="8" alt="Un quai"' in page
    assert 'loading="lazy"' in page
    printed = client.get(reverse("articles:print", args=[article.slug])).content.decode()
    assert src in printed
    assert "lazy" not in printed
    assert "srcset" not in printed


def pictures_of_pdf(client, article):
    answer = client.get(reverse("articles:pdf", args=[article.slug]))
    pages = PdfReader(io.BytesIO(answer.getvalue())).pages
    return len({image.name for page in pages for image in page.images})


@pytest.mark.usefixtures("wherever_stored")
def test_the_pdf_has_the_pictures_that_its_reader_may_see(client):
    picture, hidden = (
        PictureFactory(article=None, file__color=color) for color in ("red", "green")
    )
    article = ArticleFactory(
        published=True, teaser=True, body=f"{figure(picture)}<p>a</p>{CUT}{figure(hidden)}"
    )
    assert pictures_of_pdf(client, article) == 1
    client.force_login(UserFactory(adherent=True))
    assert pictures_of_pdf(client, article) == 2


@pytest.mark.usefixtures("wherever_stored")
def test_a_draft_link_shows_the_pictures_of_its_version_alone(client):

    picture, other = PictureFactory.create_batch(2, article=None)
    article = ArticleFactory(body=figure(picture))
    link = DraftLink.objects.create(revision=editorial.begin(article), reader="Une relectrice")
    address = link.secret_address().removeprefix("http://127.0.0.1:8000")
    page = client.get(address).content.decode()
    shown = f"{address}images/{picture.key}/"
    assert f'src="{shown}"' in page
    assert f"{shown}480/ 480w" in page
    assert f'"/images/{picture.key}/' not in page
    answer = client.get(f"{shown}480/")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.get(f"{address}images/{other.key}/").status_code == 404
    link.revoked_at = article.created_at
    link.save()
    assert client.get(shown).status_code == 404


def test_a_page_of_the_site_shows_its_pictures_to_everybody(client):
    picture = PictureFactory(article=None)
    page = Page.objects.get(slug="le-bureau")
    page.body = figure(picture)
    page.save()
    assert status(client, picture) == 200
    page.body = "<p>a</p>"
    page.save()
    assert status(client, picture) == 404


@pytest.mark.usefixtures("editor")
def test_an_officer_illustrates_a_page_of_the_site_from_the_editor(client):
    page = Page.objects.get(slug="le-bureau")
    form = reverse("admin:articles_page_change", args=[page.pk])
    address = reverse("admin:articles_page_illustrations", args=[page.pk])
    assert f'data-illustrations="{address}"' in client.get(form).content.decode()
    undescribed = client.post(address, {"file": SimpleUploadedFile("photo.jpg", image())})
    assert undescribed.status_code == 422
    sent = {"file": SimpleUploadedFile("photo.jpg", image()), "alt": "Le bureau"}
    src = client.post(address, sent).json()["src"]
    assert client.get(address).json()["results"] == []
    shown = f'<figure class="figure"><img src="{src}" alt="Le bureau"></figure>'
    assert client.post(form, {"title": page.title, "body": shown}).status_code == 302
    assert [each["src"] for each in client.get(address).json()["results"]] == [src]
    client.logout()
    assert client.get(src).status_code == 200
    assert src in client.get(page.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 302


@pytest.mark.usefixtures("editor")
def test_without_script_a_page_of_the_site_is_illustrated_by_the_form(client):
    page = Page.objects.get(slug="le-bureau")
    form = reverse("admin:articles_page_change", args=[page.pk])
    data = {"title": page.title, "body": page.body}
    file = {"illustration-file": SimpleUploadedFile("photo.jpg", image())}
    answer = client.post(form, data | file).content.decode()
    assert "L’illustration n’est pas complète" in answer
    assert "choisissez-les de nouveau" in answer
    file["illustration-file"].seek(0)
    assert client.post(form, data | file | {"illustration-alt": "Le bureau"}).status_code == 302
    page.refresh_from_db()
    assert page.body.endswith("</figure>")
    assert page.pictures.get().alt == "Le bureau"
    assert 'enctype="multipart/form-data"' in client.get(form).content.decode()


def test_a_figure_is_written_clean(client):
    picture = PictureFactory(alt='a "b" <c>', caption="<b>d</b>", credit="e & f")
    assert sanitise(figure(picture)) == figure(picture)
    assert '<small class="credit">e &amp; f</small></figcaption>' in figure(picture)


def test_a_picture_of_a_text_that_nobody_saved_is_given_up(django_capture_on_commit_callbacks):
    given_up, standing_in_page, of_article = PictureFactory.create_batch(3, article=None)
    recent = PictureFactory(article=None)
    standing(of_article)
    page = Page.objects.get(slug="le-bureau")
    page.body = figure(standing_in_page)
    page.save()
    old = timezone.now() - timedelta(days=31)
    Picture.objects.exclude(pk=recent.pk).update(uploaded_at=old)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("purge_personal_data")
    assert set(Picture.objects.all()) == {standing_in_page, of_article, recent}
    assert not given_up.file.storage.exists(given_up.file.name)


def test_who_publishes_deletes_an_article_with_its_pictures(client):
    client.force_login(UserFactory(role="publisher"))
    article = standing(PictureFactory(article=None))
    url = f"/admin/articles/article/{article.pk}/delete/"
    assert "post" in client.get(url).content.decode()
    client.post(url, {"post": "yes"})
    assert not Article.objects.exists()
    assert not Picture.objects.exists()

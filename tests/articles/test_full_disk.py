"""No room on the disk: the file is refused in French, and what was typed stays, whole."""

import errno
from functools import partial
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, tempfile
from django.db import transaction

from articles.models import Article, Attachment, Picture
from meetings.models import Meeting
from tests.articles.test_desk import typed
from tests.articles.test_pictures import SEND, image, send
from tests.factories import PDF, ArticleFactory, AttachmentFactory, UserFactory
from tests.meetings import desk_forms

pytestmark = pytest.mark.django_db

ADD = "/admin/articles/article/add/"
REFUSED = "Le disque du site est plein"


@pytest.fixture(autouse=True)
def editor(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    user = UserFactory(role="secretary")
    client.force_login(user)
    return user


@pytest.fixture
def room(monkeypatch):
    """The disk: it takes so many files, and half of the next one."""
    save = FileSystemStorage._save

    def of(files):
        left = [None] * files

        def saved(storage, name, content):
            if left:
                left.pop()
                return save(storage, name, content)
            path = Path(storage.path(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read()[:100])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))

        monkeypatch.setattr(FileSystemStorage, "_save", saved)

    return of


@pytest.fixture
def room_on_the_way(monkeypatch, settings):
    """The temporary folder, without any: large files wait there."""
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100
    full = partial(open, "/dev/full", "w+b")
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", lambda **kwargs: full())


def stored():
    root = Path(default_storage.location)
    return [path for path in root.rglob("*") if path.is_file()]


def attached(count=1):
    data = {"attachments-TOTAL_FORMS": str(count)}
    for number in range(count):
        data |= {
            f"attachments-{number}-file": SimpleUploadedFile("liminaire.pdf", PDF),
            f"attachments-{number}-title": f"Déclaration {number}",
            f"attachments-{number}-kind": "statement",
            f"attachments-{number}-visibility": "public",
        }
    return typed(title="Un titre bien à elle") | data


@pytest.mark.parametrize("already", [0, 1])
def test_a_file_that_finds_no_room_is_refused_and_the_text_stays(client, room, caplog, already):
    room(already)
    answer = client.post(ADD, attached(already + 1))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert REFUSED in page
    assert "Un titre bien à elle" in page
    assert "Déclaration 0" in page
    assert not Article.objects.exists()
    assert not Attachment.objects.exists()
    assert stored() == []
    assert "No room is left for an uploaded file" in caplog.text
    assert "liminaire" not in caplog.text


def test_what_was_typed_is_then_kept_without_the_file(client, room):
    room(0)
    client.post(ADD, attached())
    client.post(ADD, typed(title="Un titre bien à elle"))
    assert Article.objects.get().title == "Un titre bien à elle"


def test_a_large_file_that_finds_no_room_on_its_way_takes_nothing_with_it(
    client, room_on_the_way, caplog
):
    """What comes after it in the form is read too."""
    data = attached() | {"published_at_0": "12/13/2025"}
    page = client.post(ADD, data).content.decode()
    assert REFUSED in page
    assert "Un titre bien à elle" in page
    assert "12/13/2025" in page
    assert not Article.objects.exists()
    assert "No room is left for an upload on its way" in caplog.text


@pytest.mark.parametrize("already", [0, 1, 2])
def test_a_picture_is_there_with_its_copies_or_not_at_all(client, room, already):
    room(already)
    answer = send(client, image())
    assert answer.status_code == 422
    assert REFUSED in str(answer.json()["errors"]["file"])
    assert not Picture.objects.exists()
    assert stored() == []


def test_a_picture_that_finds_no_room_on_its_way_is_refused(client, room_on_the_way):
    answer = client.post(SEND, {"file": SimpleUploadedFile("a.jpg", image()), "alt": "Un quai"})
    assert answer.status_code == 422
    assert REFUSED in str(answer.json()["errors"]["file"])


def test_the_documents_of_a_meeting_are_refused_alike(client, room):
    room(0)
    document = {
        "file": SimpleUploadedFile("odj.pdf", PDF),
        "title": "Ordre du jour",
        "kind": "convening_notice",
        "received_on": "",
        "visibility": "public",
    }
    page = client.post(desk_forms.ADD, desk_forms.sent(documents=[document])).content.decode()
    assert REFUSED in page
    assert "Ordre du jour" in page
    assert not Meeting.objects.exists()
    assert stored() == []


def test_a_file_that_could_not_be_replaced_stays(room):
    attachment = AttachmentFactory()
    before = stored()
    room(0)
    attachment.file = SimpleUploadedFile("autre.pdf", PDF + b"\n%%EOF")
    with pytest.raises(OSError, match="No space"), transaction.atomic():
        attachment.save()
    assert stored() == before
    attachment.refresh_from_db()
    with attachment.file.open("rb") as file:
        assert file.read() == PDF


def test_another_trouble_with_the_disk_is_not_told_as_want_of_room(client, monkeypatch):
    def fail(*args):
        raise OSError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(FileSystemStorage, "_save", fail)
    client.raise_request_exception = False
    answer = client.post(ADD, attached())
    assert answer.status_code == 500
    assert REFUSED not in answer.content.decode()
    assert not Attachment.objects.exists()


def test_a_file_that_was_there_before_is_no_business_of_a_failure(client, room):
    """What is taken back is what this form gave, and nothing else."""
    article = ArticleFactory()
    other = AttachmentFactory(article=article)
    room(0)
    client.post(ADD, attached())
    assert default_storage.exists(other.file.name)

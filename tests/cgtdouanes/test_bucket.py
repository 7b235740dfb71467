"""Files in a bucket that machines share: nobody reads them there, and no page is lost with it."""

import os
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from django.conf import settings as project_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command

from cgtdouanes.operations import server
from members import departure, ledger
from tests.factories import ArticleFactory, AttachmentFactory, UserFactory

pytestmark = pytest.mark.django_db

LONG = bytes(range(256)) * 8192


@pytest.fixture
def away(bucket, settings):
    """The server of the bucket is gone."""
    address = settings.STORAGES["default"]["OPTIONS"]["endpoint_url"]
    move(settings, GONE)
    return address


GONE = "http://127.0.0.1:9"


def move(settings, endpoint_url):
    """Look for the server of the bucket at another address."""
    moved = {"endpoint_url": endpoint_url}
    settings.STORAGES = {
        name: storage | {"OPTIONS": storage["OPTIONS"] | moved}
        if "endpoint_url" in storage.get("OPTIONS", {})
        else storage
        for name, storage in settings.STORAGES.items()
    }


def test_nobody_reads_a_file_without_the_key(bucket, bucket_server):
    name = default_storage.save("piece", ContentFile(b"CANARI"))
    with pytest.raises(HTTPError, match="403"):
        urlopen(f"http://{bucket_server}/{bucket}/media/{name}")
    with pytest.raises(ValueError, match="not accessible"):
        default_storage.url(name)


def test_a_file_is_read_from_where_one_wants(bucket):
    name = default_storage.save("longue", ContentFile(LONG))
    with default_storage.open(name) as file:
        assert file.size == len(LONG)
        file.seek(1_000_000)
        assert file.read(300) == LONG[1_000_000:1_000_300]
        file.seek(-5, os.SEEK_END)
        assert file.read() == LONG[-5:]
        assert file.read() == b""
    with file.open() as again:
        assert again.read() == LONG


def test_two_files_of_one_name_are_two_files(bucket):
    first = default_storage.save("piece", ContentFile(b"1"))
    second = default_storage.save("piece", ContentFile(b"2"))
    with default_storage.open(first) as file:
        assert file.read() == b"1"
    assert second != first
    with pytest.raises(FileNotFoundError):
        default_storage.open("absente")


def test_a_backup_says_that_the_bucket_is_away(away, tmp_path):
    with pytest.raises(CommandError, match="le stockage des fichiers ne répond pas"):
        call_command("backup", tmp_path / "sauvegarde", verbosity=0)
    assert not (tmp_path / "sauvegarde").exists()


def test_a_departure_is_remembered_in_the_bucket(
    bucket, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            departure.leave(UserFactory(), erase_words=False, tell=False)
    assert not settings.ERASURE_LEDGER.exists()
    assert len(ledger.read()) == 2
    assert ledger.copy() == 0
    assert len(storages["erasures"].listdir("")[1]) == 2


def test_a_departure_is_done_while_the_bucket_is_away(
    away, settings, django_capture_on_commit_callbacks
):
    leaver = UserFactory()
    with django_capture_on_commit_callbacks(execute=True):
        departure.leave(leaver, erase_words=False, tell=False)
    assert not type(leaver).objects.filter(pk=leaver.pk).exists()
    move(settings, away)
    assert ledger.copy() == 1


@pytest.mark.django_db(transaction=True)
def test_the_ledger_copied_beside_the_backups_serves_where_the_bucket_was_lost(
    bucket, settings, tmp_path
):
    departure.leave(UserFactory(), erase_words=False, tell=False)
    (gone,) = ledger.read()
    call_command("backup", tmp_path / "sauvegardes", keep=1, verbosity=0)
    storages["erasures"].delete(gone.account)
    assert ledger.read() == []
    settings.ERASURE_LEDGER = tmp_path / "sauvegardes" / "erasures.jsonl"
    assert [each.account for each in ledger.read()] == [gone.account]


def test_the_doctor_looks_at_the_bucket(bucket, bucket_server, settings):
    (found,) = server.bucket()
    assert found.level == 0
    settings.STORAGES["default"]["OPTIONS"]["object_parameters"] = {"ACL": "public-read"}
    settings.STORAGES = {**settings.STORAGES}
    (found,) = server.bucket()
    assert "Tout le monde peut lire" in found.what
    assert default_storage.listdir("") == ([], [])


def test_the_doctor_tells_a_bucket_that_is_away(away):
    (found,) = server.bucket()
    assert "ne répond pas" in found.what


def test_a_file_that_cannot_be_fetched_now_may_be_asked_again_calmly(bucket, settings, client):
    attachment = AttachmentFactory()
    move(settings, GONE)
    client.raise_request_exception = False
    for headers in ({}, {"Range": "bytes=0-3"}):
        answer = client.get(attachment.get_absolute_url(), headers=headers)
        assert answer.status_code == 503
        assert "Le site revient dans un instant" in answer.content.decode()
        assert answer.headers["Retry-After"]


def test_a_page_needs_no_file(away, client):
    article = ArticleFactory(published=True)
    assert client.get(article.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("s3://host/files", "MEDIA_STORAGE s’écrit comme"),
        ("https://key:secret@host/files", "MEDIA_STORAGE s’écrit comme"),
        ("s3://key:secret@host/", "MEDIA_STORAGE s’écrit comme"),
        ("s3+http://key:secret@host/files", "commence par s3:// : en clair"),
    ],
)
def test_an_address_that_does_not_fit_stops_the_start(address, message):
    done = subprocess.run(
        [sys.executable, "-c", "from cgtdouanes import settings"],
        cwd=project_settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "MEDIA_STORAGE": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert message in done.stderr
    assert "secret@host/files" not in done.stderr

"""Files that no row names go by themselves, and never one that somebody may still name."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Attachment, Picture
from cgtdouanes.files import inventory as inventories
from cgtdouanes.files.inventory import inventory, names_in_storage
from cgtdouanes.operations import server
from cgtdouanes.operations.doctor import Level
from tests.factories import AttachmentFactory, DocumentFactory, PictureFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("wherever_stored")]

LEFT = "attachment/00112233445566778899aabbccddeeff"


@pytest.fixture(autouse=True)
def _files_of_their_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"


@pytest.fixture
def days_later(monkeypatch):
    """It is two days later, and all that is stored has had the time to be named."""
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(inventories.timezone, "now", lambda: later)


@pytest.fixture
def files():
    """The names of all that a site has, of every kind."""
    for _ in range(3):
        AttachmentFactory()
    PictureFactory()
    DocumentFactory()
    return {*names_in_storage()}


def leave(name=LEFT):
    """Store what a transaction that never ended would have stored."""
    default_storage.save(name, ContentFile(b"%PDF"))


def purge(*options):
    out = StringIO()
    call_command("purge_personal_data", *options, stdout=out)
    return out.getvalue()


def told():
    return {(finding.level, finding.what) for finding in server.uploads()}


def test_what_no_row_names_goes_once_it_is_old(files, days_later):
    leave()
    leave(f"{LEFT}-480")
    assert (Level.MISSING, "Fichiers déposés que rien ne nomme : 2") in told()
    assert "rien ne nomme : 2 à effacer" in purge("--dry-run")
    assert len([*names_in_storage()]) == len(files) + 2
    assert "rien ne nomme : 2 effacés" in purge()
    assert {*names_in_storage()} == files
    assert "rien ne nomme : 0 effacés" in purge()


def test_what_is_young_belongs_to_who_is_writing(files):
    leave()
    assert "rien ne nomme : 0 effacés" in purge()
    assert LEFT in names_in_storage()
    assert told() == {(Level.GOOD, "Tous les fichiers que la base nomme sont là")}


@pytest.mark.parametrize("name", ["remade/pdf/00112233445566778899aabbccddeeff", "notes.txt"])
def test_what_the_site_did_not_receive_is_none_of_its_business(name, files, days_later):
    leave(name)
    assert "rien ne nomme : 0 effacés" in purge()
    assert default_storage.exists(name)


def test_what_is_named_at_the_last_moment_stays(files, days_later, monkeypatch):
    leave()
    found = inventories._promised_now
    row = Attachment.objects.first()

    def named_meanwhile(names):
        Attachment.objects.filter(pk=row.pk).update(file=LEFT)
        return found(names)

    monkeypatch.setattr(inventories, "_promised_now", named_meanwhile)
    with inventory() as stored:
        assert inventories.remove_orphans(stored) == 0
    assert default_storage.exists(LEFT)


def test_another_database_than_that_of_the_files_costs_none(files, days_later):
    for row in [*Attachment.objects.all(), *Picture.objects.all()]:
        type(row).objects.filter(pk=row.pk)._raw_delete("default")
    for options in ([], ["--dry-run"]):
        with pytest.raises(
            CommandError, match="la base ne vont pas ensemble, aucun n’a été effacé"
        ):
            purge(*options)
    assert {*names_in_storage()} == files
    purge("--many-files")
    assert len([*names_in_storage()]) == 1


def test_another_storage_than_that_of_the_rows_costs_no_file(files, days_later):
    for name in files:
        default_storage.delete(name)
    assert "rien ne nomme : 0 effacés" in purge()
    leave()
    with pytest.raises(CommandError, match="MEDIA_ROOT"):
        purge()
    assert default_storage.exists(LEFT)


def test_a_file_that_was_lost_is_told_by_its_name(files):
    (row,) = Picture.objects.all()
    lost = sorted(row.stored_names())
    assert len(lost) > 1
    for name in lost:
        default_storage.delete(name)
    (finding,) = server.uploads()
    assert finding.level == Level.UNSAFE
    assert f"la base les nomme : {len(lost)}, dont {lost[0]}" in finding.what
    assert "media/" in finding.to_do


def test_a_row_that_goes_meanwhile_has_lost_nothing(files, monkeypatch):
    found = inventories.names_in_storage

    def deleted_meanwhile(folder=""):
        if not folder:
            Attachment.objects.first().delete()
        yield from found(folder)

    monkeypatch.setattr(inventories, "names_in_storage", deleted_meanwhile)
    with inventory() as stored:
        assert not [*stored.lost()]
        assert not [*stored.orphans()]


def test_a_large_site_is_asked_as_often_as_a_small_one(files, django_assert_num_queries):
    def look():
        with inventory() as stored:
            assert not [*stored.lost(), *stored.orphans()]

    with django_assert_num_queries(3):
        look()
    AttachmentFactory.create_batch(20)
    with django_assert_num_queries(3):
        look()

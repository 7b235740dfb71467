"""A backup brings back everything, on an empty site; what is damaged or foreign brings nothing."""

import json
import re
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article, Attachment, Picture
from cgtdouanes.backup import database, media, postgresql
from cgtdouanes.backup.folder import MANIFEST, seal
from cgtdouanes.backup.folder import opened as opened_backup
from cgtdouanes.backup.taking import last_taken
from cgtdouanes.backup.trouble import BackupTrouble
from cgtdouanes.files.inventory import names_in_storage
from cgtdouanes.pages.memory import MEMORY
from members import departure
from members.models import User
from tests.factories import (
    ArticleFactory,
    AttachmentFactory,
    DemandStepFactory,
    DocumentFactory,
    PictureFactory,
    ReactionFactory,
    UserFactory,
)
from tests.pages.asking import ask
from tests.search.asking import found

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _places_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.LAST_BACKUP = tmp_path / "last.json"
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"
    MEMORY.clear()
    yield
    MEMORY.clear()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "sauvegarde"


@pytest.fixture
def section():
    """A site in which every kind of thing has been written."""
    article = ArticleFactory(published=True, title="Le pont de Beauvoisin", body="<p>L’écluse.</p>")
    AttachmentFactory(article=article)
    PictureFactory(article=article)
    ReactionFactory(article=article, body="« Bien » ; œuvre, 5 €\n\t'\"\\")
    DocumentFactory()
    DemandStepFactory()
    UserFactory(role="secretary")
    call_command("rebuild_search", verbosity=0)
    return article


def rows():
    """Every row of every table, of the index too, as the database has it."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found[table] = sorted(map(repr, cursor.fetchall()))
    assert found["articles_article"]
    return found


def files():
    found = {}
    for name in sorted(names_in_storage()):
        with default_storage.open(name) as file:
            found[name] = file.read()
    return found


def backup(folder, **options):
    call_command("backup", folder, verbosity=0, **options)


def restored(folder, capsys, **options):
    call_command("restore", folder, **options)
    return capsys.readouterr().out


def empty(*, to_the_tables=True):
    """Empty the site: of its rows alone, or as a database that was just created."""
    media.remove()
    if not to_the_tables:
        call_command("flush", interactive=False, verbosity=0)
    elif connection.vendor == "sqlite":
        connection.close()
        with (
            closing(sqlite3.connect(":memory:")) as nothing,
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as site,
        ):
            nothing.backup(site)
    else:
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")


@pytest.mark.usefixtures("wherever_stored")
@pytest.mark.parametrize("to_the_tables", [True, False])
def test_everything_comes_back(section, folder, capsys, to_the_tables):
    known_rows, known_files = rows(), files()
    assert len(known_files) >= 3
    backup(folder)
    empty(to_the_tables=to_the_tables)
    said = restored(folder, capsys)
    assert rows() == known_rows
    assert files() == known_files
    assert re.search(r"restauré tel qu’il était le \d+\S*\s\w+\s20\d\d à \d+\sh", said)
    assert said.rstrip().endswith("les personnes parties depuis cette sauvegarde.")
    assert "purge_personal_data" in said
    # What comes after takes numbers of its own, is found and is shown.
    assert "Le pont de Beauvoisin" in found("beauvoisin")
    later = ArticleFactory(published=True, title="Le viaduc de Morez")
    assert later.pk != section.pk
    assert found("morez") == ["Le viaduc de Morez"]


@pytest.mark.parametrize("by_cache", [True, False])
def test_what_visitors_were_shown_of_the_empty_site_is_shown_no_more(
    section, folder, capsys, settings, by_cache
):
    settings.PAGES_SHARED_BY_CACHE = by_cache
    backup(folder)
    empty(to_the_tables=False)
    for _ in range(2):
        assert "Beauvoisin" not in ask("/articles/").text
    assert ask("/articles/").was_kept
    restored(folder, capsys)
    assert "Beauvoisin" in ask("/articles/").text


def test_a_cache_that_is_away_is_told_once_the_site_is_back(section, folder, capsys, monkeypatch):
    backup(folder)
    empty()

    def away():
        raise ConnectionError

    monkeypatch.setattr("cgtdouanes.backup.restoring.counters", away)
    with pytest.raises(CommandError, match="restauré, mais le cache.*purge_personal_data"):
        restored(folder, capsys)
    assert Article.objects.filter(pk=section.pk).exists()


def test_who_left_since_leaves_again(section, folder, capsys):
    person = UserFactory(adherent=True, email="partie@exemple.test")
    backup(folder)
    departure.leave(person, erase_words=True, tell=False)
    empty()
    restored(folder, capsys)
    assert User.objects.filter(email="partie@exemple.test").exists()
    call_command("purge_personal_data", verbosity=0)
    assert not User.objects.filter(email="partie@exemple.test").exists()


def test_a_backup_taken_while_the_site_is_written_to_is_of_one_instant(folder, capsys):
    """Each transaction adds an article and its file, and takes another pair away."""
    stop, begun = Event(), Event()

    def write():
        try:
            while not stop.is_set():
                with transaction.atomic():
                    AttachmentFactory()
                    if Attachment.objects.count() > 5:
                        oldest = Attachment.objects.select_related("article").earliest("pk")
                        oldest.delete()
                        oldest.article.delete()
                begun.set()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        begun.wait(60)
        try:
            backup(folder)
        finally:
            stop.set()
        writing.result()
    empty()
    restored(folder, capsys)
    attachments = Attachment.objects.all()
    assert attachments
    assert Article.objects.count() == len(attachments)
    for each in attachments:
        assert sha256(each.file.read()).hexdigest() == each.sha256
        each.file.close()


def test_a_file_that_comes_and_goes_under_the_eyes_of_a_backup_is_not_promised(
    section, folder, capsys, monkeypatch
):
    """Given after most files were copied, and deleted when the database was just looked at."""
    whole = database.instant
    given = []

    def delete(picture):
        picture.delete()
        connection.close()

    @contextmanager
    def instant():
        if given:
            with whole() as dump:
                yield dump
            return
        given.append(PictureFactory(article=section))
        with whole() as dump, ThreadPoolExecutor(1) as another:
            another.submit(delete, given[0]).result()
            yield dump

    monkeypatch.setattr(database, "instant", instant)
    backup(folder)
    assert given
    assert not capsys.readouterr().err
    empty()
    restored(folder, capsys)
    assert {name for row in Picture.objects.all() for name in row.stored_names()} <= {*files()}
    assert Picture.objects.count() == 1


def test_a_file_that_the_site_had_lost_is_told_and_stops_no_backup(section, folder, capsys):
    attachment = Attachment.objects.get()
    attachment.file.storage.delete(attachment.file.name)
    backup(folder)
    assert "déjà perdu 1 " in capsys.readouterr().err
    empty()
    restored(folder, capsys)
    assert Attachment.objects.get() == attachment


def test_nobody_else_reads_a_backup(section, folder):
    backup(folder)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}


def changed(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def a_file(folder):
    return next(path for path in folder.glob("media/*/*") if path.is_file())


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: changed(next(folder.glob("database.*"))),
        lambda folder: changed(a_file(folder)),
        lambda folder: changed(folder / MANIFEST),
        lambda folder: changed(folder / "SHA256SUMS"),
        lambda folder: next(folder.glob("database.*")).unlink(),
        lambda folder: a_file(folder).unlink(),
        lambda folder: (folder / "media" / "intrus.pdf").write_bytes(b"%PDF"),
        lambda folder: (folder / "media" / "lien").symlink_to("/etc/passwd"),
        lambda folder: (folder / "SHA256SUMS").unlink(),
        lambda folder: (folder / MANIFEST).unlink(),
    ],
)
def test_a_damaged_backup_is_refused_before_anything_is_changed(section, folder, capsys, damage):
    backup(folder)
    empty(to_the_tables=False)
    damage(folder)
    with pytest.raises(CommandError, match="abîmée|n’est pas une sauvegarde"):
        restored(folder, capsys)
    assert database.is_empty()
    assert not list(names_in_storage())


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"site": "https://autre.example"}, "--other-site"),
        ({"database": "oracle"}, "d’une base oracle"),
        ({"database_version": 99}, "plus récent que celui-ci"),
        ({"migrations": ["articles.9999_later"]}, "version plus récente du site"),
        ({"format": "another"}, "d’un autre logiciel"),
        ({"files": 12}, "abîmée"),
    ],
)
def test_a_foreign_backup_is_refused(section, folder, capsys, facts, message):
    backup(folder)
    empty(to_the_tables=False)
    manifest = opened_backup(folder)
    (folder / MANIFEST).unlink()
    (folder / "SHA256SUMS").unlink()
    seal(folder, type(manifest)(**vars(manifest) | facts))
    with pytest.raises(CommandError, match=message):
        restored(folder, capsys)
    assert database.is_empty()


def test_the_backup_of_another_address_is_restored_when_it_is_meant(
    section, folder, capsys, settings
):
    backup(folder)
    empty()
    settings.SITE_URL = "https://essai.example"
    settings.SECRET_KEY = "another key than that of the site that was saved"
    said = restored(folder, capsys, other_site=True)
    assert Article.objects.filter(pk=section.pk).exists()
    assert "SECRET_KEY" in said


def test_a_site_that_is_not_empty_is_left_as_it_is(section, folder, capsys):
    backup(folder)
    section.title = "Changé depuis"
    section.save()
    known = rows()
    with pytest.raises(CommandError, match="n’est pas vide"):
        restored(folder, capsys)
    assert rows() == known


def test_files_that_lie_there_are_not_mixed_with_others(section, folder, capsys):
    backup(folder)
    empty(to_the_tables=False)
    default_storage.save("autre.pdf", ContentFile(b"%PDF"))
    with pytest.raises(CommandError, match="MEDIA_ROOT"):
        restored(folder, capsys)
    assert files() == {"autre.pdf": b"%PDF"}


def test_a_restoration_that_fails_half_way_leaves_nothing(section, folder, capsys, monkeypatch):
    backup(folder)
    empty(to_the_tables=False)

    def full(folder):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(database, "load", full)
    with pytest.raises(CommandError, match="plus de place sur le disque"):
        restored(folder, capsys)
    monkeypatch.undo()
    assert database.is_empty()
    assert not list(names_in_storage())


def test_a_backup_that_fails_half_way_leaves_nothing(section, folder, monkeypatch):
    def full(path, snapshot):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(database.KINDS[database.kind()], "dump", full)
    with pytest.raises(CommandError, match="plus de place sur le disque"):
        backup(folder)
    assert not list(folder.parent.glob("sauvegarde*"))
    assert last_taken() is None


def closed(place, monkeypatch):
    """Close it, as root's home is to the site's account: root, in CI, would enter all the same."""
    seen = Path.is_file, Path.exists

    def refusing(looks):
        def look(path):
            if path.is_relative_to(place):
                raise PermissionError(13, "Permission denied", str(place))
            return looks(path)

        return look

    monkeypatch.setattr(Path, "is_file", refusing(seen[0]))
    monkeypatch.setattr(Path, "exists", refusing(seen[1]))


def test_a_folder_that_the_account_of_the_site_may_not_enter_is_named(
    section, folder, capsys, monkeypatch
):
    backup(folder)
    empty(to_the_tables=False)
    closed(folder.parent / "root", monkeypatch)
    with pytest.raises(CommandError, match="pas accès à .*/root : .*chown"):
        backup(folder.parent / "root" / "sauvegarde")
    with pytest.raises(CommandError, match="pas accès à .*/root : .*chown"):
        restored(folder.parent / "root" / "sauvegarde", capsys)


@pytest.mark.parametrize("where", ["a folder in use", "among the media"])
def test_a_backup_overwrites_nothing_and_is_never_served(section, folder, settings, where):
    if where == "a folder in use":
        folder.mkdir()
        (folder / "mine").write_text("")
    else:
        folder = settings.MEDIA_ROOT / "sauvegarde"
    with pytest.raises(CommandError, match="n’est pas vide|ailleurs"):
        backup(folder)


def test_the_last_ones_are_kept_with_the_newest_ledger(section, tmp_path):
    gathered = tmp_path / "sauvegardes"
    for day in ("2026-01-01T030000", "2026-01-02T030000"):
        (gathered / day).mkdir(parents=True)
        (gathered / day / MANIFEST).write_text("{}")
    (gathered / "à garder").mkdir()
    (gathered / "à garder" / MANIFEST).write_text("{}")
    departure.leave(UserFactory(), erase_words=False, tell=False)
    backup(gathered, keep=2)
    left = sorted(path.name for path in gathered.iterdir())
    assert "2026-01-01T030000" not in left
    assert "2026-01-02T030000" in left
    assert "à garder" in left
    assert len(left) == 4
    assert json.loads((gathered / "erasures.jsonl").read_text())["account"]
    assert last_taken() is not None


def test_what_a_machine_that_stopped_left_half_done_goes_with_the_next_one(section, tmp_path):
    gathered = tmp_path / "sauvegardes"
    beginning = f"{timezone.localtime() - timedelta(hours=3):%Y-%m-%dT%H%M%S}.en-cours"
    for name in ("2026-01-01T030000.en-cours", beginning, "à moi.en-cours"):
        (gathered / name / "media").mkdir(parents=True)
    backup(gathered, keep=2)
    left = {path.name for path in gathered.iterdir() if path.suffix == ".en-cours"}
    assert left == {beginning, "à moi.en-cours"}


@pytest.mark.usefixtures("wherever_stored")
def test_a_file_that_goes_while_it_is_copied_leaves_no_half(section, folder, monkeypatch):
    real = media.shutil.copyfileobj
    name = Attachment.objects.get().file.name

    def cut(source, copy):
        if source.name.endswith(name):
            copy.write(b"%PDF")
            raise FileNotFoundError(name)
        real(source, copy)

    monkeypatch.setattr(media.shutil, "copyfileobj", cut)
    media.copy_out(folder)
    assert media.missing(folder) == {name}
    assert not list(folder.rglob(f"{name}*"))


def test_what_cannot_be_copied_here_is_said_before_anything_is(section, folder, monkeypatch):
    def unable():
        raise BackupTrouble("Il faut pg_dump de la version 42")

    monkeypatch.setattr(database.KINDS[database.kind()], "refuse_unable", unable)
    monkeypatch.setattr(media, "copy_out", lambda folder: pytest.fail("files were copied"))
    with pytest.raises(CommandError, match="version 42"):
        backup(folder)


def test_a_new_server_takes_the_ledger_that_lies_beside_the_backups(
    section, tmp_path, settings, capsys
):
    gathered = tmp_path / "sauvegardes"
    departure.leave(UserFactory(), erase_words=False, tell=False)
    backup(gathered, keep=2)
    kept = settings.ERASURE_LEDGER.read_text()
    empty(to_the_tables=False)
    settings.ERASURE_LEDGER.unlink()
    (folder,) = (path.parent for path in gathered.glob(f"*/{MANIFEST}"))
    restored(folder, capsys)
    assert settings.ERASURE_LEDGER.read_text() == kept


def test_the_programs_of_another_version_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(postgresql, "version", lambda: 42)
    with pytest.raises(BackupTrouble, match="apt install postgresql-client-42"):
        postgresql.dump(tmp_path / "dump", "00000003-1")

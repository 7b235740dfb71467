"""Taking a backup while the site goes on, and keeping the last ones."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cgtdouanes.backup import database, media
from cgtdouanes.backup.folder import MANIFEST, MEDIA, Manifest, seal
from cgtdouanes.backup.media import UNFINISHED
from cgtdouanes.backup.trouble import BackupTrouble, forbidden
from cgtdouanes.operations.trouble import in_french
from cgtdouanes.stores import ledger_lines

LEDGER = "erasures.jsonl"
# Each is named after the moment when it was begun.
NAMED = "%Y-%m-%dT%H%M%S"
# How often it begins again when files are deleted under its eyes.
ATTEMPTS = 20
# No backup takes so long: what is unfinished and older was left by a machine that stopped.
LONGEST = timedelta(days=2)


def take(target: Path) -> Manifest:
    """Write a backup into this folder, which must not hold anything yet.

    Raises BackupTrouble, and then leaves nothing.
    """
    # Its name tells that it is not finished, until it is.
    folder = target.with_name(f"{target.name}{UNFINISHED}")
    shutil.rmtree(folder, ignore_errors=True)
    former = os.umask(0o077)
    try:
        _refuse_place(target)
        folder.mkdir(parents=True)
        manifest = _fill(folder)
        if target.exists():
            target.rmdir()
        folder.rename(target)
        _note(target)
    except PermissionError as error:
        raise forbidden(error) from error
    except OSError as error:
        raise BackupTrouble(
            f"La sauvegarde n’a pas pu être écrite : {in_french(error)}."
        ) from error
    except DatabaseError as error:
        kind = type(error).__name__
        raise BackupTrouble(f"La base de données ne répond pas ({kind}).") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.umask(former)
    return manifest


def take_another(gathered: Path, keep: int) -> tuple[Path, Manifest]:
    """Take one named after this moment, then remove the oldest of this folder beyond `keep`.

    The newest ledger of erasures goes beside them: a restoration needs it, and not an older one.
    """
    target = gathered / timezone.localtime().strftime(NAMED)
    manifest = take(target)
    _copy_ledger(gathered)
    finished = [path.parent for path in gathered.glob(f"*/{MANIFEST}")]
    finished = sorted(path for path in finished if _moment(path.name))
    for old in [*finished[:-keep], *_abandoned(gathered)]:
        shutil.rmtree(old)
    return target, manifest


def _abandoned(gathered: Path) -> Iterator[Path]:
    """Give those that were begun in this folder and never finished, members' data in them."""
    long_ago = timezone.localtime().replace(tzinfo=None) - LONGEST
    for path in gathered.glob(f"*{UNFINISHED}"):
        begun = _moment(path.name.removesuffix(UNFINISHED))
        if begun and begun < long_ago:
            yield path


def _copy_ledger(gathered: Path) -> None:
    partial = gathered / f"{LEDGER}{UNFINISHED}"
    try:
        lines = dict.fromkeys(ledger_lines.lines())
        if lines:
            partial.touch(0o600)
            partial.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            partial.replace(gathered / LEDGER)
    except OSError as error:
        raise BackupTrouble(
            f"Le registre des départs n’a pas pu être copié : {in_french(error)}."
        ) from error


@dataclass(frozen=True)
class Taken:
    """When this machine took a backup, and the folder where it was put."""

    at: datetime
    folder: Path

    def is_there(self) -> bool:
        """Whether the account of the site still finds it where it was put."""
        try:
            return self.folder.exists()
        except PermissionError:
            return False


def last_taken() -> Taken | None:
    """Return when and where this machine last took a backup, or None."""
    try:
        facts = json.loads(Path(settings.LAST_BACKUP).read_text(encoding="utf-8"))
        return Taken(datetime.fromisoformat(facts["at"]), Path(facts["in"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def key_fingerprint() -> str:
    """Return what recognises the SECRET_KEY of this site, and does not reveal it."""
    return salted_hmac("cgtdouanes.backup", "key", algorithm="sha256").hexdigest()[:16]


def _fill(folder: Path) -> Manifest:
    database.refuse_unable()
    missing, migrations = _copy(folder)
    manifest = Manifest(
        site=settings.SITE_URL,
        made_at=timezone.now().isoformat(timespec="seconds"),
        database=database.kind(),
        database_version=database.version(),
        migrations=migrations,
        key=key_fingerprint(),
        files=sum(1 for path in (folder / MEDIA).rglob("*") if path.is_file()),
        missing=missing,
    )
    seal(folder, manifest)
    return manifest


def _copy(folder: Path) -> tuple[int, list[str]]:
    """Copy the database as it is at one instant, and each file that its rows then promise.

    Most files first: few come between them and that instant, and are copied at once. One deleted
    just before that is missing: another instant is chosen, which does not know it any more. Return
    how many are missing at both, which the site had lost before, and the migrations of the copy.
    """
    lost: set[str] = set()
    for _ in range(ATTEMPTS):
        media.copy_out(folder / MEDIA)
        with database.instant() as dump:
            media.copy_out(folder / MEDIA)
            missing = media.missing(folder / MEDIA)
            if missing <= lost:
                applied = MigrationRecorder.Migration.objects.order_by("app", "name")
                migrations = [f"{app}.{name}" for app, name in applied.values_list("app", "name")]
                dump(folder)
                return len(missing), migrations
        lost = missing
    raise BackupTrouble(
        "Des fichiers sont supprimés sans cesse pendant la sauvegarde : relancez-la plus tard."
    )


def _refuse_place(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupTrouble(f"{target} n’est pas vide : choisissez un dossier nouveau.")
    for served in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
        if target.absolute().is_relative_to(Path(served).absolute()):
            raise BackupTrouble(f"{target} est dans les fichiers du site : sauvegardez ailleurs.")


def _moment(name: str) -> datetime | None:
    """When the folder of this name was begun, if `take_another` named it: no other is removed."""
    try:
        return datetime.strptime(name, NAMED)  # noqa: DTZ007  a name, in local time
    except ValueError:
        return None


def _note(target: Path) -> None:
    """Remember when, for `manage.py doctor`."""
    note = Path(settings.LAST_BACKUP)
    note.parent.mkdir(parents=True, exist_ok=True)
    facts = {"at": timezone.now().isoformat(timespec="seconds"), "in": str(target.absolute())}
    note.write_text(json.dumps(facts), encoding="utf-8")

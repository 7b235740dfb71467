"""Restoring a backup on an empty site, whole or not at all."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader

from cgtdouanes.backup import database, media
from cgtdouanes.backup.folder import MEDIA, Manifest, opened
from cgtdouanes.backup.taking import LEDGER, key_fingerprint
from cgtdouanes.backup.trouble import BackupTrouble, forbidden
from cgtdouanes.files.inventory import names_in_storage
from cgtdouanes.operations.trouble import in_french
from cgtdouanes.pages.versions import counters


def restore(folder: Path, *, other_site: bool = False) -> Manifest:
    """Put the site back as this backup has it, brought up to date if it is of an earlier version.

    Raises BackupTrouble, before anything is changed when the backup or the target does not fit.
    """
    try:
        manifest = opened(folder)
    except PermissionError as error:
        raise forbidden(error) from error
    _refuse_foreign(manifest, other_site)
    try:
        _refuse_full_target()
        media.copy_in(folder / MEDIA)
        try:
            database.load(folder)
        except BaseException:
            media.remove()
            raise
        call_command("migrate", interactive=False, verbosity=0)
        call_command("rebuild_search", if_needed=True, verbosity=0)
        _take_back_ledger(folder.parent / LEDGER)
    except OSError as error:
        raise BackupTrouble(
            f"Les fichiers n’ont pas pu être écrits : {in_french(error)}."
        ) from error
    except DatabaseError as error:
        kind = type(error).__name__
        raise BackupTrouble(f"La base de données n’a pas pu être écrite ({kind}).") from error
    _forget_kept_pages()
    return manifest


def has_other_key(manifest: Manifest) -> bool:
    """Whether the site was saved under another SECRET_KEY: second factors do not open then."""
    return manifest.key != key_fingerprint()


def _take_back_ledger(beside: Path) -> None:
    """A new server has no ledger of erasures: it takes the one that lies beside the backups."""
    ledger = Path(settings.ERASURE_LEDGER)
    if beside.exists() and not ledger.exists():
        ledger.touch(0o600)
        ledger.write_bytes(beside.read_bytes())


def _forget_kept_pages() -> None:
    """What visitors were shown of the empty site holds no more."""
    try:
        counters().restart()
    except Exception as error:  # noqa: BLE001  each cache has errors of its own
        kind = type(error).__name__
        raise BackupTrouble(
            f"Le site est restauré, mais le cache ne répond pas ({kind}) : videz-le, puis lancez "
            "« deploy/manage purge_personal_data » avant de rouvrir le site."
        ) from error


def _refuse_foreign(manifest: Manifest, other_site: bool) -> None:
    if manifest.database != database.kind():
        raise BackupTrouble(
            f"Cette sauvegarde est d’une base {manifest.database}, et DATABASE_URL désigne une "
            f"base {database.kind()} : donnez à DATABASE_URL une base de la même sorte."
        )
    if manifest.database_version > database.version():
        raise BackupTrouble(
            f"Cette sauvegarde vient de PostgreSQL {manifest.database_version}, plus récent que "
            f"celui-ci ({database.version()}) : installez la même version, ou une plus récente."
        )
    unknown = set(manifest.migrations) - {
        f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations
    }
    if unknown:
        raise BackupTrouble(
            "Cette sauvegarde vient d’une version plus récente du site (elle connaît "
            f"{min(unknown)}) : installez cette version d’abord."
        )
    if manifest.site != settings.SITE_URL and not other_site:
        raise BackupTrouble(
            f"Cette sauvegarde est celle de {manifest.site}, et ce site est {settings.SITE_URL}. "
            "Si c’est voulu (un essai, un changement d’adresse), ajoutez --other-site."
        )


def _refuse_full_target() -> None:
    if not database.is_empty():
        raise BackupTrouble(
            "La base de ce site n’est pas vide : rien n’y a été changé. Une restauration se fait "
            "dans une base neuve."
        )
    if next(names_in_storage(), None):
        raise BackupTrouble(
            "L’endroit des fichiers déposés (MEDIA_ROOT, ou MEDIA_STORAGE) n’est pas vide : rien "
            "n’y a été changé. Mettez de côté ce qu’il contient."
        )

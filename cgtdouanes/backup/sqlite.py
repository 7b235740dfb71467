"""A copy of an SQLite database, by SQLite's own online backup (sqlite.org/backup.html)."""

from contextlib import closing
from pathlib import Path
from sqlite3 import Connection, Error, connect, sqlite_version_info

from django.db import connection

from cgtdouanes.backup.trouble import BackupTrouble

FILE = "database.sqlite3"


def version() -> int:
    return sqlite_version_info[0]


def dump(path: Path) -> None:
    """Copy in one step: whoever writes meanwhile waits for nothing, and is in the next backup."""
    try:
        with closing(_site()) as site, closing(connect(path)) as copy:
            site.backup(copy)
            # One file, without the journal that the site keeps beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except Error as error:
        raise BackupTrouble(f"La base SQLite n’a pas pu être copiée : {error}.") from error
    if found != "ok":
        raise BackupTrouble(
            "La base SQLite du site est abîmée (integrity_check). Gardez-en une copie, et "
            "restaurez la dernière sauvegarde."
        )


def load(path: Path) -> None:
    connection.close()
    Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(connect(address, uri=True)) as copy, closing(_site()) as site:
            copy.backup(site)
    except Error as error:
        raise BackupTrouble(f"La base SQLite n’a pas pu être écrite : {error}.") from error


def _site() -> Connection:
    return connect(connection.settings_dict["NAME"], timeout=20)

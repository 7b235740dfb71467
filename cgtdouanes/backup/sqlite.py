"""A copy of an SQLite database, by SQLite's own online backup (sqlite.org/backup.html)."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection, Error, connect, sqlite_version_info

from django.db import connection

from cgtdouanes.backup.trouble import BackupTrouble

FILE = "database.sqlite3"


def version() -> int:
    return sqlite_version_info[0]


def refuse_unable() -> None:
    """Python has all that it takes."""


@contextmanager
def instant() -> Iterator[str]:
    """Let the site's connection see the database as it is now, whatever others write meanwhile.

    They wait for nothing: the journal (WAL) keeps what this reader does not see yet.
    """
    with connection.cursor() as cursor:
        # Django's own transactions take the lock of writers at once.
        cursor.execute("BEGIN DEFERRED")
        try:
            # Its first reading is what chooses the instant.
            cursor.execute("SELECT 1 FROM sqlite_master LIMIT 1")
            yield ""
        finally:
            cursor.execute("ROLLBACK")


def dump(path: Path, _snapshot: str) -> None:
    """Copy what the site's connection sees."""
    try:
        with closing(connect(path)) as copy:
            connection.connection.backup(copy)
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

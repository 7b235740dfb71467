"""Opening the database of a SPIP site: its SQLite file, or the backup that SPIP itself makes.

The file is opened for reading alone and never changed; nothing in it is run.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from sqlite3 import Row, connect
from typing import Any, Self

from articles.spip.cells import as_text, decoded
from cgtdouanes.operations.trouble import in_french

_COLUMNS = {
    "articles": ("id_article", "id_rubrique", "titre", "texte", "date", "statut"),
    "rubriques": ("id_rubrique", "id_parent", "titre"),
}
_NOT_SQLITE = {
    b"\x1f\x8b": "Ce fichier est compressé : décompressez-le d’abord (gunzip).",
    b"PK": "Ce fichier est une archive zip : extrayez d’abord la base qu’elle contient.",
}
_HOW_TO_SAVE = (
    "Dans l’espace privé de SPIP, « Maintenance », puis « Sauvegarder la base » : le fichier "
    "obtenu se termine par .sqlite."
)
_WHERE = (
    "Dans la copie d’un site SPIP, les sauvegardes sont dans tmp/dump/ ; la base d’un site sur "
    "SQLite est dans config/bases/."
)


class Unreadable(Exception):
    """The file is not the database of a SPIP site; the message says what to do, in French."""


class Database:
    """The tables of a SPIP site, without their prefix. Raises Unreadable for anything else."""

    def __init__(self, path: Path) -> None:
        _check_file(path)
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = connect(uri, uri=True)
        self._connection.row_factory = sqlite3.Row
        self._connection.text_factory = decoded
        try:
            # A view or a trigger hidden in the file runs nothing; and only tables are read.
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA query_only = ON")
            self.columns = self._read_schema()
            self.prefix = self._find_prefix()
            self._meta = self._read_meta()
        except sqlite3.DatabaseError as error:
            self.close()
            raise Unreadable(
                f"Cette base SQLite est abîmée ou illisible ({error}). Refaites la sauvegarde. "
                f"{_HOW_TO_SAVE}"
            ) from error
        except Unreadable:
            self.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def meta(self, name: str, default: str = "") -> str:
        """Return a setting of the site."""
        return self._meta.get(name, default)

    def count(self, table: str, condition: str = "1", values: Collection[Any] = ()) -> int:
        """Count the rows of a table, 0 where the site has none; `table` has no prefix."""
        if table not in self.columns:
            return 0
        sql = f"SELECT COUNT(*) FROM {self.quoted(table)} WHERE {condition}"  # noqa: S608
        return int(self.execute(sql, list(values)).fetchone()[0])

    def execute(self, sql: str, values: Collection[Any] = ()) -> sqlite3.Cursor:
        """Ask the database a question of our own."""
        return self._connection.execute(sql, tuple(values))

    def rows(self, table: str, condition: str, values: Iterable[Any] = ()) -> Iterator[Row]:
        """Give the rows of a table, none where the site does not have it."""
        if table in self.columns:
            sql = f"SELECT * FROM {self.quoted(table)} WHERE {condition}"  # noqa: S608
            yield from self.execute(sql, list(values))

    def quoted(self, table: str) -> str:
        """Return the whole name of a table, for a query."""
        return f'"{self.prefix}_{table}"'

    def _read_schema(self) -> dict[str, set[str]]:
        """The columns of each real table, by its whole name at first."""
        found = {}
        sql = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        for name, definition in self.execute(sql).fetchall():
            if '"' in name or as_text(definition).upper().startswith("CREATE VIRTUAL"):
                continue
            columns = self.execute(f'PRAGMA table_info("{name}")')
            found[name] = {row["name"] for row in columns}
        return found

    def _find_prefix(self) -> str:
        """Find what the names of the tables begin with, “spip” but for sites that share a base."""
        ending = "_articles"
        names = sorted(self.columns, key=lambda name: (name != "spip_articles", name))
        candidates = [name.removesuffix(ending) for name in names if name.endswith(ending)]
        prefixes = [
            prefix
            for prefix in candidates
            if all(
                self.columns.get(f"{prefix}_{table}", set()).issuperset(columns)
                for table, columns in _COLUMNS.items()
            )
        ]
        if not prefixes:
            missing = "les tables spip_articles et spip_rubriques n’y sont pas"
            if "spip_articles" in self.columns:
                missing = "il manque des colonnes aux tables spip_articles ou spip_rubriques"
            raise Unreadable(
                f"Cette base SQLite n’est pas celle d’un site SPIP 3.2 à 4 : {missing}. "
                f"{_HOW_TO_SAVE}"
            )
        start = f"{prefixes[0]}_"
        self.columns = {
            name.removeprefix(start): columns
            for name, columns in self.columns.items()
            if name.startswith(start)
        }
        return prefixes[0]

    def _read_meta(self) -> dict[str, str]:
        return {as_text(row["nom"]): as_text(row["valeur"]) for row in self._rows_of_meta()}

    def _rows_of_meta(self) -> Iterator[Row]:
        if {"nom", "valeur"} <= self.columns.get("meta", set()):
            yield from self.rows("meta", "1")


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise Unreadable(f"« {path} » est un dossier : donnez le fichier lui-même. {_WHERE}")
    if not path.is_file():
        raise Unreadable(f"Le fichier « {path} » n’existe pas, ou n’est pas un fichier.")
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise Unreadable(
            f"Le fichier « {path} » ne peut pas être lu : {in_french(error)}."
        ) from error
    for mark, message in _NOT_SQLITE.items():
        if start.startswith(mark):
            raise Unreadable(message)
    if not start.startswith(b"SQLite format 3\0"):
        raise Unreadable(
            "Ce fichier n’est pas une base SQLite : un export SQL de MySQL, par exemple, n’est pas "
            f"lu. {_HOW_TO_SAVE} {_WHERE}"
        )
    for ending in ("-wal", "-journal"):
        journal = path.with_name(f"{path.name}{ending}")
        if journal.exists() and journal.stat().st_size:
            raise Unreadable(
                f"Cette base est en cours d’utilisation (un fichier {ending} l’accompagne) : "
                f"copiez-la quand SPIP est arrêté, ou servez-vous de sa sauvegarde. {_HOW_TO_SAVE}"
            )

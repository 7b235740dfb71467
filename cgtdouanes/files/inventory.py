"""What is stored, beside what the rows name: files that were lost, and those that nobody names.

A transaction that a killed process never ended leaves its files in the storage, and nothing else
ever finds them. What is made of the rest, and can be made again, follows a rule of its own.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from sqlite3 import Connection, connect

from django.apps import apps
from django.core.files.storage import default_storage
from django.utils import timezone

from cgtdouanes.files.stored_file import StoredFile

# Stored files whose names begin so can be made again: no backup holds them.
REMADE = "remade/"
# As `uploads.generated_name` gives them, with what is added to the name of a copy: nothing else is
# ever taken for a leftover.
GENERATED = re.compile(r"[a-z]+/[0-9a-f]{32}(-\d+)?(_\w+)?")
# What is younger may belong to a transaction that goes on, or a restoration.
LEFT_ALONE = timedelta(days=1)
BATCH = 1000


def names_in_storage(folder: str = "") -> Iterator[str]:
    """Give the names of all files stored in this folder; of all that were uploaded."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}{name}"
    for name in folders:
        if f"{folder}{name}/" != REMADE:
            yield from names_in_storage(f"{folder}{name}/")


def names_promised() -> Iterator[str]:
    """Give the names of the files that rows of the database promise."""
    for model in _models():
        for row in model._base_manager.iterator():
            yield from row.stored_names()


@dataclass(frozen=True)
class Inventory:
    """What was found at one moment; what moved meanwhile is in neither list."""

    _names: Connection

    @property
    def promised(self) -> int:
        """How many files the rows name."""
        return int(self._names.execute("SELECT count(*) FROM promised").fetchone()[0])

    def lost(self) -> Iterator[str]:
        """Give the names of the files that rows name and that are not stored."""
        for names in self._left_of("promised", "stored"):
            # Deleted with its row meanwhile: not lost.
            yield from sorted(_promised_now(names))

    def orphans(self) -> Iterator[str]:
        """Give the names of the files that no row names, and that nobody may be about to name."""
        for names in self._left_of("stored", "promised"):
            yield from (name for name in names if GENERATED.fullmatch(name) and _is_old(name))

    @property
    def is_doubtful(self) -> bool:
        """Whether this does not look like one site: another database, or another storage, is named.

        What writes were interrupted leaves a file now and then, never as many as there are.
        """
        most = min(self.promised, 10 + self.promised // 10)
        orphans = sum(1 for _ in islice(self.orphans(), most + 1))
        if not orphans:
            return False
        return orphans > most or 2 * sum(1 for _ in self.lost()) > self.promised

    def _left_of(self, these: str, those: str) -> Iterator[tuple[str, ...]]:
        query = f"SELECT name FROM {these} EXCEPT SELECT name FROM {those}"  # noqa: S608  ours
        return _batches(name for (name,) in self._names.execute(query))


@contextmanager
def inventory() -> Iterator[Inventory]:
    """Compare the storage with the rows, in a temporary file: a large site has millions of names.

    Raises OSError when the storage is away.
    """
    with closing(connect("")) as names:
        # The rows first: the file of each is stored before it. What comes in between is too young.
        for table, given in (("promised", names_promised()), ("stored", names_in_storage())):
            names.execute(f"CREATE TABLE {table} (name TEXT PRIMARY KEY) WITHOUT ROWID")
            insert = f"INSERT OR IGNORE INTO {table} VALUES (?)"  # noqa: S608  ours
            names.executemany(insert, ((name,) for name in given))
        yield Inventory(names)


def remove_orphans(found: Inventory) -> int:
    """Delete the files that no row names; return how many. Raises OSError."""
    removed = 0
    for names in _batches(found.orphans()):
        for name in set(names) - _promised_now(names):
            default_storage.delete(name)
            removed += 1
    return removed


def _models() -> Iterator[type[StoredFile]]:
    return (model for model in apps.get_models() if issubclass(model, StoredFile))


def _promised_now(names: tuple[str, ...]) -> set[str]:
    """Return those that a row names at this moment; a copy stands beside the file of its row."""
    files = {*names, *(name.rpartition("-")[0] for name in names)}
    promised = {
        name
        for model in _models()
        for row in model._base_manager.filter(file__in=files)
        for name in row.stored_names()
    }
    return promised & set(names)


def _is_old(name: str) -> bool:
    try:
        return timezone.now() - default_storage.get_modified_time(name) > LEFT_ALONE
    except FileNotFoundError:
        return False


def _batches(names: Iterator[str]) -> Iterator[tuple[str, ...]]:
    while batch := tuple(islice(names, BATCH)):
        yield batch

"""The database, of either kind, copied as it is at one instant while the site goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from django.db import connection

from cgtdouanes.backup import postgresql, sqlite
from cgtdouanes.backup.trouble import BackupTrouble

KINDS: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}

# What the migrations, or the start of an empty site, write by themselves.
WRITTEN_BY_ITSELF = {
    *("django_migrations", "django_content_type", "django_session"),
    *("auth_group", "auth_group_permissions", "auth_permission"),
    "articles_page",
}
# The index of the search, and what SQLite keeps for itself.
BEGINNINGS = ("search_", "sqlite_")


def kind() -> str:
    """Return which of KINDS the site uses. Raises BackupTrouble for any other."""
    if connection.vendor not in KINDS:
        raise BackupTrouble("Seules SQLite et PostgreSQL savent être sauvegardées.")
    return connection.vendor


def version() -> int:
    """Return the number of its version: 15 for PostgreSQL 15.4, 3 for SQLite."""
    return KINDS[kind()].version()


def refuse_unable() -> None:
    """Raise BackupTrouble where this machine has not what it takes: before anything is copied."""
    KINDS[kind()].refuse_unable()


@contextmanager
def instant() -> Iterator[Callable[[Path], None]]:
    """Let every query see the database as it is now, and give what writes that into a folder.

    The latter raises BackupTrouble.
    """
    module = KINDS[kind()]
    with module.instant() as snapshot:
        yield lambda folder: module.dump(folder / module.FILE, snapshot)


def load(folder: Path) -> None:
    """Put the copy in the place of the site's database, whole or not at all."""
    module = KINDS[kind()]
    module.load(folder / module.FILE)


def is_empty() -> bool:
    """Whether nobody has written anything in it: it has no table, or is just migrated."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in WRITTEN_BY_ITSELF or table.startswith(BEGINNINGS):
                continue
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608
            if cursor.fetchone():
                return False
    return True

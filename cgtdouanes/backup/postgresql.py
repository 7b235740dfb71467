"""A copy of a PostgreSQL database, by `pg_dump` and `pg_restore` of the server's own version."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from cgtdouanes.backup.trouble import BackupTrouble

FILE = "database.dump"
# Where Debian and Ubuntu keep the programs of each version.
BESIDE = Path("/usr/lib/postgresql")
# The site may go on meanwhile: what holds a table is waited for no longer than that.
PATIENCE = "60s"


def version() -> int:
    return int(connection.pg_version) // 10000  # type: ignore[attr-defined]


def refuse_unable() -> None:
    """Raise BackupTrouble where `pg_dump` is missing, or of another version."""
    _found("pg_dump")


@contextmanager
def instant() -> Iterator[str]:
    """Let the site's connection see the database as it is now; the name is for `dump`, till then.

    https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # It only waits while files and rows are copied, however long that takes.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def dump(path: Path, snapshot: str) -> None:
    """Copy what this instant saw, in PostgreSQL's custom format, which is compressed."""
    options = ["--format=custom", f"--lock-wait-timeout={PATIENCE}", f"--file={path}"]
    _run("pg_dump", *options, f"--snapshot={snapshot}", "--no-owner", "--no-privileges")


def load(path: Path) -> None:
    """Load it into the tables' place: those of an empty site are dropped, in whatever version."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
    connection.close()
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
    _run("pg_restore", *options, f"--dbname={connection.settings_dict['NAME']}", str(path))


def _run(program: str, *options: str) -> None:
    """Run it on the site's database; the password goes by the environment, unseen by others."""
    settings = connection.settings_dict
    command, secrets = DatabaseClient.settings_to_cmd_args_env(settings | {"NAME": ""}, options)
    # Without its name, psql's database is "postgres", said last: pg_dump is told by PGDATABASE.
    command = [str(_found(program)), *command[1:-1]]
    environment = os.environ | (secrets or {}) | {"PGDATABASE": str(settings["NAME"])}
    done = subprocess.run(  # noqa: S603  a program that was looked for, without a shell
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        # Its first line says what is wrong; the next ones may quote a row.
        said = (done.stderr.strip().splitlines() or [""])[0]
        raise BackupTrouble(f"{program} a échoué : {said}")


def _found(program: str) -> Path:
    """Return the program of the server's version. Raises BackupTrouble when it is not installed."""
    wanted = version()
    installed = BESIDE / str(wanted) / "bin" / program
    found = str(installed) if installed.exists() else shutil.which(program)
    if found:
        said = subprocess.run(  # noqa: S603  as above
            [found, "--version"], capture_output=True, text=True, check=False
        ).stdout
        number = re.search(r"\d+", said)
        if number and int(number[0]) == wanted:
            return Path(found)
    raise BackupTrouble(
        f"Il faut {program} de la version {wanted}, celle du serveur PostgreSQL. "
        f"Debian, Ubuntu : apt install postgresql-client-{wanted}"
    )

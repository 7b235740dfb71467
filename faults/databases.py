"""A site made anew on each kind of database, and the server that can be stopped under it."""

import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from faults.site import Site, prepare
from tests import postgres, programs

# What an operator has: acknowledged means written. (Only the power can be cut too late.)
SAFE = [
    "fsync=on",
    "synchronous_commit=on",
    "shared_buffers=64MB",
    "max_connections=60",
    "max_wal_size=64MB",
]


@contextlib.contextmanager
def on_sqlite(adherents: int = 1, place: Path | None = None, **settings: str) -> Iterator[Site]:
    """Yield a site that is ready to be started, on SQLite; `place`: the folder of its database."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        site = Site(Path(folder), f"sqlite:///{place or folder}/db.sqlite3", settings)
        prepare(site, adherents)
        yield site


@contextlib.contextmanager
def on_postgresql(adherents: int = 1, place: Path | None = None, **settings: str) -> Iterator[Site]:
    """Yield a site that is ready to be started, on a server of PostgreSQL; `place`: its folder."""
    with server_and_site(adherents, place, **settings) as (_, site):
        yield site


@contextlib.contextmanager
def server_and_site(
    adherents: int = 1, place: Path | None = None, **settings: str
) -> Iterator[tuple[postgres.Server, Site]]:
    """Yield the server too, for who wants to stop it."""
    bin_dir = programs.postgres()
    if not bin_dir:
        sys.exit("PostgreSQL is missing: apt install postgresql")
    with (
        postgres.server(bin_dir, SAFE, place) as server,
        tempfile.TemporaryDirectory(prefix="faults-") as folder,
    ):
        with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE cgtdouanes")
        site = Site(Path(folder), server.url, settings)
        prepare(site, adherents)
        yield server, site

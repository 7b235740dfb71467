"""A PostgreSQL that stops answering, with its connections open, keeps no thread of a worker."""

import psycopg
import pytest

from cgtdouanes.stores.patience import Connection
from tests import postgres, programs


class Impatient(Connection):
    patience, little_patience = 1, 0.2


@pytest.fixture(scope="module")
def server():
    bin_dir = programs.postgres()
    if not bin_dir:
        (pytest.fail if programs.in_ci() else pytest.skip)("PostgreSQL is not installed")
    with postgres.server(bin_dir) as made:
        yield made


@pytest.fixture
def connection(server):
    with Impatient.connect(server.address("postgres"), autocommit=True) as connection:
        yield connection


def test_who_waits_for_a_server_that_hangs_is_told_so_and_may_ask_anew(server, connection):
    server.hang()
    try:
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    finally:
        server.go_on()
    assert connection.closed
    with Impatient.connect(server.address("postgres")) as another:
        assert another.execute("SELECT 1").fetchone() == (1,)


def test_a_server_that_answers_again_is_trusted_again(server, connection):
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT pg_sleep(60)")
    with Impatient.connect(server.address("postgres"), autocommit=True) as another:
        another.execute("SELECT 1")
        # It answers again: the patience is what it was.
        another.execute("SELECT pg_sleep(0.5)")


def test_a_command_takes_its_time(server):
    assert Connection.patience is None
    with Connection.connect(server.address("postgres")) as connection:
        connection.execute("SELECT pg_sleep(1.5)")


def test_a_mistake_is_no_reason_to_hang_up(connection):
    with pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("SELECT * FROM nothing")
    assert connection.execute("SELECT 1").fetchone() == (1,)

"""`/healthz` tells a live database from a dead one, also when it hangs."""

import os
import socket
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings

from cgtdouanes.operations import alive

ASK = """
import django, logging, os
django.setup()
from django.test import Client
answers = [Client().get("/healthz", HTTP_HOST="127.0.0.1") for _ in range(2)]
print(*(f"{a.status_code} {a.content.decode()} {a['Cache-Control']}" for a in answers), sep="\\n")
"""


def asked(database):
    """Ask twice, as a process of its own whose database is this one."""
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "cgtdouanes.settings"}
        | {"SITE_URL": "http://127.0.0.1:8000", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.splitlines()


@pytest.mark.django_db
def test_a_live_database(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.content == b"ok"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_database_that_is_gone(tmp_path):
    """SQLite makes an empty file in the place of one that was taken away."""
    assert asked(f"sqlite:///{tmp_path}/gone.sqlite3") == ["503 ko no-store"] * 2


def test_a_folder_that_is_gone(tmp_path):
    assert asked(f"sqlite:///{tmp_path}/gone/db.sqlite3") == ["503 ko no-store"] * 2


def test_a_server_that_does_not_run(tmp_path):
    assert asked(f"postgres://somebody@/{tmp_path}/site") == ["503 ko no-store"] * 2


def test_a_server_that_takes_calls_and_never_answers():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        assert asked(f"postgres://somebody@127.0.0.1:{port}/site") == ["503 ko no-store"] * 2


@pytest.mark.django_db(transaction=True)
def test_a_container_asks_whether_its_server_is_alive(live_server, monkeypatch):
    monkeypatch.setenv("SITE_URL", live_server.url)
    monkeypatch.setenv("PORT", live_server.url.rpartition(":")[2])
    assert alive.is_alive()
    monkeypatch.setattr("cgtdouanes.views.site.database_answers", lambda: False)
    assert not alive.is_alive()
    with closing(socket.create_server(("127.0.0.1", 0))) as nobody:
        monkeypatch.setenv("PORT", str(nobody.getsockname()[1]))
    assert not alive.is_alive()

"""Where DATABASE_REPLICA_URL names a replica, it reads for visitors, and never shows the past."""

import os
import subprocess
import sys
import tempfile

import pytest
from django.conf import settings

from tests import programs
from tests.postgres import server


def test_what_visitors_are_shown_while_a_replica_reads_for_them():
    bin_dir = programs.postgres()
    if not bin_dir:
        (pytest.fail if programs.in_ci() else pytest.skip)("PostgreSQL is not installed")
    with server(bin_dir) as main, server(bin_dir, follows=main) as replica:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-p",
                "no:cacheprovider",
                "tests/with_replica.py",
            ],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": main.url, "DATABASE_REPLICA_URL": replica.url},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


def test_only_postgresql_has_a_replica():
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", "from cgtdouanes import settings"],
            cwd=settings.BASE_DIR,
            env={
                "PATH": os.environ["PATH"],
                "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
                "DATABASE_REPLICA_URL": "postgres://reader@host/section",
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert "désignent deux serveurs PostgreSQL" in done.stderr

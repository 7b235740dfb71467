"""Faults made for real, in short; `python -m faults` makes all of them, at length."""

import pytest
from django.db import connection

from faults import killed, postgresql
from tests import programs

# They have databases of their own, of the kind of this one.
pytestmark = pytest.mark.django_db


def reports():
    """Those that concern the database of this run."""
    if connection.vendor == "sqlite":
        return [killed.kill_on("SQLite", workers=2, masters=1)]
    if not programs.postgres():
        (pytest.fail if programs.in_ci() else pytest.skip)("PostgreSQL is not installed")
    return postgresql.main(restarts=1, outages=(), hangs=())


def test_nothing_acknowledged_is_lost_nor_doubled_and_pages_of_errors_are_calm():
    for report in reports():
        assert report.acknowledged >= killed.ADHERENTS, str(report)
        assert report.is_good, str(report)

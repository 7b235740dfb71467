"""The logs serve the operator and name nobody."""

import logging
import sys

import pytest
from django.db import IntegrityError, transaction

from cgtdouanes.logs import DiscreetFormatter
from tests.factories import UserFactory


def logged(error):
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Error", (), error)
    return DiscreetFormatter().format(record)


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_not_written_down():
    known = UserFactory(email="connue@exemple.test")
    try:
        with transaction.atomic():
            UserFactory(email=known.email)
    except IntegrityError:
        line = logged(sys.exc_info())
    assert "IntegrityError" in line
    assert "connue@exemple.test" not in line


def test_what_postgresql_tells_of_a_row_is_left_out():
    try:
        raise IntegrityError(
            'duplicate key value violates unique constraint "members_user_email_key"\n'
            "DETAIL:  Key (email)=(connue@exemple.test) already exists.\n"
        )
    except IntegrityError:
        line = logged(sys.exc_info())
    assert "members_user_email_key" in line
    assert "connue" not in line

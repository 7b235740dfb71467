"""The logs serve the operator and name nobody."""

import json
import logging
import sys
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import IntegrityError, transaction

from cgtdouanes.operations.logs import DiscreetFormatter, JsonFormatter
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


def test_each_event_is_one_line_of_json_if_asked_for():
    try:
        raise IntegrityError(
            "refused\nDETAIL:  Key (email)=(connue@exemple.test) already exists.\n"
        )
    except IntegrityError:
        error = sys.exc_info()
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 0, "Not Found: %s", ("/invitation/jeton/\n",), error
    )
    line = JsonFormatter().format(record)
    assert "\n" not in line
    event = json.loads(line)
    assert (event["level"], event["logger"]) == ("ERROR", "django.request")
    assert event["message"] == "Not Found: /invitation/[secret]\n"
    assert event["time"].endswith("+00:00")
    assert "IntegrityError" in event["traceback"]
    assert "connue" not in line


def answered(method: str, path: str) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body that the server of the application is handed."""
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    headers: dict[str, str] = {}
    answer = WSGIHandler()(environ, lambda status, pairs: headers.update(pairs))
    body = b"".join(answer)
    answer.close()
    return headers, body


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/healthz", "/revendications/export.csv"])
def test_who_asks_for_the_headers_alone_gives_the_server_nothing_to_complain_of(path):
    headers, body = answered("GET", path)
    assert body
    head, nothing = answered("HEAD", path)
    assert nothing == b""
    assert head.get("Content-Length") == headers.get("Content-Length")
    assert head["Content-Type"] == headers["Content-Type"]

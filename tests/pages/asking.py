"""A visitor who asks the application that gunicorn serves, memory included."""

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import brotli
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cgtdouanes.pages.serving import KeptPages
from members.models import User

LISTS = ["/", "/articles/", "/articles/flux.atom", "/reunions/", "/reunions/calendrier.ics"]
LISTS += ["/revendications/", "/engagements/", "/mentions-legales/"]
DECODED = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    queries: int

    @property
    def text(self) -> str:
        return DECODED[self.headers.get("Content-Encoding")](self.body).decode()

    @property
    def was_kept(self) -> bool:
        """Whether it came from memory: nothing else answers without a query."""
        return self.status in {200, 304} and self.queries == 0


@cache
def application() -> KeptPages:
    """Made when it is first asked, by the settings of the tests."""
    return KeptPages(get_wsgi_application())


def ask(address: str, method: str = "GET", **headers: str) -> Answer:
    """Ask as a server does; a header is given by its name in the environment: `HTTP_COOKIE`."""
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        **headers,
    }
    started: list[Any] = []
    with _connection_held(), CaptureQueriesContext(connection) as captured:
        content = application()(environ, lambda *args: started.append(args))
        body = b"".join(content)
    status, sent = started[0]
    return Answer(int(status[:3]), dict(sent), body, len(captured))


@contextmanager
def _connection_held() -> Iterator[None]:
    """Keep the connection of the test, as Django's own test client does."""
    signals = [request_started, request_finished]
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def fresh(address: str) -> str:
    """What the address answers to who was never kept anything."""
    return ask(address, HTTP_AUTHORIZATION="none").text


def signed_in(user: User) -> str:
    """Return the cookies of a browser where this person is signed in."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return f"theme=dark; {name}={client.cookies[name].value}"

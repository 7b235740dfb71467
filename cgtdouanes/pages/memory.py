"""What a worker keeps in its memory: whole answers, ready to be sent again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from gzip import compress as gzip
from hashlib import sha256
from threading import Lock
from time import time
from typing import Any

import brotli
from django.conf import settings
from django.utils import timezone
from django.utils.http import parse_etags

from cgtdouanes.pages.versions import Versions
from cgtdouanes.pages.watching import versions_of

# In bytes: of one page, and of all those that one worker keeps, in every encoding.
LARGEST = 1024 * 1024
ROOM = 48 * 1024 * 1024
# In seconds: what nobody said had changed is made again from time to time all the same.
LONGEST = 300
SCHEMES = frozenset({None, "http", "https"})
# What is compressed already.
COMPRESSED = frozenset({"application/pdf"})
# The address as the site takes it: scheme, proxy's scheme, host, path, query.
Key = tuple[str | None, ...]


def key_of(environ: Mapping[str, Any]) -> Key | None:
    """Return under what a visitor's page is kept; None for any other request, which is not one."""
    forwarded = environ.get("HTTP_X_FORWARDED_PROTO")
    if (
        environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
        or settings.SESSION_COOKIE_NAME in environ.get("HTTP_COOKIE", "")
        or "HTTP_AUTHORIZATION" in environ
        # A part of a file.
        or "HTTP_RANGE" in environ
        or forwarded not in SCHEMES
    ):
        return None
    return (
        *(environ["wsgi.url_scheme"], forwarded, environ.get("HTTP_HOST")),
        *(environ["PATH_INFO"], environ.get("QUERY_STRING", "")),
    )


@dataclass(frozen=True)
class Page:
    """An answer, in each encoding with its strong ETag; and how to know that it still holds."""

    tags: tuple[str, ...]
    versions: Versions
    until: float
    headers: list[tuple[str, str]]
    bodies: dict[str, bytes]
    etag: str
    # The one that it bears wherever it comes from, where it is sent in one encoding alone.
    own_etag: str

    @property
    def is_current(self) -> bool:
        return time() < self.until and versions_of(self.tags) == self.versions

    @property
    def size(self) -> int:
        return sum(map(len, self.bodies.values()))

    def answer(self, environ: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        """Return the status, the headers and the body for this request."""
        encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if encoding not in self.bodies:
            encoding = "identity"
        body = self.bodies[encoding]
        etag = self.own_etag or f'"{self.etag}-{encoding}"'
        headers = [*self.headers, ("ETag", etag)]
        if _is_known(etag, environ.get("HTTP_IF_NONE_MATCH")):
            return "304 Not Modified", headers, b""
        if encoding != "identity":
            headers.append(("Content-Encoding", encoding))
        headers.append(("Content-Length", str(len(body))))
        return "200 OK", headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body


def made(
    content: bytes, headers: Iterable[tuple[str, str]], tags: tuple[str, ...], versions: Versions
) -> Page:
    """Return the page of this content, compressed once for all who will ask for it."""
    headers = list(headers)
    given = dict(headers)
    bodies = {"identity": content}
    is_compressed = given.get("Content-Type") in COMPRESSED
    if not is_compressed:
        bodies["gzip"] = gzip(content, mtime=0)
        bodies["br"] = brotli.compress(content, quality=9)
    return Page(
        tags=tags,
        versions=versions,
        until=made_until(),
        headers=[each for each in headers if each[0] not in {"Content-Length", "ETag"}],
        bodies=bodies,
        etag=sha256(content).hexdigest()[:24],
        own_etag=given.get("ETag", "") if is_compressed else "",
    )


def made_until() -> float:
    """Until when what is made now holds at most: the day ends, and what is said of today."""
    return min(time() + LONGEST, _midnight())


def _midnight() -> float:
    tomorrow = timezone.localdate() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, datetime.min.time())).timestamp()


@lru_cache(maxsize=256)
def best_encoding(accepted: str) -> str:
    """Return the best encoding that a browser accepts (RFC 9110, 12.5.3)."""
    refused: set[str] = set()
    wanted: set[str] = set()
    for part in accepted.lower().split(","):
        name, _, quality = part.strip().partition(";")
        is_refused = quality.replace(" ", "") in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
        (refused if is_refused else wanted).add(name.strip())
    for encoding in ("br", "gzip"):
        if encoding in wanted and encoding not in refused:
            return encoding
    return "identity"


def _is_known(etag: str, if_none_match: str | None) -> bool:
    if not if_none_match:
        return False
    known = parse_etags(if_none_match)
    return "*" in known or etag in {each.removeprefix("W/") for each in known}


@dataclass
class Memory:
    """The pages of one worker; when there is no more room, the oldest goes first."""

    pages: dict[Key, Page] = field(default_factory=dict)
    size: int = 0
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Key) -> Page | None:
        """Return the page kept under this key if it still holds."""
        page = self.pages.get(key)
        return page if page and page.is_current else None

    def put(self, key: Key, page: Page) -> None:
        with self.lock:
            self._drop(key)
            self.pages[key] = page
            self.size += page.size
            while self.size > ROOM:
                self._drop(next(iter(self.pages)))

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()
            self.size = 0

    def _drop(self, key: Key) -> None:
        if page := self.pages.pop(key, None):
            self.size -= page.size


MEMORY = Memory()

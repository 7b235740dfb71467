"""Addresses of the old site, answered with a permanent redirect where nothing else answered.

What a reader may not read answers as an address that nobody ever knew.
"""

from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from articles.models import LegacyUrl
from articles.spip.addresses import LONGEST, read
from articles.spip.plain_pages import url_of

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def redirect_old_addresses(get_response: GetResponse) -> GetResponse:
    """Look up what was not found; and the home page, under which SPIP keeps whole pages."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return get_response(request)
        if request.path == "/" and request.META["QUERY_STRING"]:
            return _redirect(request) or get_response(request)
        response = get_response(request)
        return (_redirect(request) if response.status_code == 404 else None) or response

    return middleware


def _redirect(request: HttpRequest) -> HttpResponsePermanentRedirect | None:
    target = _target(request)
    return HttpResponsePermanentRedirect(target) if target else None


def _target(request: HttpRequest) -> str | None:
    """Return the path of the page that answers, for this reader."""
    asked = read(request.path, request.META["QUERY_STRING"])
    paths = [*_as_asked(request), *asked.paths]
    found = LegacyUrl.objects.answering(paths, request.user) if paths else None
    if found is None:
        return url_of(asked) or None
    if asked.page == "print" and found.article:
        return reverse("articles:print", args=[found.article.slug])
    if asked.page == "feed" and found.category:
        return reverse("articles:category_feed", args=[found.category.slug])
    return found.target()


def _as_asked(request: HttpRequest) -> list[str]:
    """The address as it stands, which may have been noted so; on the home page it asks nothing."""
    path, query = request.path, unquote(request.META["QUERY_STRING"])
    if path == "/" or len(path) + len(query) > LONGEST:
        return []
    return [f"{path}?{query}", path] if query else [path]

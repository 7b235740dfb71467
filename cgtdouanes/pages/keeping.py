"""Which answers are kept: those that a view says are for every visitor alike."""

from collections.abc import Callable, Collection
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from cgtdouanes.pages.memory import LARGEST, MEMORY, made
from cgtdouanes.pages.watching import Watch

# In the environment of a request: under which key `serving.py` has looked in vain for its page, and
# the page that was made of the answer.
WANTED = "cgtdouanes.wanted_page"
JUST_MADE = "cgtdouanes.just_made_page"

NOT_KEPT: tuple[tuple[str, ...], frozenset[str]] = ((), frozenset())

R = TypeVar("R", bound=HttpResponseBase)


def kept(response: R, *tags: str, asks: Collection[str] = ()) -> R:
    """Say that visitors get this answer until something under one of these tags changes.

    Only for a page that depends on its path, on the parameters that it `asks` for, and on nothing
    else of the request. An address with any other parameter is answered, and not kept.
    """
    response.kept_under = (tags, frozenset(asks))  # type: ignore[attr-defined]
    return response


def keep_pages(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Keep what a visitor was answered, unless it changed meanwhile, if there is who serves it."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        # The answer to HEAD has no body to keep.
        key = request.META.get(WANTED) if request.method == "GET" else None
        watch = Watch() if key else None
        response = get_response(request)
        if watch is None or key is None or not isinstance(response, HttpResponse):
            return response
        tags, asks = getattr(response, "kept_under", NOT_KEPT)
        if not (tags and set(request.GET) <= asks and _is_for_every_visitor(response)):
            return response
        versions = watch.versions(tags)
        if versions is None:
            return response
        patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
        response.headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
        page = made(response.content, response.items(), tags, versions)
        MEMORY.put(key, page)
        request.META[JUST_MADE] = page
        return response

    return middleware


def _is_for_every_visitor(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.cookies
        and "no-store" not in response.headers.get("Cache-Control", "")
        and len(response.content) <= LARGEST
    )

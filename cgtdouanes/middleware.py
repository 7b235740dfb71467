"""What every request goes through: what a signed-in person receives is kept by no cache."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_cache_control, patch_vary_headers

from cgtdouanes.pages.keeping import JUST_MADE

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def private_responses(get_response: GetResponse) -> GetResponse:
    """Mark as `private, no-store` every answer to a request that carries, or receives, a session.

    The cookie decides, not the user: a page made before the session was read is covered too.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        patch_vary_headers(response, ["Cookie"])
        if _is_personal(request, response):
            response.headers.pop("Cache-Control", None)
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware


def ask_for_no_sensor(get_response: GetResponse) -> GetResponse:
    """Have browsers refuse our pages what none of them needs (W3C, Permissions Policy)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers["Permissions-Policy"] = settings.PERMISSIONS_POLICY
        return response

    return middleware


def compress_pages(get_response: GetResponse) -> GetResponse:
    """Compress the pages that are made for one person; those of all visitors are kept compressed.

    Never one that may repeat words of its request: who chooses them could guess a secret of the
    page by its length (BREACH, https://www.breachattack.com). Django adds random bytes as well.
    """
    gzip = GZipMiddleware(get_response)

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        is_asked_plainly = request.method == "GET" and not request.META.get("QUERY_STRING")
        is_answered = response.status_code == HTTPStatus.OK
        if is_page and is_answered and is_asked_plainly and JUST_MADE not in request.META:
            return gzip.process_response(request, response)
        return response

    return middleware


def refuse_null_characters(get_response: GetResponse) -> GetResponse:
    """Answer 400 to an address with a null character, which PostgreSQL cannot even compare."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "%00" in request.META["QUERY_STRING"] or "\0" in request.path:
            raise BadRequest("null character in the address")
        return get_response(request)

    return middleware


def no_body_for_head(get_response: GetResponse) -> GetResponse:
    """Answer HEAD with the headers alone (RFC 9110, 9.3.2): gunicorn logs each body it has to drop.

    Whatever watches a site asks so, each minute.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method == "HEAD":
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = []
            elif isinstance(response, HttpResponse):
                response.content = b""
        return response

    return middleware


def _is_personal(request: HttpRequest, response: HttpResponseBase) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES or bool(response.cookies)

"""Sending a stored file: whole, or the part that a browser asks for (RFC 9110, section 14).

A download that a telephone lost goes on from where it stopped, and a long PDF opens at once. The
caller has checked the rights of this reader, for each request.
"""

import re
from collections.abc import Iterator

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

# One range alone: several in one answer are never needed here, and cost a server dearly.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
_BLOCK = 64 * 1024


def serve(
    request: HttpRequest,
    file: FieldFile,
    *,
    name: str,
    content_type: str,
    sha256: str,
    is_shown: bool = False,
) -> HttpResponseBase:
    """Return a file, as a download unless it `is_shown` as pictures are; 200, 206, 304 or 416.

    `sha256` names this very content: a part is only given to who has the rest of the same.
    """
    etag = f'"{sha256}"'
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        return unchanged
    part = _part_asked(request, etag, file.size)
    response = _whole(request, file) if part is None else _part(file, part)
    if response.status_code != 416:
        is_picture = content_type.startswith("image/")
        response.headers["Content-Type"] = content_type
        is_download = not (is_picture or is_shown)
        disposition = content_disposition_header(is_download, name) or "attachment"
        response.headers["Content-Disposition"] = disposition
        response.headers["ETag"] = etag
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _part_asked(request: HttpRequest, etag: str, size: int) -> range | None:
    """Return the bytes asked for, none of them when they are past the end; None for the whole."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked or request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = (int(number) if number else None for number in asked.groups())
    if first is None:
        return None if last is None else range(max(0, size - last), size)
    if last is not None and last < first:
        return None
    return range(first, size if last is None else min(last + 1, size))


def _whole(request: HttpRequest, file: FieldFile) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(headers={"Content-Length": str(file.size)})
    return FileResponse(file.open("rb"))


def _part(file: FieldFile, part: range) -> HttpResponseBase:
    if not part:
        response = HttpResponse(status=416, content_type="text/plain")
        response.headers["Content-Range"] = f"bytes */{file.size}"
        return response
    answer = StreamingHttpResponse(_read(file, part), status=206)
    answer.headers["Content-Length"] = str(len(part))
    answer.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.size}"
    return answer


def _read(file: FieldFile, part: range) -> Iterator[bytes]:
    with file.open("rb") as opened:
        opened.seek(part.start)
        left = len(part)
        while left and (block := opened.read(min(_BLOCK, left))):
            left -= len(block)
            yield block

"""PDF/UA from the impression page, by WeasyPrint, which reads nothing but our own static files
and the pictures that the reader may see.

WeasyPrint needs the system library Pango. Where it is missing everything else works.
"""

import functools
import logging
import mimetypes
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models.fields.files import FieldFile

from articles.models import Picture
from cgtdouanes.richtext.pictures import is_ours, key_of
from members.permissions import Reader

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

logger = logging.getLogger(__name__)

# Making a PDF fills a processor: the other threads of the worker go on answering meanwhile.
_one_at_a_time = threading.Lock()


@functools.cache
def is_available() -> bool:
    """Tell whether this server can make PDFs; the log names what is missing."""
    try:
        import weasyprint  # noqa: F401, PLC0415  fails to import without Pango
    except OSError as error:
        logger.warning("PDF unavailable, a system library is missing: %s", error)
        return False
    return True


def from_html(html: str, reader: Reader) -> bytes:
    """Return the page, made for this reader, as a tagged PDF (PDF/UA-1, ISO 14289-1)."""
    with _one_at_a_time:
        return _made(html, reader)


def _made(html: str, reader: Reader) -> bytes:
    from weasyprint import HTML  # noqa: PLC0415  needs Pango: see is_available

    fetch = functools.partial(_fetch, reader=reader)
    document = HTML(string=html, base_url=settings.SITE_URL, url_fetcher=fetch)
    content = document.write_pdf(pdf_variant="pdf/ua-1")
    assert content is not None  # noqa: S101  bytes whenever no target is given
    return content


def _fetch(url: str, headers: Any = None, *, reader: Reader) -> "URLFetcherResponse":
    """Read a file of ours from disk; refuse any other address, so that no text makes us call out.

    Raises ValueError, and FileNotFoundError: WeasyPrint then does without the file.
    """
    from weasyprint.urls import URLFetcherResponse  # noqa: PLC0415  needs Pango: see is_available

    path = url.removeprefix(settings.SITE_URL)
    if is_ours(path):
        picture = Picture.objects.visible_to(reader).filter(key=key_of(path)).first()
        if picture is None:
            raise FileNotFoundError(url)
        opened: IO[bytes] | FieldFile = picture.file.open("rb")
        content_type = picture.content_type
    elif path.startswith(settings.STATIC_URL) and path != url:
        name = path.removeprefix(settings.STATIC_URL)
        opened = _open_static(name)
        content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    else:
        raise ValueError(f"not one of our files: {url}")
    with opened as file:
        return URLFetcherResponse(url, file.read(), {"Content-Type": content_type})


def _open_static(name: str) -> IO[bytes]:
    """Open a collected file or, where nothing was collected, its source."""
    if staticfiles_storage.exists(name):
        return staticfiles_storage.open(name)
    source = finders.find(name)
    if source is None:
        raise FileNotFoundError(name)
    return Path(source).open("rb")

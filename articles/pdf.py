"""PDF/UA from a page of ours, by WeasyPrint in a process of its own, which can be stopped.

That process is given the page with all that it shows, and fetches nothing: no file, no address.
WeasyPrint needs the system library Pango. Where it is missing everything else works.
"""

import functools
import logging
import mimetypes
import re
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from posixpath import join, normpath

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from articles.models import Picture
from cgtdouanes.richtext.pictures import is_ours, key_of
from members.permissions import Reader

logger = logging.getLogger(__name__)

# What makes them: another version may draw the same page otherwise.
MAKER = f"WeasyPrint {version('weasyprint')}"
# In seconds: a proxy waits for a minute. A report of sixty pages takes four of a processor.
PATIENCE = 45
_WEASYPRINT = [sys.executable, "-I", "-m", "weasyprint"]
_OPTIONS = ["--quiet", "--allowed-protocols", "data", "--pdf-variant", "pdf/ua-1"]
_SHOWN = re.compile(r'(<link rel="stylesheet" href="|<img src=")([^"]+)"')
_IN_A_STYLE_SHEET = re.compile(r'url\("([^"]+)"\)')


class PdfTrouble(Exception):
    """The PDF of this page could not be made; the log says why."""


@functools.cache
def is_available() -> bool:
    """Tell whether this server can make PDFs; the log names what is missing."""
    asked = subprocess.run([*_WEASYPRINT, "--version"], capture_output=True, check=False)  # noqa: S603
    if asked.returncode:
        logger.warning("PDF unavailable, a system library is missing: %s", _last_line(asked.stderr))
    return not asked.returncode


def from_html(html: str, reader: Reader) -> bytes:
    """Return the page, made for this reader, as a tagged PDF (PDF/UA-1, ISO 14289-1).

    Raises PdfTrouble, after PATIENCE seconds at the latest.
    """
    try:
        page = _with_all_it_shows(html, reader).encode()
    except OSError as error:
        raise _trouble(f"a file is missing: {error.filename}") from error
    command = [*_WEASYPRINT, *_OPTIONS, "--base-url", settings.SITE_URL, "-", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:  # noqa: S603
        try:
            content, said = process.communicate(page, PATIENCE)
        except subprocess.TimeoutExpired as error:
            raise _trouble(f"not done after {PATIENCE} seconds") from error
        finally:
            process.kill()
    if process.returncode == -signal.SIGTERM:
        # A service is stopped with all its processes: nothing is wrong, and who asked asks again.
        logger.warning("A PDF was not made: the server is being stopped")
        raise PdfTrouble("the server is being stopped")
    if process.returncode or not content.startswith(b"%PDF-"):
        raise _trouble(_last_line(said) or f"exit status {process.returncode}")
    return content


def _trouble(why: str) -> PdfTrouble:
    logger.error("A PDF could not be made: %s", why)
    return PdfTrouble(why)


def _last_line(said: bytes) -> str:
    """The last line that a program said: of a traceback, the error itself."""
    return said.decode(errors="replace").strip().rpartition("\n")[2]


def _with_all_it_shows(html: str, reader: Reader) -> str:
    """Put our own files in place of their addresses; any other stays, and nobody follows it."""

    def shown(found: re.Match[str]) -> str:
        beginning, url = found.groups()
        if is_ours(url):
            return f'{beginning}{_picture(url, reader) or url}"'
        if url.startswith(settings.STATIC_URL):
            return f'{beginning}{_static(url.removeprefix(settings.STATIC_URL))}"'
        return found[0]

    return _SHOWN.sub(shown, html)


def _picture(url: str, reader: Reader) -> str | None:
    picture = Picture.objects.visible_to(reader).filter(key=key_of(url)).first()
    if picture is None:
        return None
    try:
        with picture.file.open("rb") as file:
            return _as_data(file.read(), picture.content_type)
    except FileNotFoundError:
        return None


@functools.cache
def _static(name: str) -> str:
    """Return a static file, a style sheet with what it names in turn."""
    content = _read_static(name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind == "text/css":
        content = _IN_A_STYLE_SHEET.sub(_named_by(name), content.decode()).encode()
    return _as_data(content, kind)


def _named_by(style_sheet: str) -> Callable[[re.Match[str]], str]:
    folder = style_sheet.rpartition("/")[0]
    return lambda found: f'url("{_static(normpath(join(folder, found[1])))}")'


def _read_static(name: str) -> bytes:
    """Read a collected file or, where nothing was collected, its source."""
    if staticfiles_storage.exists(name):
        with staticfiles_storage.open(name) as file:
            return bytes(file.read())
    source = finders.find(name)
    if source is None:
        raise FileNotFoundError(name)
    return Path(source).read_bytes()


def _as_data(content: bytes, content_type: str) -> str:
    return f"data:{content_type};base64,{b64encode(content).decode()}"

"""PDFs are made once for each published version and each audience, and kept as files.

When an article comes out its PDFs are due: `publish_scheduled`, which runs beside the site, makes
them. Who asks earlier has it made; all others who ask meanwhile wait a little, or come back. Which
PDF is an article's is told by the page it is made of, known by the tags of the article's own page:
whatever changes the one makes the other anew.
"""

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import BoundedSemaphore

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from articles import pdf
from articles.impression import fingerprint_of, on_paper
from articles.models import Article, Pdf, PdfDue
from articles.models.pdf import PDFS
from articles.presentation import page_tags
from cgtdouanes.files.inventory import names_in_storage
from cgtdouanes.pages import known
from cgtdouanes.search.models import Audience
from members.audiences import audience_of, reader_of
from members.permissions import Reader

logger = logging.getLogger(__name__)

# How long one process may take to make one, before another may try.
HELD = timedelta(seconds=2 * pdf.PATIENCE)
# How long nobody tries again what could not be made.
RESTS = timedelta(minutes=10)
# How long what is due waits if who took it does not come back.
PUT_OFF = timedelta(minutes=5)
# So many at once, whoever makes them: each fills a processor, and a hundred megabytes.
AT_ONCE = 2
# In seconds: how long a request waits, how long who works without being asked, and between looks.
WAIT, LONG_WAIT, LOOK = 15, 2 * 60, 0.2
# So many threads of one worker make a PDF or wait for one: the others answer pages.
_ROOM = BoundedSemaphore(2)


class Unready(Exception):
    """It is being made by somebody else: to be asked again in a few seconds."""


class Unmade(Exception):
    """It could not be made, and is not tried again for a while."""


class Unavailable(Unmade):
    """This server makes none."""


def asked_for(article: Article, user: Reader) -> Pdf:
    """Return the PDF of what this reader may read of an article that is out.

    Raises Unready, and Unmade.
    """
    audience = audience_of(user)

    def fingerprint() -> str | None:
        return _fingerprint(article.pk, audience)

    wanted = known(("pdf", article.pk, audience), fingerprint, *page_tags(article))
    if wanted is None:
        # It was taken back meanwhile.
        raise Unready
    found = article.pdfs.made().filter(fingerprint=wanted).first()
    if found and found.is_there:
        return found
    with _room():
        return _made(article.pk, audience, wanted, WAIT)


def of_draft(article: Article, user: Reader) -> bytes:
    """Return the PDF of what is not out, for an officer; nothing is kept. Raises as `asked_for`."""
    with _room():
        _check_available()
        try:
            return pdf.from_html(on_paper(article, user), user)
        except pdf.PdfTrouble as error:
            raise Unmade from error


def make_all(article: Article) -> int:
    """Make those that this article still lacks, without hurry; return how many that was.

    Raises Unready, and Unmade.
    """
    made = 0
    for audience in Audience:
        wanted = _fingerprint(article.pk, audience)
        found = article.pdfs.made().filter(fingerprint=wanted).first()
        if wanted and not (found and found.is_there):
            _made(article.pk, audience, wanted, LONG_WAIT)
            made += 1
    return made


def want(article: Article) -> None:
    """Have the PDFs of an article made soon: called in the transaction that publishes it."""
    PdfDue.objects.update_or_create(article=article, defaults={"next_try_at": timezone.now()})


def make_next() -> bool:
    """Make the PDFs of one article that has come out; tell whether there was one to make."""
    now = timezone.now()
    first = PdfDue.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk").first()
    if first is None or not pdf.is_available():
        return False
    taken = PdfDue.objects.filter(pk=first.pk, next_try_at=first.next_try_at)
    if not taken.update(next_try_at=now + PUT_OFF):
        return True
    try:
        make_all(first.article)
    except Unready:
        return True
    except Unmade:
        # The first reader who asks has it tried again.
        pass
    # Unless it was published anew meanwhile.
    PdfDue.objects.filter(pk=first.pk, next_try_at=now + PUT_OFF).delete()
    return True


@contextmanager
def _room() -> Iterator[None]:
    if not _ROOM.acquire(blocking=False):
        raise Unready
    try:
        yield
    finally:
        _ROOM.release()


def _check_available() -> None:
    if not pdf.is_available():
        raise Unavailable


def _page(pk: int, audience: Audience) -> str | None:
    """Read the article again, as it is now, and return its page; None if these may not read it."""
    reader = reader_of(audience)
    article = Article.objects.published().open_to(reader).filter(pk=pk).first()
    return on_paper(article, reader) if article else None


def _fingerprint(pk: int, audience: Audience) -> str | None:
    page = _page(pk, audience)
    return page and fingerprint_of(page)


def _made(pk: int, audience: Audience, wanted: str, seconds: float) -> Pdf:
    """Make it, or wait for who is making it."""
    _check_available()
    ends_at = time.monotonic() + seconds
    while True:
        found = Pdf.objects.filter(article=pk, fingerprint=wanted).first()
        if found and found.is_there:
            return found
        if found and found.has_failed and found.is_held:
            raise Unmade
        if held := _take(pk, wanted, found):
            return _make(held, audience)
        if time.monotonic() > ends_at:
            raise Unready
        time.sleep(LOOK)


def _take(pk: int, wanted: str, found: Pdf | None) -> Pdf | None:
    """Be the one who makes it, unless somebody else is, or too many others are being made."""
    if Pdf.objects.being_made().count() >= AT_ONCE:
        return None
    now = timezone.now()
    if found is None:
        try:
            held, is_mine = Pdf.objects.get_or_create(
                article_id=pk, fingerprint=wanted, defaults={"held_until": now + HELD}
            )
        except IntegrityError as error:
            # The article was deleted meanwhile.
            raise Unready from error
        return held if is_mine else None
    free = Q(held_until=None) | Q(held_until__lte=now)
    same = Pdf.objects.filter(free, pk=found.pk, sha256=found.sha256)
    if not same.update(held_until=now + HELD, sha256="", has_failed=False):
        return None
    found.held_until = now + HELD
    return found


def _make(held: Pdf, audience: Audience) -> Pdf:
    page = _page(held.article_id, audience)
    mine = Pdf.objects.filter(pk=held.pk, held_until=held.held_until)
    if page is None or fingerprint_of(page) != held.fingerprint:
        mine.delete()
        raise Unready
    try:
        content = pdf.from_html(page, reader_of(audience))
        held.storage.delete(held.name)
        held.storage.save(held.name, ContentFile(content))
    except (pdf.PdfTrouble, OSError) as error:
        if isinstance(error, OSError):
            logger.error("A PDF could not be stored: %s", error.strerror)
        mine.update(has_failed=True, held_until=timezone.now() + RESTS)
        raise Unmade from error
    sha256 = hashlib.sha256(content).hexdigest()
    if not mine.update(sha256=sha256, size=len(content), held_until=None):
        # It holds no more: the article was saved meanwhile.
        held.storage.delete(held.name)
        raise Unready
    _discard_outdated(held.article_id)
    held.sha256, held.size, held.held_until = sha256, len(content), None
    return held


def _discard_outdated(pk: int) -> None:
    """Throw away what shows an earlier state of the article, or of what it cites."""
    current = {_fingerprint(pk, audience) for audience in Audience} - {None}
    Pdf.objects.filter(article=pk).exclude(fingerprint__in=current).discard()


def discard_lost() -> int:
    """Delete the files that no row names, as a machine that stops may leave; count them."""
    lost = [name for name in names_in_storage(PDFS) if not Pdf.objects.filter(file=name).exists()]
    for name in lost:
        default_storage.delete(name)
    return len(lost)


def retry_failed() -> None:
    """Let what could not be made be tried again at once."""
    Pdf.objects.filter(has_failed=True).update(held_until=None)

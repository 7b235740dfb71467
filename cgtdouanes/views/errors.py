"""What is answered when something went wrong: nothing that was typed is lost by it."""

import logging
import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from cgtdouanes import typed
from cgtdouanes.operations.trouble import database_is_away, disk_is_full, files_are_away

# In seconds, for programs: a database that is restarted is back by then.
RETRY_AFTER = 10
# The proxy's own: it needs no other file.
BETWEEN_TWO_VERSIONS = settings.BASE_DIR / "deploy" / "pages" / "indisponible.html"

logger = logging.getLogger(__name__)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Refuse a form whose token is missing or stale, and give back the words typed in it."""
    return render(request, "403_csrf.html", {"typed": typed.words(request)}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when database or files are away or full, with the form to be sent again.

    Else 500. These pages ask for nothing: neither the database, nor who is there.
    """
    error = sys.exc_info()[1]
    passes = database_is_away(error) or disk_is_full(error) or files_are_away(error)
    context = {
        "typed": typed.words(request),
        "again": typed.fields(request) if passes else [],
        "has_files": bool(request.FILES),
        "path": request.get_full_path(),
    }
    try:
        page: str = render_to_string("503.html" if passes else "500.html", context)
    except ValueError:
        # An upgrade is half done: a static file that the pages name is not collected yet.
        logger.error("A static file is missing: deploy/manage collectstatic, then restart")
        page = BETWEEN_TWO_VERSIONS.read_text(encoding="utf-8")
    answer = HttpResponse(page, status=503 if passes else 500)
    answer.headers["Cache-Control"] = "no-store"
    if passes:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer

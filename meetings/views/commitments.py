"""The register of the administration's commitments."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cgtdouanes.pages import kept
from meetings import register
from meetings.models import RECORD

PER_PAGE = 20


def commitment_list(request: HttpRequest) -> HttpResponse:
    """List the commitments that this reader knows of, the overdue first."""
    asked = request.GET.get("etat", "")
    shelf = asked if asked in register.SHELVES else ""
    commitments = register.commitments_for(request.user, shelf)
    context = {
        "register": register.register_for(request.user),
        "shelf": shelf,
        "shelf_label": register.SHELVES.get(shelf, ""),
        "not_understood": asked != shelf,
        "page_obj": Paginator(commitments, PER_PAGE).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
    }
    page = render(request, "meetings/commitment_list.html", context)
    return kept(page, RECORD, asks=["etat", "page"])

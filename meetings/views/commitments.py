"""The register of the administration's commitments."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cgtdouanes.pages import kept
from cgtdouanes.paging import LongList
from meetings import register
from meetings.models import RECORD


def commitment_list(request: HttpRequest) -> HttpResponse:
    """List the commitments that this reader knows of, the overdue first."""
    asked = request.GET.get("etat", "")
    shelf = asked if asked in register.SHELVES else ""
    commitments = register.commitments_for(request.user, shelf)
    counted = register.register_for(request.user)
    pages = LongList(
        commitments, lambda: counted.count(shelf), parts=register.parts_for(request.user, shelf)
    )
    context = {
        "register": counted,
        "shelf": shelf,
        "shelf_label": register.SHELVES.get(shelf, ""),
        "not_understood": asked != shelf,
        "page_obj": pages.get_page(request.GET.get("page")),
        "today": timezone.localdate(),
    }
    page = render(request, "meetings/commitment_list.html", context)
    return kept(page, RECORD, asks=["etat", "page"])

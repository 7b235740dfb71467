"""The public record of the meetings."""

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from meetings.models import AgendaItem, Meeting

PER_PAGE = 20


def meeting_list(request: HttpRequest) -> HttpResponse:
    """List what is to come, then what took place, the latest first."""
    meetings = Meeting.objects.visible_to(request.user)
    context = {
        "upcoming": meetings.upcoming(),
        "page_obj": Paginator(meetings.past(), PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "meetings/meeting_list.html", context)


def meeting_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one meeting: its agenda and what came of it, its place in the chain, its reports."""
    visible = Meeting.objects.visible_to(request.user)
    meeting = get_object_or_404(visible, slug=slug)
    agenda = meeting.agenda_items.filter(parent=None).prefetch_related(
        Prefetch("sub_items", queryset=AgendaItem.objects.order_by("position", "pk"))
    )
    context = {
        "meeting": meeting,
        "agenda": agenda,
        "earlier": visible.filter(followed_by=meeting).first(),
        "later": visible.filter(follows=meeting).order_by("starts_at", "pk"),
        "reports": meeting.articles.listed_for(request.user),
    }
    return render(request, "meetings/meeting_detail.html", context)

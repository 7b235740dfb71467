"""The tracker of demands: the list with its figures, the page of each demand, the exports."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from cgtdouanes.pages import kept
from cgtdouanes.paging import LongList
from meetings import exports, timeline
from meetings.filters import DemandFilter
from meetings.models import RECORD, AgendaItem, Commitment, Demand, MeetingStatus
from meetings.register import with_what_it_refers_to
from meetings.views.following import following
from members.permissions import Reader

# A meeting to come that was cancelled or boycotted will hear nothing.
EXPECTED = [MeetingStatus.PLANNED, MeetingStatus.RECONVENED]


def demand_list(request: HttpRequest) -> HttpResponse:
    """List the demands asked for, with the figures of all of them and the waiting."""
    asked = DemandFilter(request.GET, request.user)
    figures, waits = asked.standing()
    demands = asked.demands().defer("text", "searchable")
    context = {
        "asked": asked,
        "figures": figures,
        "waits": waits,
        "page_obj": LongList(demands, lambda: figures.count(asked.states)).get_page(
            request.GET.get("page")
        ),
        "export_format": exports.FORMAT,
        "today": timezone.localdate(),
    }
    page = render(request, "meetings/demand_list.html", context)
    return kept(page, RECORD, asks=[*asked.fields, "page"])


def demand_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one demand: its text, its steps as far as the reader may know, what comes next."""
    user = request.user
    demand = get_object_or_404(Demand.objects.visible_to(user), reference=reference.upper())
    if reference != demand.reference:
        return redirect(demand, permanent=True)
    steps = timeline.steps_for(user).filter(demand=demand)
    commitments = Commitment.objects.visible_to(user).filter(demand=demand)
    moments = timeline.moments(timeline.with_agenda(steps, user), timeline.corrected(steps))
    context = {
        "demand": demand,
        "begins_with_raising": timeline.begins_with_raising(moments, demand),
        "moments": moments,
        "planned": _planned(demand, user),
        "following": following(demand, user),
        "commitments": with_what_it_refers_to(commitments, user).by_urgency(),
        "online_url": f"{settings.SITE_URL}{demand.get_absolute_url()}",
        "today": timezone.localdate(),
    }
    return kept(render(request, "meetings/demand_detail.html", context), RECORD)


def _planned(demand: Demand, user: Reader) -> QuerySet[AgendaItem]:
    """The points of the meetings to come where it is on the agenda, the nearest first."""
    items = AgendaItem.objects.visible_to(user).filter(demand=demand)
    return (
        items.filter(meeting__starts_at__gte=timezone.now(), meeting__status__in=EXPECTED)
        .select_related("meeting")
        .order_by("meeting__starts_at", "pk")
    )


def demands_csv(request: HttpRequest) -> HttpResponseBase:
    """Download the demands asked for, as a table that a spreadsheet opens."""
    asked = DemandFilter(request.GET, request.user)
    return _download(asked, exports.as_csv(asked), "csv", "text/csv")


def demands_json(request: HttpRequest) -> HttpResponseBase:
    """Download the demands asked for with their steps, for a program."""
    asked = DemandFilter(request.GET, request.user)
    return _download(asked, exports.as_json(asked), "json", "application/json")


def _download(
    asked: DemandFilter, pieces: Iterator[str], extension: str, content_type: str
) -> HttpResponseBase:
    """Send the file as it is written; a filter that was not understood must not send too much."""
    if asked.errors:
        wrong = [str(message) for messages in asked.errors.values() for message in messages]
        words = " ".join([*wrong, "Rien n’est exporté."])
        return HttpResponse(f"{words}\n", status=400, content_type="text/plain; charset=utf-8")
    response = StreamingHttpResponse(pieces, content_type=f"{content_type}; charset=utf-8")
    name = f"revendications-{timezone.localdate().isoformat()}.{extension}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

"""The public record of the meetings: their list, the page of each, its documents."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from cgtdouanes.pages import kept
from cgtdouanes.paging import LongList
from meetings import calendars, linked_data
from meetings.forms import MeetingFilter
from meetings.models import RECORD, Document, Meeting
from meetings.permissions import can_have_calendar
from meetings.record import record_of


def meeting_list(request: HttpRequest) -> HttpResponse:
    """List what is to come, then what took place, the latest first."""
    asked = MeetingFilter(request.GET, request.user)
    meetings = asked.meetings()
    context = {
        "asked": asked,
        "upcoming": meetings.upcoming(),
        "page_obj": LongList(meetings.past(), asked.count_past).get_page(request.GET.get("page")),
        "calendar_address": calendars.public_address(),
        "one_tap": calendars.one_tap(calendars.public_address()),
        "can_have_calendar": can_have_calendar(request.user),
        "today": timezone.localdate(),
    }
    page = render(request, "meetings/meeting_list.html", context)
    return kept(page, RECORD, asks=[*asked.fields, "page"])


def meeting_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the record of one meeting, and its place in the chain."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), slug=slug)
    context = {
        "meeting": meeting,
        "record": record_of(meeting, request.user),
        "online_url": f"{settings.SITE_URL}{meeting.get_absolute_url()}",
        "today": timezone.localdate(),
        "linked_data": linked_data.of_meeting(meeting),
    }
    page = render(request, "meetings/meeting_detail.html", context)
    return kept(page, RECORD, meeting.page_tag)


def document(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Serve a document of a meeting to who may read it."""
    documents = Document.objects.visible_to(request.user)
    found = get_object_or_404(documents, meeting__slug=slug, pk=pk)
    return found.served_to(request)

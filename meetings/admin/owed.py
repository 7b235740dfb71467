"""« Ce qui reste dû »: what the chain leaves unanswered, to be put on the agenda of a meeting."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from meetings.due import still_owed
from meetings.models import Meeting
from meetings.permissions import can_keep_record
from meetings.services import put_on_agenda
from members.permissions import signed_in


def owed(request: HttpRequest, pk: int) -> HttpResponse:
    """List what is owed, and put on the agenda what the officer ticks."""
    if not can_keep_record(request.user):
        raise PermissionDenied
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    if request.method == "POST":
        return _put_on_agenda(request, meeting)
    context = admin.site.each_context(request) | {
        "title": "Ce qui reste dû",
        "opts": Meeting._meta,
        "meeting": meeting,
        "owed": still_owed(meeting, request.user),
    }
    return render(request, "admin/meetings/owed.html", context)


def _put_on_agenda(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    ticked = {
        group: {int(key) for key in request.POST.getlist(group) if key.isdecimal()}
        for group in ("demands", "commitments", "items")
    }
    if not any(ticked.values()):
        messages.warning(request, "Rien n’est coché : cochez ce qui doit être à l’ordre du jour.")
        return redirect("admin:meetings_meeting_owed", meeting.pk)
    points = put_on_agenda(meeting, signed_in(request), **ticked)
    if not points:
        messages.info(request, "Ce que vous avez coché est déjà à l’ordre du jour.")
    elif len(points) == 1:
        messages.success(request, "Un point est ajouté à la fin de l’ordre du jour.")
    else:
        messages.success(request, f"{len(points)} points sont ajoutés à la fin de l’ordre du jour.")
    return redirect("admin:meetings_meeting_change", meeting.pk)

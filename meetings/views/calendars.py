"""The calendars that programs read, and the page where an adherent keeps their own address."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cgtdouanes.pages import kept, known
from cgtdouanes.secrecy.secret_addresses import keep_to_the_bearer
from meetings import calendars
from meetings.models import RECORD, CalendarFeed, Meeting
from meetings.permissions import can_have_calendar
from members.audiences import audience_of
from members.permissions import Reader, signed_in

CONTENT_TYPE = "text/calendar; charset=utf-8"


@require_safe
def meeting_ics(request: HttpRequest, slug: str) -> HttpResponse:
    """Give one meeting, to be added to a calendar."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), slug=slug)
    return kept(_calendar(calendars.event_file(meeting), f"{meeting.slug}.ics"), RECORD)


@require_safe
def public_calendar(request: HttpRequest) -> HttpResponse:
    """Give the public meetings to whoever asks: this address holds the same for everyone."""
    content = _feed(
        AnonymousUser(),
        name="Réunions – CGT Douanes",
        description="Les réunions publiques de la section, depuis deux ans et à venir.",
    )
    return kept(_calendar(content, "reunions-cgt-douanes.ics"), RECORD)


@require_safe
def personal_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Give the owner of this secret address the meetings that they may know of today.

    Unknown, revoked, or of someone whose membership has ended: the answer is the same.
    """
    owner = CalendarFeed.objects.owner_of(token)
    if owner and owner.is_active and can_have_calendar(owner):
        content = _feed(
            owner,
            name="Réunions – CGT Douanes, calendrier personnel",
            description="Toutes les réunions de la section, depuis deux ans et à venir.",
        )
        response = _calendar(content, "mon-calendrier.ics")
    else:
        response = HttpResponseNotFound(
            "Ce calendrier n’existe pas, ou plus.\n", content_type="text/plain; charset=utf-8"
        )
    return keep_to_the_bearer(response)


@login_required
@require_http_methods(["GET", "POST"])
def my_calendar(request: HttpRequest) -> HttpResponse:
    """Let an adherent create, replace or revoke the secret address of their calendar."""
    user = signed_in(request)
    if not can_have_calendar(user):
        return render(request, "meetings/my_calendar_refused.html", status=403)
    feed = CalendarFeed.objects.filter(user=user).first()
    if request.method == "GET":
        return _page(request, feed)
    # A form sent twice must not replace the address that its first answer has just shown.
    if request.POST.get("feed", "") != _mark(feed):
        messages.warning(
            request,
            "Votre calendrier avait déjà changé. Une adresse n’est montrée qu’une fois : si vous "
            "ne l’avez plus, changez d’adresse.",
        )
    elif request.POST.get("action") == "issue":
        # Shown in this very answer and nowhere else: only its hash is kept.
        token = CalendarFeed.issue(user)
        address = calendars.personal_address(token)
        return _page(request, CalendarFeed.objects.get(user=user), address)
    elif feed and "confirm" in request.POST:
        feed.delete()
        messages.success(request, "Votre calendrier personnel est supprimé.")
    else:
        messages.error(request, "Rien n’a changé : pour supprimer le calendrier, cochez la case.")
    return redirect("meetings:my_calendar")


def _page(request: HttpRequest, feed: CalendarFeed | None, address: str = "") -> HttpResponse:
    context = {
        "feed": feed,
        "mark": _mark(feed),
        "address": address,
        "one_tap": calendars.one_tap(address) if address else "",
        "token": address.rpartition("/")[2].removesuffix(".ics"),
    }
    return render(request, "meetings/my_calendar.html", context)


def _mark(feed: CalendarFeed | None) -> str:
    """Tell one address of a person from the next, without telling anything of either."""
    return feed.created_at.isoformat() if feed else ""


def _feed(reader: Reader, *, name: str, description: str) -> bytes:
    """The calendar of the meetings that this reader may know of; of adherents, all have the same.

    Telephones ask for it several times a day, each.
    """

    def make() -> bytes:
        meetings = Meeting.objects.visible_to(reader).in_calendars()
        return calendars.feed(meetings, name=name, description=description)

    return known(("calendar", audience_of(reader), name), make, RECORD)


def _calendar(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response

"""The meetings as calendars (RFC 5545) that a telephone or a computer follows."""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from meetings.models import Meeting, MeetingStatus

PRODID = "-//CGT Douanes//Reunions//FR"
REFRESHED_EVERY = timedelta(hours=6)

# Told in the title too: many telephones show nothing else.
TOLD_IN_TITLE = {MeetingStatus.CANCELLED: "ANNULÉE", MeetingStatus.BOYCOTTED: "BOYCOTTÉE"}

# European summer time since 1996: the last Sunday of March, the last Sunday of October.
WINTER, SUMMER = timedelta(hours=1), timedelta(hours=2)
TO_SUMMER = datetime(1997, 3, 30, 2)
TO_WINTER = datetime(1996, 10, 27, 3)


def event_file(meeting: Meeting) -> bytes:
    """Return one meeting alone, to be added to a calendar."""
    calendar = _calendar()
    calendar.add_component(_event(meeting))
    return calendar.to_ical()


def feed(meetings: Iterable[Meeting], *, name: str, description: str) -> bytes:
    """Return a calendar to subscribe to. It is the same to the byte for the same meetings."""
    calendar = _calendar()
    calendar.calendar_name = name
    calendar.description = description
    calendar.add("REFRESH-INTERVAL", REFRESHED_EVERY, {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", f"PT{REFRESHED_EVERY // timedelta(hours=1)}H")
    for meeting in meetings:
        calendar.add_component(_event(meeting))
    return calendar.to_ical()


def public_address() -> str:
    return f"{settings.SITE_URL}{reverse('meetings:calendar')}"


def personal_address(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('meetings:personal_calendar', args=[token])}"


def one_tap(address: str) -> str:
    """Return the same address as telephones recognise it: one tap subscribes."""
    return f"webcal://{address.partition('://')[2]}"


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "PUBLISH")
    calendar.add_component(_time_zone())
    return calendar


def _event(meeting: Meeting) -> Event:
    event = Event()
    event.add("UID", meeting.calendar_uid)
    event.add("SEQUENCE", meeting.revision)
    # Of the last change, not of this answer: what has not changed is answered alike.
    event.add("DTSTAMP", meeting.updated_at)
    event.add("LAST-MODIFIED", meeting.updated_at)
    start, end = _moments(meeting)
    event.add("DTSTART", start)
    if end:
        event.add("DTEND", end)
    event.add("SUMMARY", _one_line(_title(meeting)))
    if meeting.place:
        event.add("LOCATION", _one_line(meeting.place))
    address = f"{settings.SITE_URL}{meeting.get_absolute_url()}"
    event.add(
        "DESCRIPTION", "\n".join([*_remarks(meeting), f"Ordre du jour et suites : {address}"])
    )
    event.add("URL", address)
    is_cancelled = meeting.status == MeetingStatus.CANCELLED
    event.add("STATUS", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if is_cancelled else "OPAQUE")
    event.add("CLASS", "PUBLIC" if meeting.is_public else "PRIVATE")
    return event


def _title(meeting: Meeting) -> str:
    kind = meeting.get_kind_display()
    title = f"{kind[:1].upper()}{kind[1:]} : {meeting.title}"
    told = TOLD_IN_TITLE.get(MeetingStatus(meeting.status))
    return f"{told} – {title}" if told else title


def _remarks(meeting: Meeting) -> list[str]:
    """What the STATUS of a calendar has no word for."""
    remarks = []
    if meeting.status not in {MeetingStatus.PLANNED, MeetingStatus.HELD}:
        remarks.append(f"Réunion {meeting.get_status_display()}.")
    if not meeting.is_public:
        remarks.append("Réunion réservée aux adhérent·es.")
    return remarks


def _moments(meeting: Meeting) -> tuple[datetime, datetime | None]:
    """Return the start and, when it is known, the end, in the section's local time.

    In UTC for what falls in the hour that autumn repeats: a local time always means the first of
    the two (RFC 5545, 3.3.5).
    """
    zone = timezone.get_default_timezone()
    # A set: in a calendar no event ends as it starts.
    instants = sorted({t.astimezone(UTC) for t in (meeting.starts_at, meeting.ends_at) if t})
    local = [t.astimezone(zone) for t in instants]
    moments = instants if any(t.fold for t in local) else local
    return moments[0], moments[1] if len(moments) > 1 else None


def _time_zone() -> Timezone:
    """Return the rules of summer time, for the programs that do not know them by name.

    Written here because those that the library works out begin summer an hour late.
    """
    zone = Timezone()
    zone.add("TZID", settings.TIME_ZONE)
    for season, name, offsets, change, month in (
        (TimezoneDaylight(), "CEST", (WINTER, SUMMER), TO_SUMMER, 3),
        (TimezoneStandard(), "CET", (SUMMER, WINTER), TO_WINTER, 10),
    ):
        season.add("DTSTART", change)
        season.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"})
        season.add("TZNAME", name)
        season.add("TZOFFSETFROM", offsets[0])
        season.add("TZOFFSETTO", offsets[1])
        zone.add_component(season)
    return zone


def _one_line(text: str) -> str:
    """Return the text on one line, without the control characters that no calendar allows."""
    printable = "".join(c for c in " ".join(text.split()) if unicodedata.category(c) != "Cc")
    return printable.strip()

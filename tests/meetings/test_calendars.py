"""What a calendar program reads of the meetings, and for whom."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from meetings.models import CalendarFeed, MeetingStatus
from tests.factories import MeetingFactory, UserFactory

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
PUBLIC = "/reunions/calendrier.ics"


def events(client, url=PUBLIC):
    return {str(event["UID"]): event for event in parsed(client, url).events}


def parsed(client, url=PUBLIC):
    response = client.get(url)
    assert response.status_code == 200
    return Calendar.from_ical(response.content)


def event_of(client, meeting):
    (event,) = parsed(client, reverse("meetings:ics", args=[meeting.slug])).events
    return event


def test_a_feed_is_what_a_calendar_program_expects(client):
    MeetingFactory(title="Une réunion dont le titre accentué à l’excès ne tient pas sur une ligne")
    response = client.get(PUBLIC)
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = response.content.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(len(line) for line in lines) <= 75
    for line in (
        b"VERSION:2.0",
        b"METHOD:PUBLISH",
        b"REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ):
        assert line in lines
    calendar = Calendar.from_ical(response.content)
    assert calendar.errors == []
    assert calendar["PRODID"]
    assert calendar["NAME"] == calendar["X-WR-CALNAME"] == "Réunions – CGT Douanes"
    assert [str(zone["TZID"]) for zone in calendar.timezones] == ["Europe/Paris"]


def test_an_empty_feed_is_a_calendar_still(client):
    assert parsed(client).events == []


def test_what_an_event_says(client, settings):
    settings.SITE_URL = "https://douanes.exemple.test"
    meeting = MeetingFactory(
        kind="social_committee",
        title="Plan probité",
        slug="plan-probite",
        place="Direction, salle 2",
        starts_at=datetime(2030, 1, 15, 9, 30, tzinfo=PARIS),
        ends_at=datetime(2030, 1, 15, 12, 0, tzinfo=PARIS),
    )
    event = event_of(client, meeting)
    assert event["SUMMARY"] == "CSA : Plan probité"
    assert event["LOCATION"] == "Direction, salle 2"
    assert event["URL"] == "https://douanes.exemple.test/reunions/plan-probite/"
    assert event["STATUS"] == "CONFIRMED"
    assert event["SEQUENCE"] == 0
    assert (
        event["DTSTAMP"].dt
        == event["LAST-MODIFIED"].dt
        == meeting.updated_at.replace(microsecond=0)
    )
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert (event.start, event.end) == (meeting.starts_at, meeting.ends_at)


def test_an_end_is_told_only_when_it_is_known(client):
    start = timezone.now() + timedelta(days=3)
    assert "DTEND" not in event_of(client, MeetingFactory(starts_at=start))
    assert "DTEND" not in event_of(client, MeetingFactory(starts_at=start, ends_at=start))


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2027, 1, 15, 8, 30, tzinfo=UTC), b"DTSTART;TZID=Europe/Paris:20270115T093000"),
        (datetime(2027, 7, 15, 7, 30, tzinfo=UTC), b"DTSTART;TZID=Europe/Paris:20270715T093000"),
        # The last minute of winter, and the first of summer, in the night of 28 March 2027.
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), b"DTSTART;TZID=Europe/Paris:20270328T015900"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), b"DTSTART;TZID=Europe/Paris:20270328T030000"),
        # Half past two comes twice in the night of 31 October 2027.
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), b"DTSTART;TZID=Europe/Paris:20271031T023000"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), b"DTSTART:20271031T013000Z"),
        (datetime(2027, 10, 31, 2, 0, tzinfo=UTC), b"DTSTART;TZID=Europe/Paris:20271031T030000"),
    ],
)
def test_the_hour_is_right_on_both_sides_of_the_change(client, moment, written):
    meeting = MeetingFactory(starts_at=moment)
    content = client.get(reverse("meetings:ics", args=[meeting.slug])).content
    assert written in content.split(b"\r\n")
    assert Calendar.from_ical(content).events[0].start.astimezone(UTC) == moment


def test_an_end_in_the_hour_that_comes_twice_is_after_its_start(client):
    start = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    meeting = MeetingFactory(starts_at=start, ends_at=start + timedelta(hours=1))
    event = event_of(client, meeting)
    assert event.end.astimezone(UTC) - event.start.astimezone(UTC) == timedelta(hours=1)


@pytest.mark.parametrize("year", range(2024, 2038))
def test_the_rules_of_summer_time_are_those_of_paris(client, year):
    """For a program that knows Paris by nothing but what the file says."""
    (zone,) = parsed(client).timezones
    told = zone.to_tz(lookup_tzid=False)
    moment = datetime(year, 1, 1, tzinfo=UTC)
    while moment.year == year:
        local = moment.astimezone(PARIS)
        if not local.fold:
            assert local.replace(tzinfo=told).utcoffset() == local.utcoffset()
        moment += timedelta(hours=1 if moment.month in {3, 10} else 100)


@pytest.mark.parametrize(
    "hostile",
    [
        "Réunion\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:CANARI",
        "Réunion\nATTENDEE:mailto:canari@exemple.test",
        "Réunion\rX-CANARI:1",
        "Réunion\x0bX-CANARI:1\x0cX-CANARI:2\x1eX-CANARI:3\x85X-CANARI:4\u2028X-CANARI:5",
        "Une virgule, un point-virgule; deux : points, une \\ barre et \\n",
        "a" * 73 + "\r\nX-CANARI:1",
    ],
)
def test_no_text_can_add_a_line(client, hostile):
    meeting = MeetingFactory(title=hostile[:200], place=hostile[:200])
    content = client.get(reverse("meetings:ics", args=[meeting.slug])).content
    unfolded = content.decode().replace("\r\n ", "")
    names = [line.partition(":")[0].partition(";")[0] for line in unfolded.splitlines()]
    assert names.count("BEGIN") == 5  # the calendar, the time zone and its two halves, the event
    assert "ATTENDEE" not in names
    assert "X-CANARI" not in names
    event = event_of(client, meeting)
    assert event["SUMMARY"] == f"Réunion technique : {' '.join(hostile.split())}"
    assert event["LOCATION"] == " ".join(hostile.split())


def test_an_unchanged_calendar_is_the_same_to_the_byte(client):
    MeetingFactory.create_batch(3)
    with time_machine.travel("2026-03-01 10:00+01:00", tick=False):
        first = client.get(PUBLIC).content
    with time_machine.travel("2026-03-02 11:30+01:00", tick=False):
        assert client.get(PUBLIC).content == first


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Autre"},
        {"place": "Ailleurs"},
        {"status": MeetingStatus.CANCELLED},
        {"slug": "autre-adresse"},
        {"starts_at": datetime(2031, 1, 1, 9, tzinfo=UTC)},
        {"ends_at": datetime(2040, 1, 1, 9, tzinfo=UTC)},
    ],
)
def test_a_change_is_the_next_of_the_same_event(client, change):
    with time_machine.travel("2026-03-01 10:00+01:00", tick=False):
        meeting = MeetingFactory()
        before = event_of(client, meeting)
    with time_machine.travel("2026-03-02 10:00+01:00", tick=False):
        for name, value in change.items():
            setattr(meeting, name, value)
        meeting.save()
        after = event_of(client, meeting)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt


def test_an_event_stays_the_same_when_the_address_of_the_site_changes(client, settings):
    meeting = MeetingFactory()
    settings.SITE_URL = "https://ancienne.exemple.test"
    before = event_of(client, meeting)
    settings.SITE_URL = "https://nouvelle.exemple.test"
    after = event_of(client, meeting)
    assert after["UID"] == before["UID"]
    assert after["URL"] != before["URL"]
    assert event_of(client, MeetingFactory())["UID"] != after["UID"]


def test_calendars_recognise_the_meetings_that_were_published_before(client, settings):
    settings.SITE_URL = "https://douanes.exemple.test"
    meeting, other = MeetingFactory(), MeetingFactory()
    migration = import_module("meetings.migrations.0010_calendar_uids")
    migration.keep_the_published(apps, None)
    assert set(events(client)) == {
        f"reunion-{each.pk}@douanes.exemple.test" for each in (meeting, other)
    }


def test_what_no_calendar_shows_is_not_a_change(client):
    meeting = MeetingFactory()
    meeting.delegation = "Le bureau"
    meeting.save()
    assert event_of(client, meeting)["SEQUENCE"] == 0


def test_a_cancelled_meeting_is_shown_as_cancelled(client):
    meeting = MeetingFactory(title="Plan probité", status=MeetingStatus.CANCELLED)
    event = events(client)[str(event_of(client, meeting)["UID"])]
    assert event["STATUS"] == "CANCELLED"
    assert event["SUMMARY"] == "ANNULÉE – Réunion technique : Plan probité"


def test_what_calendars_have_no_word_for_is_told_in_words(client):
    boycotted = MeetingFactory(title="Plan probité", status=MeetingStatus.BOYCOTTED)
    event = event_of(client, boycotted)
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"].startswith("BOYCOTTÉE")
    assert "boycottée" in event["DESCRIPTION"]
    reconvened = MeetingFactory(status=MeetingStatus.RECONVENED)
    assert "reconvoquée" in event_of(client, reconvened)["DESCRIPTION"]


def test_the_public_address_holds_public_meetings_only_whoever_asks(client):
    MeetingFactory(title="Publique")
    MeetingFactory(members_only=True, title="CANARI", place="CANARI", slug="canari")
    for_visitors = client.get(PUBLIC).content
    assert b"Publique" in for_visitors
    assert b"canari" not in for_visitors.lower()
    for role in ({"adherent": True}, {"role": "secretary"}, {"superuser": True}):
        client.force_login(UserFactory(**role))
        assert client.get(PUBLIC).content == for_visitors


def test_a_meeting_that_becomes_reserved_leaves_the_public_calendar(client):
    meeting = MeetingFactory()
    assert len(events(client)) == 1
    meeting.visibility = "members"
    meeting.save()
    assert events(client) == {}
    assert client.get(reverse("meetings:ics", args=[meeting.slug])).status_code == 404


def test_a_feed_goes_two_years_back_and_all_the_way_forward(client):
    now = timezone.now()
    MeetingFactory(title="Il y a trois ans", starts_at=now - timedelta(days=3 * 365))
    MeetingFactory(title="L’an dernier", starts_at=now - timedelta(days=400))
    MeetingFactory(title="Plus tard", starts_at=now + timedelta(days=900))
    titles = [str(event["SUMMARY"]) for event in events(client).values()]
    assert [title.partition(" : ")[2] for title in titles] == ["L’an dernier", "Plus tard"]
    assert "depuis deux ans" in parsed(client)["X-WR-CALDESC"]


@pytest.mark.parametrize("is_personal", [False, True])
def test_a_feed_takes_the_same_queries_however_many_meetings(client, is_personal):
    url = PUBLIC
    if is_personal:
        token = CalendarFeed.issue(UserFactory(adherent=True))
        url = reverse("meetings:personal_calendar", args=[token])

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    MeetingFactory()
    few = queries()
    MeetingFactory.create_batch(40)
    assert queries() == few


def test_a_meeting_cannot_take_the_address_of_a_calendar():
    for slug in ("mon-calendrier", "calendrier"):
        with pytest.raises(Exception, match="déjà celle d’une autre page"):
            MeetingFactory.build(slug=slug).clean()


def test_the_host_of_a_request_enters_no_calendar(client):
    meeting = MeetingFactory()
    answer = client.get(reverse("meetings:ics", args=[meeting.slug]), headers={"host": "localhost"})
    assert b"localhost" not in answer.content
    assert urlsplit(event_of(client, meeting)["URL"]).hostname == "127.0.0.1"

"""Calendars: what a program reads, for whom, and the secret address of an adherent's own."""

import logging
import re
import runpy
from datetime import UTC, datetime, timedelta
from io import StringIO
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from gunicorn.config import Config
from icalendar import Calendar

from cgtdouanes.operations.logs import DiscreetFormatter
from meetings.models import CalendarFeed, MeetingStatus
from tests.factories import MeetingFactory, MembershipFactory, UserFactory

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


def personal(token):
    return reverse("meetings:personal_calendar", args=[token])


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
    assert event["UID"] == f"reunion-{meeting.pk}@douanes.exemple.test"
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
    url = personal(CalendarFeed.issue(UserFactory(adherent=True))) if is_personal else PUBLIC

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    MeetingFactory()
    few = queries()
    MeetingFactory.create_batch(40)
    assert queries() == few


def test_a_personal_calendar_holds_reserved_meetings_without_signing_in(client):
    token = CalendarFeed.issue(UserFactory(adherent=True))
    MeetingFactory(title="Publique")
    MeetingFactory(title="Entre nous", members_only=True)
    response = client.get(personal(token))
    assert {str(event["SUMMARY"]) for event in Calendar.from_ical(response.content).events} == {
        "Réunion technique : Publique",
        "Réunion technique : Entre nous",
    }
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert not response.cookies


def test_a_calendar_stops_at_the_next_request_when_its_owner_is_no_adherent(client):
    user = UserFactory(adherent=True)
    url = personal(CalendarFeed.issue(user))
    assert client.get(url).status_code == 200
    user.membership.paid_until = timezone.localdate() - timedelta(days=300)
    user.membership.save()
    assert client.get(url).status_code == 404


def test_a_calendar_stops_when_the_account_is_closed(client):
    user = UserFactory(adherent=True)
    url = personal(CalendarFeed.issue(user))
    user.is_active = False
    user.save()
    assert client.get(url).status_code == 404


def test_a_calendar_stops_with_the_mandate_of_who_is_not_a_member(client):
    user = UserFactory(role="editor")
    url = personal(CalendarFeed.issue(user))
    assert client.get(url).status_code == 200
    user.mandates.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert client.get(url).status_code == 404


def test_an_address_that_does_not_work_never_tells_why(client):
    lapsed = CalendarFeed.issue(UserFactory(lapsed=True))
    user = UserFactory(adherent=True)
    replaced = CalendarFeed.issue(user)
    CalendarFeed.issue(user)
    revoked_user = UserFactory(adherent=True)
    revoked = CalendarFeed.issue(revoked_user)
    revoked_user.calendar_feed.delete()
    tokens = ["inconnu", "x" * 5000, "é", lapsed, replaced, revoked]
    answers = [client.get(personal(token)) for token in tokens]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


def test_the_calendar_of_one_is_not_that_of_another(client):
    first, second = UserFactory(adherent=True), UserFactory(adherent=True)
    token = CalendarFeed.issue(first)
    CalendarFeed.issue(second)
    client.force_login(second)
    mine = reverse("meetings:my_calendar")
    mark = re.search(r'name="feed" value="([^"]*)"', client.get(mine).content.decode())[1]
    client.post(mine, {"action": "revoke", "confirm": "on", "feed": mark})
    assert not CalendarFeed.objects.filter(user=second).exists()
    assert client.get(personal(token)).status_code == 200


def press(client, action, **more):
    """Press a button of the page as it stands now."""
    page = client.get(reverse("meetings:my_calendar")).content.decode()
    mark = re.search(r'name="feed" value="([^"]*)"', page)[1]
    return client.post(reverse("meetings:my_calendar"), {"action": action, "feed": mark, **more})


def shown_token(response):
    found = re.search(r"http://127\.0\.0\.1:8000/reunions/calendrier/([^.<]+)\.ics", text(response))
    return found[1]


def text(response):
    return response.content.decode()


@pytest.fixture
def adherent(client):
    user = UserFactory(adherent=True)
    client.force_login(user)
    return user


def test_the_address_is_shown_once_and_kept_nowhere(client, adherent):
    response = press(client, "issue")
    assert response.status_code == 200
    token = shown_token(response)
    assert f'href="webcal://127.0.0.1:8000{personal(token)}"' in text(response)
    assert "no-store" in response.headers["Cache-Control"]
    assert token not in str(response.headers)
    assert client.get(personal(token)).status_code == 200
    assert token not in text(client.get(reverse("meetings:my_calendar")))
    assert token not in str(dict(client.session.items()))
    assert token not in str(CalendarFeed.objects.values())


def test_a_new_address_ends_the_former_one(client, adherent):
    former = shown_token(press(client, "issue"))
    new = shown_token(press(client, "issue"))
    assert new != former
    assert client.get(personal(former)).status_code == 404
    assert client.get(personal(new)).status_code == 200


def test_a_form_sent_twice_does_not_end_the_address_just_shown(client, adherent):
    url = reverse("meetings:my_calendar")
    first = client.post(url, {"action": "issue", "feed": ""})
    again = client.post(url, {"action": "issue", "feed": ""}, follow=True)
    assert "n’est montrée qu’une fois" in text(again)
    assert client.get(personal(shown_token(first))).status_code == 200


def test_a_calendar_is_deleted_once_that_is_confirmed(client, adherent):
    token = shown_token(press(client, "issue"))
    assert press(client, "revoke").status_code == 302
    assert "cochez la case" in text(client.get(reverse("meetings:my_calendar")))
    assert client.get(personal(token)).status_code == 200
    assert press(client, "revoke", confirm="on").status_code == 302
    assert client.get(personal(token)).status_code == 404


def test_nothing_happens_by_a_link(client, adherent):
    client.get(reverse("meetings:my_calendar"), {"action": "issue", "feed": ""})
    assert not CalendarFeed.objects.exists()


def test_who_is_no_adherent_is_told_so(client):
    user = UserFactory(lapsed=True)
    client.force_login(user)
    for answer in (
        client.get(reverse("meetings:my_calendar")),
        client.post(reverse("meetings:my_calendar"), {"action": "issue", "feed": ""}),
    ):
        assert answer.status_code == 403
        assert "adhésion en cours" in text(answer)
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize("page", ["members:space", "meetings:list"])
@pytest.mark.parametrize(("who", "offered"), [("adherent", True), ("lapsed", False)])
def test_the_personal_calendar_is_offered_to_who_may_have_one(client, page, who, offered):
    client.force_login(UserFactory(**{who: True}))
    link = f'href="{reverse("meetings:my_calendar")}"'
    assert (link in text(client.get(reverse(page)))) is offered


def test_anyone_is_offered_the_public_calendar(client):
    page = text(client.get(reverse("meetings:list")))
    assert 'href="webcal://127.0.0.1:8000/reunions/calendrier.ics"' in page


@pytest.fixture
def logs(monkeypatch):
    """What the site's own handler writes."""
    (handler,) = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, DiscreetFormatter)
    ]
    written = StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/reunions/calendrier/{}.ics", 404),
        ("post", "/reunions/calendrier/{}.ics", 405),
        ("get", "/reunions/calendrier/{}", 404),
        ("get", "/reunions/calendrier/{}.ics/", 404),
    ],
)
def test_the_secret_of_an_address_is_not_logged(client, logs, method, address, status):
    token = CalendarFeed.issue(UserFactory(lapsed=True))
    assert getattr(client, method)(address.format(token)).status_code == status
    assert "/reunions/calendrier/[secret]" in logs.getvalue()
    assert token not in logs.getvalue()


def test_the_secret_of_an_address_is_not_logged_by_an_error(client, logs, monkeypatch):
    token = CalendarFeed.issue(UserFactory(adherent=True))
    monkeypatch.setattr("meetings.calendars.feed", lambda *args, **kwargs: 1 / 0)
    client.raise_request_exception = False
    assert client.get(personal(token)).status_code == 500
    assert "ZeroDivisionError" in logs.getvalue()
    assert token not in logs.getvalue()


def test_the_application_server_does_not_log_it_either(settings):
    server = runpy.run_path(settings.BASE_DIR / "gunicorn.conf.py")
    assert server["accesslog"] is None
    config = Config()
    config.set("loglevel", server["loglevel"])
    logger = server["logger_class"](config)
    (handler,) = logger.error_log.handlers
    handler.stream = StringIO()
    logger.error("Error handling request %s %s", "GET", "/reunions/calendrier/canari.ics")
    logger.error_log.removeHandler(handler)
    assert "/reunions/calendrier/[secret]" in handler.stream.getvalue()
    assert "canari" not in handler.stream.getvalue()


def test_a_meeting_cannot_take_the_address_of_a_calendar():
    for slug in ("mon-calendrier", "calendrier"):
        with pytest.raises(Exception, match="déjà celle d’une autre page"):
            MeetingFactory.build(slug=slug).clean()


def test_the_host_of_a_request_enters_no_calendar(client):
    meeting = MeetingFactory()
    answer = client.get(reverse("meetings:ics", args=[meeting.slug]), headers={"host": "localhost"})
    assert b"localhost" not in answer.content
    assert urlsplit(event_of(client, meeting)["URL"]).hostname == "127.0.0.1"


def test_an_adherent_who_comes_back_finds_the_calendar_again(client):
    user = UserFactory()
    membership = MembershipFactory(user=user, lapsed=True)
    url = personal(CalendarFeed.issue(user))
    assert client.get(url).status_code == 404
    membership.paid_until = timezone.localdate() + timedelta(days=30)
    membership.save()
    assert client.get(url).status_code == 200

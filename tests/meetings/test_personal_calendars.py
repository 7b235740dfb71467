"""An adherent’s own calendar: a secret address, made, replaced and deleted on its page."""

import re
import runpy
from datetime import timedelta
from io import StringIO

import pytest
from django.urls import reverse
from django.utils import timezone
from gunicorn.config import Config
from icalendar import Calendar

from meetings.models import CalendarFeed
from tests.factories import MeetingFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def personal(token):
    return reverse("meetings:personal_calendar", args=[token])


@pytest.fixture
def adherent(client):
    user = UserFactory(adherent=True)
    client.force_login(user)
    return user


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


def test_an_adherent_who_comes_back_finds_the_calendar_again(client):
    user = UserFactory()
    membership = MembershipFactory(user=user, lapsed=True)
    url = personal(CalendarFeed.issue(user))
    assert client.get(url).status_code == 404
    membership.paid_until = timezone.localdate() + timedelta(days=30)
    membership.save()
    assert client.get(url).status_code == 200

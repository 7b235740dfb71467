"""Who is told by mail of meetings and of demands, and what the mail says of them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail as sent
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from meetings import services
from meetings.models import DemandFollower, DemandStep, Meeting
from members.models import MailPreferences, OutgoingMail, Role
from tests.factories import DemandFactory, DemandStepFactory, MeetingFactory, UserFactory
from tests.mailbox import told_by
from tests.meetings.desk_forms import ADD, change
from tests.meetings.desk_forms import sent as form

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
SPACES = str.maketrans("\u202f\u00a0", "  ")


@pytest.fixture
def reader():
    return UserFactory(adherent=True)


@pytest.fixture
def editor(client):
    user = UserFactory(role=Role.EDITOR)
    MailPreferences.objects.create(user=user, meetings="never", demands="never")
    client.force_login(user)
    return user


def leave():
    """Send what waits, and return the words of the mails that left, by address."""
    before = len(sent.outbox)
    call_command("send_mail_queue")
    return {each.to[0]: each.body.translate(SPACES) for each in sent.outbox[before:]}


def in_days(number):
    return timezone.now() + timedelta(days=number)


def save(meeting, **changes):
    for name, value in changes.items():
        setattr(meeting, name, value)
    services.save_meeting(meeting)
    return meeting


def test_a_meeting_is_announced_moved_and_cancelled_at_the_desk(client, editor, reader):
    day = (timezone.localtime() + timedelta(days=20)).replace(hour=9, minute=30)
    dated = {"starts_at_0": f"{day:%d/%m/%Y}", "starts_at_1": "09:30:00"}
    client.post(ADD, form(place="Valserre", **dated))
    meeting = Meeting.objects.get()
    said = leave()[reader.email]
    assert sent.outbox[0].subject == "Une date à noter"
    assert "Une réunion est annoncée : Plan probité" in said
    assert "Réunion technique, le" in said
    assert "à 9 h 30." in said
    assert "Lieu : Valserre." in said
    assert "http://127.0.0.1:8000/reunions/plan-probite/" in said

    client.post(change(meeting), form(meeting, place="Ailleurs", **dated))
    assert leave() == {}, "neither the hour nor the state has changed"
    later = day + timedelta(days=3)
    client.post(change(meeting), form(meeting, **dated | {"starts_at_0": f"{later:%d/%m/%Y}"}))
    assert "Une réunion change de date" in leave()[reader.email]
    meeting.refresh_from_db()
    client.post(change(meeting), form(meeting, status="cancelled"))
    assert "Une réunion n’aura pas lieu" in leave()[reader.email]
    client.post(change(meeting), form(meeting, status="cancelled"))
    assert leave() == {}
    client.post(change(meeting), form(meeting, status="planned"))
    assert "Une réunion est annoncée" in leave()[reader.email]


def test_a_meeting_moved_there_and_back_is_told_each_time(reader):
    meeting = save(MeetingFactory.build(starts_at=in_days(20)))
    first = meeting.starts_at
    leave()
    for day in (in_days(21), first, in_days(22)):
        save(meeting, starts_at=day)
        assert len(leave()) == 1


def test_two_changes_before_the_mail_leaves_are_one_mail_that_tells_the_last(reader):
    meeting = save(MeetingFactory.build(starts_at=in_days(20)))
    save(meeting, starts_at=datetime(2099, 3, 4, 14, tzinfo=PARIS))
    save(meeting, starts_at=datetime(2099, 3, 5, 14, tzinfo=PARIS))
    said = leave()
    assert len(said) == 1
    assert "Une réunion change de date" in said[reader.email]
    assert "le 5 mars 2099 à 14 h" in said[reader.email]
    assert "4 mars" not in said[reader.email]
    assert "annoncée" not in said[reader.email]


@pytest.mark.parametrize(
    "fields",
    [
        {"starts_at": timezone.now() - timedelta(days=1)},
        {"status": "held"},
        {"status": "cancelled"},
    ],
)
def test_what_is_not_to_come_is_not_announced(reader, fields):
    save(MeetingFactory.build(**{"starts_at": in_days(20)} | fields))
    assert not OutgoingMail.objects.exists()


def test_the_record_of_a_past_meeting_tells_nothing(reader):
    meeting = MeetingFactory(starts_at=in_days(-3))
    save(meeting, status="held")
    save(meeting, starts_at=in_days(-4))
    save(meeting, status="cancelled")
    assert not OutgoingMail.objects.exists()


def test_a_meeting_that_has_begun_or_is_cancelled_when_the_mail_leaves(reader):
    meeting = save(MeetingFactory.build(starts_at=in_days(20)))
    Meeting.objects.update(status="cancelled")
    assert leave() == {}
    save(meeting, status="planned", starts_at=in_days(21))
    Meeting.objects.update(starts_at=in_days(-1))
    assert leave() == {}


def test_of_a_reserved_meeting_the_mail_only_says_that_something_awaits(client, reader):
    meeting = save(
        MeetingFactory.build(
            starts_at=in_days(20), title="zqtitre", slug="zqadresse", place="zqlieu"
        ),
        visibility="members",
    )
    save(meeting, starts_at=datetime(2099, 3, 5, 14, tzinfo=PARIS))
    said = leave()[reader.email]
    told = told_by(sent.outbox[-1])
    date = "5\u202fmars\u202f2099"
    assert not any(word in told for word in ("zqtitre", "zqadresse", "zqlieu", date))
    assert "Du nouveau vous attend" in said
    client.force_login(reader)
    for mail in OutgoingMail.objects.all():
        assert client.get(f"/espace/nouvelles/{mail.reference}/").url == "/reunions/zqadresse/"


def follow(demand, *people):
    for person in people:
        services.follow(demand, person)


def step(demand, officer=None, **fields):
    fields = {"meeting": MeetingFactory(held=True), "state": "refused"} | fields
    return services.record_step(
        DemandStep(demand=demand, **fields), officer or UserFactory(role=Role.EDITOR)
    )


def test_who_follows_a_demand_is_told_of_its_new_step(reader):
    demand = DemandFactory(title="Un chauffage qui marche")
    follow(demand, reader)
    UserFactory(adherent=True)
    step(demand, answer="zqreponse", quote="zqcitation")
    said = leave()
    assert list(said) == [reader.email]
    assert sent.outbox[0].subject == "Du nouveau sur ce que vous suivez"
    assert f"{demand.reference} : Un chauffage qui marche" in said[reader.email]
    assert "est désormais refusée" in said[reader.email]
    assert f"/revendications/{demand.reference}/" in said[reader.email]
    assert "zqreponse" not in said[reader.email]
    assert "zqcitation" not in said[reader.email]


def test_the_officer_who_records_a_step_is_not_told_of_it(editor):
    MailPreferences.objects.all().delete()
    demand = DemandFactory()
    follow(demand, editor)
    step(demand, editor)
    assert not OutgoingMail.objects.exists()


def test_what_came_up_at_one_meeting_is_one_mail(reader):
    demands = [DemandFactory() for _ in range(3)]
    meeting = MeetingFactory(held=True)
    for demand in demands:
        follow(demand, reader)
        step(demand, meeting=meeting)
    said = leave()
    assert len(sent.outbox) == 1
    assert all(demand.title in said[reader.email] for demand in demands)


def test_a_step_corrected_before_the_mail_leaves_is_told_as_corrected(reader):
    demand = DemandFactory()
    follow(demand, reader)
    wrong = step(demand)
    step(demand, corrects=wrong, state="granted")
    said = leave()[reader.email]
    assert "désormais obtenue" in said
    assert "refusée" not in said


def test_who_follows_no_more_when_the_mail_leaves_is_not_told(reader):
    demand = DemandFactory()
    follow(demand, reader)
    step(demand)
    services.unfollow(demand, reader)
    assert leave() == {}


def test_a_step_that_visitors_do_not_know_is_not_named(client, reader):
    public = DemandFactory(title="zqtitre")
    DemandStepFactory(demand=public)
    reserved = DemandFactory(members_only=True, title="zqautre", theme="zqtheme")
    for demand in (public, reserved):
        follow(demand, reader)
        step(demand, meeting=MeetingFactory(held=True, members_only=True, title="zqreunion"))
    leave()
    told = told_by(sent.outbox[0])
    names = ["zqtitre", "zqautre", "zqtheme", "zqreunion", public.reference, reserved.reference]
    assert not any(word in told for word in [*names, "refusée"])
    client.force_login(reader)
    urls = {
        client.get(f"/espace/nouvelles/{mail.reference}/").url
        for mail in OutgoingMail.objects.all()
    }
    assert urls == {f"/revendications/{demand.reference}/" for demand in (public, reserved)}


def test_queueing_takes_as_many_queries_for_one_reader_as_for_fifty(reader):
    def queries(act):
        with CaptureQueriesContext(connection) as captured:
            act()
        return len(captured)

    def taken(followers):
        announced = queries(lambda: save(MeetingFactory.build(starts_at=in_days(20))))
        demand = DemandFactory()
        DemandFollower.objects.bulk_create(
            DemandFollower(demand=demand, user=user)
            for user in [UserFactory(adherent=True) for _ in range(followers)]
        )
        officer, meeting = UserFactory(role=Role.EDITOR), MeetingFactory(held=True)
        return announced, queries(lambda: step(demand, officer, meeting=meeting))

    taken(1)
    assert taken(1) == taken(50)

"""What people choose to receive: their page, the weekly mail, and the link that stops a theme."""

from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail as sent
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cgtdouanes.operations.logs import SECRET
from members.mail import letters, news, outbox, unsubscribing
from members.mail.news import next_digest
from members.mail.sending import send_due
from members.models import Frequency, MailPreferences, OutgoingMail, Role, Topic
from members.permissions import readers, reads_reserved
from tests.factories import MandateFactory, OutgoingMailFactory, UserFactory

pytestmark = pytest.mark.django_db

PAGE = "/espace/notifications/"
NEWS = "/espace/nouvelles/"
PARIS = ZoneInfo("Europe/Paris")
SPACES = str.maketrans("\u202f\u00a0", "  ")
CHOICES = {"reports": "never", "meetings": "weekly", "demands": "immediate", "answers": "weekly"}


@pytest.fixture
def person(client):
    user = UserFactory(adherent=True)
    client.force_login(user)
    return user


def words(response):
    return unescape(response.content.decode()).translate(SPACES)


def choices(user):
    own = MailPreferences.objects.get(user=user)
    return {topic.value: own.choice(topic).value for topic in Topic}


def tell(event, people=None):
    news.tell(letters._kinds["gossip"], event, 1, readers() if people is None else people)


def test_the_defaults_are_shown_before_any_choice(client, person):
    form = client.get(PAGE).context["form"]
    assert {name: form[name].value() for name in form.fields} == {
        "reports": "weekly",
        "meetings": "immediate",
        "demands": "immediate",
        "answers": "immediate",
    }
    assert not MailPreferences.objects.exists()


def test_choices_are_kept_and_kept_again(client, person):
    for _ in range(2):
        response = client.post(PAGE, CHOICES, follow=True)
        assert "Vos choix sont enregistrés." in words(response)
    assert choices(person) == CHOICES
    client.post(PAGE, CHOICES | {"reports": "immediate"})
    assert choices(person) == CHOICES | {"reports": "immediate"}


@pytest.mark.parametrize("wrong", [{"reports": "parfois"}, {"reports": ""}, {"reports": "\0"}])
def test_a_choice_that_is_none_is_said_and_the_others_stay(client, person, wrong):
    response = client.post(PAGE, CHOICES | wrong)
    assert response.status_code == 200
    assert "Rien n’est encore enregistré" in words(response)
    assert response.context["form"]["meetings"].value() == "weekly"
    assert not MailPreferences.objects.exists()


def test_one_person_s_choices_are_nobody_else_s(client, person):
    other = UserFactory(adherent=True)
    client.post(PAGE, CHOICES | {"user": other.pk})
    assert MailPreferences.objects.get().user == person


def test_who_is_no_adherent_is_told_why_nothing_comes(client, person):
    assert "n’étant pas à jour" not in words(client.get(PAGE))
    client.force_login(UserFactory(lapsed=True))
    assert "n’étant pas à jour" in words(client.get(PAGE))


def test_the_page_says_when_the_weekly_mail_leaves(client, person):
    with time_machine.travel(datetime(2026, 3, 4, 12, tzinfo=PARIS), tick=False):
        client.force_login(person)
        assert "lundi 9 mars 2026 à 8 h" in words(client.get(PAGE))


def test_each_is_told_as_they_chose():
    at_once, weekly, by_default, never, officer, lapsed = (
        *(UserFactory(adherent=True) for _ in range(4)),
        UserFactory(role=Role.MODERATOR),
        UserFactory(lapsed=True),
    )
    chosen = {at_once: "immediate", weekly: "weekly", never: "never", lapsed: "immediate"}
    for user, choice in chosen.items():
        MailPreferences.objects.create(user=user, reports=choice)
    tell("gossip/1")
    rows = {mail.recipient: mail.in_digest for mail in OutgoingMail.objects.all()}
    assert rows == {at_once: False, weekly: True, by_default: True, officer: True}
    assert send_due().sent == 1
    with time_machine.travel(next_digest() + timedelta(minutes=1)):
        assert send_due().sent == 3
    assert sorted(message.to[0] for message in sent.outbox[1:]) == sorted(
        user.email for user in (weekly, by_default, officer)
    )


def test_who_refuses_before_the_weekly_mail_leaves_is_not_written_to(client, person):
    tell("gossip/1")
    client.post(PAGE, CHOICES)
    with time_machine.travel(next_digest() + timedelta(minutes=1)):
        assert send_due().without_object == 1
    assert sent.outbox == []


def test_a_weekly_mail_that_fails_is_tried_again_for_five_days(person, settings):
    with time_machine.travel(datetime(2026, 3, 3, 12, tzinfo=PARIS)):
        tell("gossip/1")
    settings.EMAIL_BACKEND = "members.mail.smtp.Backend"
    settings.EMAIL_PORT = 9
    with time_machine.travel(datetime(2026, 3, 14, 7, tzinfo=PARIS)):
        assert send_due().put_off == 1
    with time_machine.travel(datetime(2026, 3, 14, 8, tzinfo=PARIS)):
        assert send_due().given_up == 1


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ((2026, 3, 4, 12), (2026, 3, 9, 8)),
        ((2026, 3, 9, 7), (2026, 3, 9, 8)),
        ((2026, 3, 9, 8), (2026, 3, 16, 8)),
        # The clocks change on Sunday 29 March and on Sunday 25 October.
        ((2026, 3, 27, 12), (2026, 3, 30, 8)),
        ((2026, 10, 23, 12), (2026, 10, 26, 8)),
    ],
)
def test_the_weekly_mail_leaves_on_its_day_at_its_hour_in_paris(now, expected):
    moment = next_digest(datetime(*now, tzinfo=PARIS))
    assert moment == datetime(*expected, tzinfo=PARIS)
    assert moment.utcoffset() == datetime(*expected, tzinfo=PARIS).utcoffset()


def test_the_day_and_the_hour_are_settings(settings):
    settings.MAIL_DIGEST_DAY, settings.MAIL_DIGEST_HOUR = 5, 18
    assert next_digest(datetime(2026, 3, 4, 12, tzinfo=PARIS)) == datetime(
        2026, 3, 6, 18, tzinfo=PARIS
    )


ROLES = ["adherent", "pending", "lapsed", *Role.values]


@pytest.mark.parametrize("role", ROLES)
def test_those_written_to_are_those_who_read_what_is_reserved(role):
    user = UserFactory(**({"role": role} if role in Role.values else {role: True}))
    assert readers().filter(pk=user.pk).exists() is reads_reserved(user)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert not readers().filter(pk=user.pk).exists()


def test_a_mandate_that_is_over_is_written_to_no_more():
    yesterday = timezone.localdate() - timedelta(days=1)
    mandate = MandateFactory(role=Role.EDITOR, ends_on=yesterday)
    assert not readers().filter(pk=mandate.user.pk).exists()


def test_queries_per_batch_are_the_same_however_many_they_are(monkeypatch):
    def queries(number):
        users = [UserFactory(adherent=True) for _ in range(number)]
        people = readers().filter(pk__in=[user.pk for user in users])
        with CaptureQueriesContext(connection) as captured:
            tell(f"gossip/{number}", people)
        return len(captured)

    monkeypatch.setattr(outbox, "BATCH", 10)
    one, two, four = queries(10), queries(20), queries(40)
    assert two - one == (four - two) / 2
    assert one <= 8


def link(user, topic=""):
    return reverse("mail:unsubscribe", args=[unsubscribing.token(user, topic)])


def test_one_click_stops_a_theme_without_session_or_cookie():
    person = UserFactory(adherent=True)
    outside = Client(enforce_csrf_checks=True)
    response = outside.post(
        link(person, "meetings"),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 200
    assert not response.cookies
    assert choices(person) == {
        "reports": "weekly",
        "meetings": "never",
        "demands": "immediate",
        "answers": "immediate",
    }
    outside.post(link(person, "meetings"))
    assert choices(person)["meetings"] == "never"


def test_the_link_of_the_weekly_mail_stops_what_comes_weekly():
    person = UserFactory(adherent=True)
    MailPreferences.objects.create(user=person, **CHOICES | {"reports": "weekly"})
    Client().post(link(person))
    assert choices(person) == {
        "reports": "never",
        "meetings": "never",
        "demands": "immediate",
        "answers": "never",
    }


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_link_changes_nothing(method):
    person = UserFactory(adherent=True)
    response = getattr(Client(), method)(link(person, "meetings"))
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert not MailPreferences.objects.exists()


def test_the_page_of_the_link_names_the_theme_and_nobody(client):
    person = UserFactory(adherent=True, display_name="Maëlle")
    shown = words(client.get(link(person, "meetings")))
    assert "réunions" in shown
    assert "Rien n’est changé" in shown
    assert person.email not in shown
    assert "Maëlle" not in shown


def test_the_link_tells_nothing_and_lasts_for_years():
    person = UserFactory(pk=987_654, adherent=True)
    token = unsubscribing.token(person, "meetings")
    assert "987654" not in token
    assert "meetings" not in token
    assert token != unsubscribing.token(person, "meetings"), "two mails are not compared"
    with time_machine.travel(timezone.now() + timedelta(days=3 * 365)):
        Client().post(reverse("mail:unsubscribe", args=[token]))
    assert choices(person)["meetings"] == "never"


def test_the_link_of_a_mail_survives_a_new_secret_key(settings):
    person = UserFactory(adherent=True)
    address = link(person, "meetings")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret key"
    assert Client().post(address).status_code == 200
    assert choices(person)["meetings"] == "never"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("topic", ["", "meetings"])
def test_an_account_that_is_no_more_gets_the_same_answer(method, topic):
    there, gone = UserFactory(adherent=True), UserFactory()
    of_gone = link(gone, topic)
    gone.delete()
    known = getattr(Client(), method)(link(there, topic))
    unknown = getattr(Client(), method)(of_gone)
    assert known.status_code == unknown.status_code == 200
    assert known.content == unknown.content


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("cut", [0, 1, 40, 200])
def test_a_link_that_was_not_copied_whole_says_what_to_do(method, cut):
    whole = unsubscribing.token(UserFactory(adherent=True), "meetings")
    token = whole[:-cut] if cut else "é" * 20
    address = reverse("mail:unsubscribe", args=[token or "x"])
    response = getattr(Client(), method)(address)
    assert response.status_code == 404
    assert "Ce lien n’est pas complet" in words(response)
    assert not MailPreferences.objects.exists()


def test_what_is_sealed_for_something_else_is_no_link():
    sealed = letters.seal_words("Votre code", "123456")
    assert Client().get(reverse("mail:unsubscribe", args=[sealed])).status_code == 404


def test_the_secret_of_a_link_is_not_written_in_the_logs():
    line = SECRET.sub(r"\1[secret]", f"Not Found: {link(UserFactory(), 'meetings')}")
    assert line == "Not Found: /courrier/arret/[secret]"


def announced(user, number=1):
    return OutgoingMailFactory(
        kind="gossip",
        event=f"gossip/{number}",
        recipient=user,
        sent_at=timezone.now() - timedelta(hours=number),
        next_try_at=None,
    )


def test_what_was_announced_is_listed_with_links_that_lead_there(client, person):
    mail = announced(person)
    announced(UserFactory(adherent=True), 2)
    OutgoingMailFactory(kind="notice", recipient=person, sent_at=timezone.now(), next_try_at=None)
    OutgoingMailFactory(kind="gossip", recipient=person)
    shown = words(client.get(NEWS))
    assert shown.count(f"{NEWS}") == shown.count(f"{NEWS}{mail.reference}/") == 1
    assert client.get(f"{NEWS}{mail.reference}/").url == "/articles/"


def test_what_one_may_read_no_more_and_what_is_another_s_are_answered_alike(client, person):
    own, other = announced(person), announced(UserFactory(adherent=True), 2)
    yesterday = timezone.localdate() - timedelta(days=1)
    type(person.membership).objects.filter(user=person).update(resigned_on=yesterday)
    for reference in (own.reference, other.reference, "00000000-0000-0000-0000-000000000000"):
        response = client.get(f"{NEWS}{reference}/", follow=True)
        assert response.redirect_chain == [("/espace/", 302)]
        assert "n’est plus là, ou ne vous est plus ouvert" in words(response)


def test_the_list_takes_the_same_queries_for_one_and_for_many(client, person):
    announced(person)
    client.get(NEWS)
    with CaptureQueriesContext(connection) as one:
        client.get(NEWS)
    for number in range(2, 40):
        announced(person, number)
    with CaptureQueriesContext(connection) as many:
        client.get(NEWS)
    assert len(many) == len(one)


def test_officers_are_told_when_the_mail_leaves_no_more(client):
    client.force_login(UserFactory(role=Role.EDITOR))
    stuck = "le courrier ne part plus"
    OutgoingMailFactory(next_try_at=timezone.now() - timedelta(minutes=50))
    OutgoingMailFactory(next_try_at=None)
    assert stuck not in words(client.get("/admin/"))
    OutgoingMailFactory(next_try_at=timezone.now() - timedelta(minutes=70))
    assert stuck in words(client.get("/admin/"))


def test_the_secretary_sees_what_failed_and_no_word_of_it(client):
    outbox.queue_sealed("parti@exemple.test", "account", "Votre code", "123456")
    OutgoingMail.objects.update(failure="refusé par le serveur (550)", next_try_at=None)
    tried_again = OutgoingMailFactory(failure="remis à plus tard par le serveur (451)")
    fine = OutgoingMailFactory()
    idle = OutgoingMailFactory(failure="sans objet", next_try_at=None)
    client.force_login(UserFactory(role=Role.SECRETARY))
    shown = words(client.get("/admin/members/outgoingmail/"))
    assert "parti@exemple.test" in shown
    assert "refusé par le serveur (550)" in shown
    assert tried_again.recipient.email in shown
    assert fine.recipient.email not in shown
    assert idle.recipient.email not in shown
    page = words(
        client.get(f"/admin/members/outgoingmail/{OutgoingMail.objects.first().pk}/change/")
    )
    sealed = OutgoingMail.objects.first().sealed
    assert "123456" not in page
    assert "Historique" not in page
    assert sealed
    assert sealed not in page
    assert client.get(f"/admin/members/outgoingmail/{fine.pk}/change/").status_code == 302


def test_the_command_sends_what_was_told():
    person = UserFactory(adherent=True)
    MailPreferences.objects.create(user=person, reports=Frequency.IMMEDIATE)
    tell("gossip/1")
    call_command("send_mail_queue")
    assert [message.to for message in sent.outbox] == [[person.email]]

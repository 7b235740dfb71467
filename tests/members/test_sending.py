"""Sending what the outbox holds to a real SMTP server, however it behaves: nothing is lost."""

import smtplib
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from members.mail import outbox, sending, smtp
from members.mail.sending import send_due
from members.models import MailPreferences, OutgoingMail
from members.models.outgoing import LEASE
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def queue(number, kind="notice"):
    """Queue a mail for so many addresses, and return these in the order of leaving."""
    addresses = [f"personne{n}@exemple.test" for n in range(number)]
    for address in addresses:
        outbox.queue_to_address(address, kind, f"{kind}/1")
    return addresses


def later(**duration):
    """Let time pass: what waits is due if its hour has come by then."""
    return time_machine.travel(timezone.now() + timedelta(**duration), tick=True)


def waiting():
    return sorted(mail.to for mail in OutgoingMail.objects.waiting())


def test_what_is_due_leaves_by_one_connection(server):
    addresses = queue(30)
    assert vars(send_due()) == {
        "sent": 30,
        "put_off": 0,
        "given_up": 0,
        "without_object": 0,
        "server_is_down": False,
    }
    assert server.to() == addresses
    assert server.connections == 1
    assert waiting() == []
    assert OutgoingMail.objects.filter(sent_at=None).count() == 0
    send_due()
    assert server.to() == addresses


def test_a_server_that_is_down_loses_nothing_and_all_leaves_once_it_is_back(server, settings):
    settings.EMAIL_PORT = 9  # nobody listens there
    addresses = queue(3)
    for minutes in range(0, 60, 5):
        with later(minutes=minutes):
            tally = send_due()
            assert tally.server_is_down
            assert (tally.sent, tally.put_off) == (0, 1), "the others are not even tried"
    tried = OutgoingMail.objects.exclude(failure="")
    assert {mail.failure for mail in tried} == {"serveur indisponible (ConnectionRefusedError)"}
    settings.EMAIL_PORT = server.port
    with later(minutes=55, seconds=30):
        assert send_due().sent == 3
    assert sorted(server.to()) == addresses


def test_a_mail_that_is_put_off_is_tried_later_and_later(server, settings):
    (address,) = queue(1)
    server.answers[address] = "451 come back later"
    for minutes in (1, 5, 15, 60, 240, 240, 240):
        assert send_due().put_off == 1
        mail = OutgoingMail.objects.get()
        delay = (mail.next_try_at - timezone.now()).total_seconds() / 60
        assert round(delay) == minutes
        OutgoingMail.objects.update(next_try_at=timezone.now())
        # A server that is away in between says nothing of the mail.
        settings.EMAIL_PORT = 9
        assert send_due().server_is_down
        settings.EMAIL_PORT = server.port
        OutgoingMail.objects.update(next_try_at=timezone.now())
    server.answers.clear()
    assert send_due().sent == 1


def test_a_mail_is_given_up_after_five_days_of_trying(server):
    server.answers["personne0@exemple.test"] = "451 come back later"
    queue(1)
    with later(days=4, hours=23):
        assert send_due().put_off == 1
    with later(days=4, hours=23, minutes=58):
        assert send_due().given_up == 1
    mail = OutgoingMail.objects.get()
    assert (mail.next_try_at, mail.sent_at, mail.failure) == (
        None,
        None,
        "remis à plus tard par le serveur (451)",
    )


@pytest.mark.parametrize(
    ("answer", "failure", "is_tried_again"),
    [
        ("550 no such user", "refusé par le serveur (550)", False),
        ("452 mailbox full", "remis à plus tard par le serveur (452)", True),
    ],
)
def test_a_refused_recipient_keeps_nobody_else_waiting(server, answer, failure, is_tried_again):
    server.answers["personne1@exemple.test"] = answer
    queue(3)
    tally = send_due()
    assert server.to() == ["personne0@exemple.test", "personne2@exemple.test"]
    assert (tally.sent, tally.given_up, tally.put_off) == (2, not is_tried_again, is_tried_again)
    refused = OutgoingMail.objects.get(address="personne1@exemple.test")
    assert refused.failure == failure
    assert bool(refused.next_try_at) is is_tried_again
    server.answers.clear()
    with later(minutes=2):
        send_due()
    assert ("personne1@exemple.test" in server.to()) is is_tried_again


def test_a_server_that_puts_everything_off_is_left_in_peace(server):
    for address in queue(60):
        server.answers[address] = "450 slow down"
    tally = send_due()
    assert tally.server_is_down
    assert tally.put_off == sending.TOO_MANY_REFUSALS
    assert len(waiting()) == 60


@pytest.mark.parametrize(
    ("address", "failure"),
    [
        (f"zoé@{'é' * 80}.test", "refusé par le serveur (553)"),
        ("zoe@exemple.test\r\nBcc: tous@exemple.test", "non rédigé (ValueError)"),
    ],
)
def test_an_address_that_cannot_be_written_keeps_nobody_waiting(server, address, failure):
    outbox.queue_to_address(address, "notice", "notice/0")
    addresses = queue(2)
    tally = send_due()
    assert (tally.sent, tally.server_is_down) == (2, False)
    assert server.to() == addresses
    assert OutgoingMail.objects.get(address=address).failure == failure


@pytest.mark.parametrize("says_goodbye", [True, False])
def test_a_server_that_closes_after_ten_mails_is_opened_again(server, says_goodbye):
    server.closes_after, server.says_goodbye = 10, says_goodbye
    addresses = queue(35)
    assert send_due().sent == 35
    assert server.to() == addresses
    assert server.connections == 4


@pytest.mark.parametrize("moment", ["CONNECT", "EHLO", "MAIL", "RCPT"])
def test_a_server_that_hangs_is_left_and_nothing_is_lost(server, settings, moment):
    settings.EMAIL_TIMEOUT = 0.3
    server.hangs_at = moment
    addresses = queue(2)
    assert send_due().server_is_down
    assert waiting() == addresses
    server.hangs_at = ""
    with later(minutes=2):
        assert send_due().sent == 2
    assert sorted(server.to()) == addresses


def test_a_server_that_is_slow_to_say_that_it_has_the_mail_is_waited_for(server, settings):
    settings.EMAIL_TIMEOUT = 0.3
    server.on_data = lambda number: server.released.wait(1)
    addresses = queue(2)
    assert send_due().sent == 2
    assert server.to() == addresses


@pytest.mark.parametrize("how", ["hangs", "hangs up"])
def test_an_answer_that_is_lost_makes_one_more_copy_which_says_that_it_is_one(
    server, monkeypatch, how
):
    monkeypatch.setattr(smtp, "LAST_ANSWER", 0.3)
    server.hangs_at, server.loses_answers = "END" if how == "hangs" else "", how == "hangs up"
    first, second = queue(2)
    assert send_due().server_is_down
    assert server.to() == [first], "it is not sent again at once"
    server.hangs_at, server.loses_answers = "", False
    with later(minutes=2):
        assert send_due().sent == 2
    assert sorted(server.to()) == [first, first, second]
    assert len(set(server.ids(first))) == 1


def test_a_letter_that_cannot_be_written_keeps_nobody_waiting(server, caplog):
    queue(12, "broken")
    addresses = queue(2)
    tally = send_due()
    assert server.to() == addresses
    assert (tally.sent, tally.put_off, tally.server_is_down) == (2, 12, False)
    assert (
        OutgoingMail.objects.filter(kind="broken", failure="non rédigé (ValueError)").count() == 12
    )
    assert "Mail of kind broken not written: ValueError" in caplog.text
    assert "personne0" not in caplog.text


def test_a_kind_that_no_app_knows_keeps_nobody_waiting(server):
    queue(1, "unknown")
    queue(1)
    assert send_due().sent == 1


def test_a_secret_letter_goes_first_and_leaves_no_trace(server):
    people = [UserFactory(adherent=True) for _ in range(3)]
    outbox.queue_to([person.pk for person in people], "gossip", "gossip/1")
    outbox.queue_sealed("a@exemple.test", "account", "Votre\r\ncode", "Le code : 123456 <b>")
    stored = OutgoingMail.objects.get(address="a@exemple.test")
    assert "123456" not in stored.sealed
    send_due()
    assert server.to()[0] == "a@exemple.test"
    message = server.received[0]
    assert message["Subject"] == "Votre code"
    assert "Le code : 123456 <b>" in message.get_body(["plain"]).get_content()
    assert "123456 &lt;b&gt;" in message.get_body(["html"]).get_content()
    stored.refresh_from_db()
    assert stored.sealed == ""


def test_the_words_of_a_letter_that_is_given_up_are_erased(server):
    server.answers["a@exemple.test"] = "550 no such user"
    outbox.queue_sealed("a@exemple.test", "account", "Votre code", "123456")
    assert send_due().given_up == 1
    assert OutgoingMail.objects.get().sealed == ""


def test_a_secret_letter_is_of_no_use_after_a_day(server, settings):
    settings.EMAIL_PORT = 9
    outbox.queue_sealed("a@exemple.test", "account", "Votre code", "123456")
    with later(hours=23):
        assert send_due().put_off == 1
    with later(hours=25):
        assert send_due().given_up == 1


def test_a_row_in_the_hands_of_another_sender_is_left_to_it_until_it_is_clearly_gone(server):
    queue(1)
    [taken] = OutgoingMail.objects.all().claim()
    assert send_due().sent == 0
    with later(seconds=LEASE.total_seconds() + 1):
        assert send_due().sent == 1
        # The first sender comes back from the dead, and believes that the mail did not leave.
        sending._put_off([taken], "TimeoutError", sending.Tally())
        sending._settle([taken], "refusé par le serveur (550)")
        mail = OutgoingMail.objects.get()
        assert (mail.next_try_at, mail.failure) == (None, "")


def test_what_is_sent_is_noted_even_when_the_database_answers_the_third_time(
    server, monkeypatch, caplog
):
    rows, failures = sending._rows, iter([OperationalError("gone"), OperationalError("gone")])
    monkeypatch.setattr(sending.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(sending.connection, "close", lambda: None)

    def unsteady(mails):
        if error := next(failures, None):
            raise error
        return rows(mails)

    monkeypatch.setattr(sending, "_rows", unsteady)
    addresses = queue(2)
    assert send_due().sent == 2
    assert send_due().sent == 0
    assert server.to() == addresses


def test_at_most_so_many_are_tried_after_a_request(server):
    addresses = queue(30)
    assert send_due(limit=20).sent == 20
    assert server.to() == addresses[:20]


def test_a_sender_that_is_asked_to_stop_finishes_the_mail_that_leaves(server):
    queue(5)
    assert send_due(should_stop=lambda: len(server.received) == 3).sent == 3
    assert len(waiting()) == 2


def test_the_command_says_what_it_did_and_fails_when_nothing_leaves(server, settings, capsys):
    queue(2)
    call_command("send_mail_queue")
    assert capsys.readouterr().out.startswith("Envoyés : 2,")
    call_command("send_mail_queue")
    assert capsys.readouterr().out == ""
    settings.EMAIL_PORT = 9
    queue(3)
    OutgoingMail.objects.update(next_try_at=timezone.now())
    with pytest.raises(CommandError, match="Le serveur de courrier ne prend rien"):
        call_command("send_mail_queue")


@pytest.mark.parametrize("seconds", ["0", "-1", "un"])
@pytest.mark.parametrize("command", ["send_mail_queue", "publish_scheduled"])
def test_the_loop_asks_for_a_number_of_seconds(command, seconds):
    with pytest.raises(CommandError, match="un nombre entier de secondes"):
        call_command(command, f"--loop={seconds}")


def test_the_network_s_words_are_not_logged(server, settings, caplog, monkeypatch):
    def refuses(self, *args, **kwargs):
        raise smtplib.SMTPSenderRefused(530, b"who is a@exemple.test?", "a@exemple.test")

    monkeypatch.setattr(smtplib.SMTP, "sendmail", refuses)
    queue(1)
    send_due()
    assert "The mail server takes nothing: SMTPSenderRefused 530" in caplog.text
    assert "@" not in caplog.text


def test_preferences_and_rights_are_those_of_the_moment(server):
    wants, refused, lapsed, closed, officer = (
        UserFactory(adherent=True),
        UserFactory(adherent=True),
        UserFactory(adherent=True),
        UserFactory(adherent=True),
        UserFactory(role="editor"),
    )
    people = [wants, refused, lapsed, closed, officer]
    outbox.queue_to([person.pk for person in people], "gossip", "gossip/1")
    MailPreferences.objects.create(user=refused, reports="never")
    yesterday = timezone.localdate() - timedelta(days=1)
    type(lapsed.membership).objects.filter(user=lapsed).update(resigned_on=yesterday)
    type(closed).objects.filter(pk=closed.pk).update(is_active=False)
    tally = send_due()
    assert sorted(server.to()) == sorted([wants.email, officer.email])
    assert tally.without_object == 3
    assert waiting() == []

"""Several senders at once, one that is killed, a database that restarts: real processes."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.conf import settings as project_settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import OperationalError, connection, connections, transaction
from django.utils import timezone

from members.mail import outbox, sending
from members.mail.sending import send_due
from members.models import OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = [f"personne{number:02}@exemple.test" for number in range(12)]


def queue():
    """Sealed letters: any process can write them."""
    for address in ADDRESSES:
        outbox.queue_sealed(address, "account", "Un message", "Bonjour.")


def database_url():
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    host, user = database["HOST"], database["USER"]
    secret = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    port = f":{database['PORT']}" if database["PORT"] else ""
    if host.startswith("/"):
        return f"postgres://{user}{secret}@/{host}/{database['NAME']}"
    return f"postgres://{user}{secret}@{host}{port}/{database['NAME']}"


def start_sender(server, *options, **changes):
    """Start `manage.py send_mail_queue`, as cron does."""
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{server.port}",
        "SECRET_KEY": project_settings.SECRET_KEY,
    } | changes
    return subprocess.Popen(
        [sys.executable, "manage.py", "send_mail_queue", *options],
        cwd=project_settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def let_the_lease_end():
    OutgoingMail.objects.waiting().update(next_try_at=timezone.now())


def copies(server):
    return {address: len(server.ids(address)) for address in ADDRESSES}


def test_killed_in_the_middle_nothing_is_lost_and_one_mail_at_most_is_sent_twice(server):
    queue()
    reached = Event()

    def on_data(number):
        if number == 5:
            reached.set()
            server.released.wait(30)

    server.on_data = on_data
    sender = start_sender(server)
    assert reached.wait(60), sender.communicate()
    sender.send_signal(signal.SIGKILL)
    sender.communicate()
    server.released.set()

    fifth = server.to()[4]
    assert OutgoingMail.objects.filter(sent_at__isnull=False).count() == 4
    assert OutgoingMail.objects.get(address=fifth).sealed, "its words are still there"

    second = start_sender(server)
    _, errors = second.communicate(timeout=60)
    assert second.returncode == 0, errors
    assert copies(server) == dict.fromkeys(ADDRESSES, 1), "the fifth is still in its hands"

    let_the_lease_end()
    start_sender(server).communicate(timeout=60)
    assert copies(server) == dict.fromkeys(ADDRESSES, 1) | {fifth: 2}
    assert len(set(server.ids(fifth))) == 1
    assert not OutgoingMail.objects.waiting().exists()


def test_a_database_that_restarts_in_the_middle_loses_and_doubles_nothing(server):
    queue()
    ours = backends()
    cut = []

    def on_data(number):
        if number == 5:
            cut.append(cut_off_the_database(ours))

    server.on_data = on_data
    sender = start_sender(server)
    _, errors = sender.communicate(timeout=90)
    assert cut
    assert cut[0], "the connection of the sender was ended"
    assert sender.returncode == 0, errors
    assert copies(server) == dict.fromkeys(ADDRESSES, 1)
    assert not OutgoingMail.objects.waiting().exists()


def backends():
    """The connections that the tests themselves have to PostgreSQL."""
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in cursor.fetchall()]


def cut_off_the_database(ours):
    """End the sender's connection, as a restart does; a SQLite file can only be locked awhile."""
    try:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    " AND NOT pid = ANY(%s)",
                    [ours],
                )
                return cursor.rowcount
        with transaction.atomic():
            locked = OutgoingMail.objects.update(failure="")
            threading.Event().wait(1)
            return locked
    finally:
        connections.close_all()


def test_a_sender_that_is_asked_to_stop_finishes_its_mail_and_ends_well(server):
    queue()
    reached = Event()

    def on_data(number):
        if number == 3:
            sender.send_signal(signal.SIGTERM)
            reached.set()

    server.on_data = on_data
    sender = start_sender(server, "--loop=60")
    output, errors = sender.communicate(timeout=60)
    assert reached.is_set()
    assert (sender.returncode, errors) == (0, "")
    assert output.startswith("Envoyés : 3,")
    assert OutgoingMail.objects.filter(sent_at__isnull=False).count() == 3
    assert OutgoingMail.objects.filter(claim__isnull=False).count() == 0


def test_a_database_that_is_away_is_said_and_fails(server):
    queue()
    sender = start_sender(server, DATABASE_URL="sqlite:////nowhere/at/all.sqlite3")
    _, errors = sender.communicate(timeout=60)
    assert sender.returncode == 1
    assert "La base de données ne répond pas (OperationalError) : rien n’est perdu." in errors
    assert "Traceback" not in errors


def test_two_processes_at_once_send_each_mail_once(server):
    queue()
    senders = [start_sender(server) for _ in range(2)]
    for sender in senders:
        _, errors = sender.communicate(timeout=90)
        assert sender.returncode == 0, errors
    assert copies(server) == dict.fromkeys(ADDRESSES, 1)


class Kept(BaseEmailBackend):
    """Keeps whom it was asked to write to, in whatever thread."""

    to: list[str] = []  # noqa: RUF012

    def send_messages(self, messages):
        Kept.to += [message.to[0] for message in messages]
        return len(messages)


@pytest.fixture
def kept(settings):
    settings.EMAIL_BACKEND = f"{__name__}.Kept"
    Kept.to = []
    return Kept.to


@pytest.mark.parametrize("in_digest", [False, True])
def test_four_senders_at_once_never_take_the_same_row(kept, in_digest):
    people = [UserFactory(adherent=True) for _ in range(8)]
    an_hour_ago = timezone.now() - timedelta(hours=1)
    for event in range(6):
        outbox.queue_to(
            [person.pk for person in people],
            "gossip" if in_digest else "notice",
            f"event/{event}",
            digest_at=an_hour_ago if in_digest else None,
        )
    together = Barrier(4)

    def send():
        together.wait()
        try:
            return send_due()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        tallies = [each.result() for each in [pool.submit(send) for _ in range(4)]]
    expected = sorted(person.email for person in people) * (1 if in_digest else 6)
    assert sorted(Kept.to) == sorted(expected)
    assert sum(tally.sent for tally in tallies) == len(expected)


def mail_threads():
    return [thread for thread in threading.enumerate() if thread.name == "mail"]


def wait_for_the_threads():
    for thread in mail_threads():
        thread.join(30)


def test_mail_leaves_after_the_request_in_one_thread_that_leaves_no_connection_open(
    kept, settings, monkeypatch
):
    settings.MAIL_LEAVES_AT_ONCE = True
    used, at_once = [], []
    really_send = sending.send_due

    def send(**options):
        at_once.append(1)
        assert len(at_once) == 1, "two threads send at once"
        tally = really_send(**options)
        used.append(connections["default"])
        at_once.pop()
        return tally

    monkeypatch.setattr(sending, "send_due", send)
    people = [UserFactory() for _ in range(10)]
    for person in people:
        with transaction.atomic():
            outbox.queue_to_address(person.email, "notice", "notice/1")
            assert person.email not in Kept.to, "the transaction is not kept yet"
    wait_for_the_threads()
    assert sorted(Kept.to) == sorted(person.email for person in people)
    assert used
    assert all(each is not connections["default"] for each in used)
    assert all(each.connection is None for each in used)


def test_nothing_leaves_of_a_transaction_that_is_undone(kept, settings):
    settings.MAIL_LEAVES_AT_ONCE = True

    def undone():
        with transaction.atomic():
            outbox.queue_to_address("a@exemple.test", "notice", "notice/1")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        undone()
    wait_for_the_threads()
    assert Kept.to == []
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("trouble", ["server", "database", "thread"])
def test_no_trouble_of_the_mail_reaches_the_request(settings, monkeypatch, caplog, trouble):
    settings.MAIL_LEAVES_AT_ONCE = True
    settings.EMAIL_BACKEND = "members.mail.smtp.Backend"
    settings.EMAIL_PORT = 9

    def fails(*args, **kwargs):
        raise OperationalError(ADDRESSES[0]) if trouble == "database" else RuntimeError("full")

    if trouble == "database":
        monkeypatch.setattr(sending, "send_due", fails)
    if trouble == "thread":
        monkeypatch.setattr(sending.Thread, "start", fails)
    with transaction.atomic():
        outbox.queue_to_address(ADDRESSES[0], "notice", "notice/1")
    wait_for_the_threads()
    assert OutgoingMail.objects.waiting().count() == 1
    assert ADDRESSES[0] not in caplog.text
    assert caplog.text


def test_a_sender_inside_of_a_transaction_would_forget_what_it_sent(kept):
    outbox.queue_to_address("a@exemple.test", "notice", "notice/1")
    with pytest.raises(RuntimeError), transaction.atomic():
        send_due()
    assert Kept.to == []

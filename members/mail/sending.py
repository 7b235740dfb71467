"""Sending what the outbox holds: at least once, and twice only where SMTP itself allows it.

A row is taken for twenty minutes before its mail leaves, and marked once the server has answered.
Whatever stops the sender in between (the server that hangs, the database that restarts, kill -9),
the row comes back: nothing is lost. It was never sent, or the server had accepted it and the
answer, or our note of it, was lost. No protocol tells these two apart: at most the one mail that
was leaving at that moment is sent again, and the second copy bears the same Message-ID.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from threading import Event, Lock, Thread

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import InterfaceError, OperationalError, connection, connections, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from members.mail import letters
from members.mail.letters import FAREWELL, Notice
from members.mail.smtp import MailServer, Refused, Unavailable, Unreachable
from members.models import Frequency, MailPreferences, OutgoingMail
from members.models.outgoing import LEASE, WITHOUT_OBJECT

logger = logging.getLogger(__name__)

READ_AT_ONCE = 200
# What one request's thread tries at most; `manage.py send_mail_queue` sends the rest.
TRIED_AFTER_A_REQUEST = 20
# So many mails put off in a row: the server asks us to stop, whatever each answer says.
TOO_MANY_REFUSALS = 10
# While the database is away, a mail that has left is kept in mind as long as no other sender may
# take it.
KEPT_IN_MIND = LEASE - timedelta(minutes=2)


@dataclass
class Tally:
    """What came of a sending: numbers of mails, and whether the server took any."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    without_object: int = 0
    server_is_down: bool = False


@dataclass(frozen=True)
class _Letter:
    """A message, and the rows that it settles."""

    message: EmailMultiAlternatives
    mails: Sequence[OutgoingMail]


def send_due(limit: int | None = None, should_stop: Callable[[], bool] = lambda: False) -> Tally:
    """Send what is due, trying at most `limit` rows; stop when the server takes nothing.

    Raises OperationalError or InterfaceError when the database is away.
    """
    tally = Tally()
    put_off_in_a_row = 0
    with MailServer() as server:
        for mail in islice(_due(), limit):
            if should_stop():
                break
            try:
                is_put_off = _send(mail, server, tally)
            except Unavailable as error:
                logger.error("The mail server takes nothing: %s", error)
                tally.server_is_down = True
                break
            put_off_in_a_row = put_off_in_a_row + 1 if is_put_off else 0
            if put_off_in_a_row == TOO_MANY_REFUSALS:
                logger.error("The mail server puts everything off")
                tally.server_is_down = True
                break
    return tally


def send_soon() -> None:
    """Once the transaction is kept, send in a thread: the answer to the request does not wait.

    Nobody learns from the time that an answer takes whether a mail was sent. What goes wrong here
    is no matter of the request: `manage.py send_mail_queue` comes after.
    """
    if settings.MAIL_LEAVES_AT_ONCE:
        transaction.on_commit(_start_a_thread, robust=True)


_asked = Event()
_one_at_a_time = Lock()


def _start_a_thread() -> None:
    _asked.set()
    # The process waits for it before it ends: a mail that is leaving is not cut off.
    Thread(target=_send_apart, name="mail").start()


def _send_apart() -> None:
    """Send, unless another thread of this process does: it will look again.

    One thread holds one connection to the database, however many requests and however slow the
    mail server.
    """
    try:
        while _asked.is_set() and _one_at_a_time.acquire(blocking=False):
            try:
                _asked.clear()
                send_due(limit=TRIED_AFTER_A_REQUEST)
            finally:
                _one_at_a_time.release()
    except Exception as error:
        logger.error("Mail after a request: %s", type(error).__name__)
    finally:
        connections.close_all()


def _due() -> Iterator[OutgoingMail]:
    """The rows to send, read a few at a time: one that was tried is due no more."""
    while rows := list(OutgoingMail.objects.due()[:READ_AT_ONCE]):
        yield from rows


def _send(mail: OutgoingMail, server: MailServer, tally: Tally) -> bool:
    """Send one mail, with all that goes into the same message; tell whether the server put it off.

    Raises Unavailable.
    """
    letter = _write(_claim(mail), tally)
    if not letter:
        return False
    try:
        server.deliver(letter.message)
    except Refused as refusal:
        if not refusal.is_final:
            _put_off(letter.mails, f"remis à plus tard par le serveur ({refusal.code})", tally)
            return True
        _settle(letter.mails, f"refusé par le serveur ({refusal.code})")
        tally.given_up += 1
    except Unavailable as error:
        was_reached = not isinstance(error, Unreachable)
        _put_off(letter.mails, f"serveur indisponible ({error})", tally, was_reached)
        raise
    except Exception as error:
        _not_written(letter.mails, error, tally)
    else:
        _note_as_sent(letter.mails)
        tally.sent += 1
    return False


def _claim(mail: OutgoingMail) -> list[OutgoingMail]:
    """Take a mail, with those that go into the same message; none when another sender has it."""
    if letters.is_news(mail):
        return OutgoingMail.objects.go_with(mail).claim()
    return OutgoingMail.objects.filter(pk=mail.pk).claim()


def _write(mails: Sequence[OutgoingMail], tally: Tally) -> _Letter | None:
    """Write to one person of all these. One that cannot be written does not keep the others."""
    written: list[tuple[OutgoingMail, Notice]] = []
    told: list[OutgoingMail] = []
    for same in _by_object(mails):
        last = same[-1]
        try:
            if last.sealed:
                return _Letter(letters.compose_sealed(last), mails)
            notice = _notice(last)
        except Exception as error:
            _not_written(same, error, tally)
            continue
        if notice:
            written.append((last, notice))
            told += same
        else:
            _settle(same, WITHOUT_OBJECT)
            tally.without_object += len(same)
    if not written:
        return None
    try:
        return _Letter(letters.compose(written), told)
    except Exception as error:
        _not_written(told, error, tally)
        return None


def _by_object(mails: Sequence[OutgoingMail]) -> list[list[OutgoingMail]]:
    """Group the changes of one object: the last one is told for all."""
    groups: dict[object, list[OutgoingMail]] = defaultdict(list)
    for mail in mails:
        groups[(mail.kind, mail.object_id) if mail.object_id else mail.pk].append(mail)
    return list(groups.values())


def _notice(mail: OutgoingMail) -> Notice | None:
    """What the person may be told now, and still wants to be told."""
    topic = letters.kind_of(mail).topic
    if mail.recipient and topic:
        wished = MailPreferences.of(mail.recipient).choice(topic)
        if wished == Frequency.NEVER:
            return None
    return letters.notice_for(mail)


def _note_as_sent(mails: Sequence[OutgoingMail]) -> None:
    """Mark these as sent: forgetting it would send them twice, so a database may be waited for."""
    since = time.monotonic()
    while True:
        try:
            _rows(mails).update(
                next_try_at=None, claim=None, sealed="", sent_at=timezone.now(), failure=""
            )
            _rows(mails).filter(kind=FAREWELL).delete()
            return
        except (OperationalError, InterfaceError) as error:
            if time.monotonic() - since > KEPT_IN_MIND.total_seconds():
                raise
            logger.error("The database is awaited: %s", type(error).__name__)
            connection.close()
            time.sleep(1)


def _settle(mails: Sequence[OutgoingMail], failure: str) -> None:
    """Close what will not be sent, unless another sender has it now."""
    rows = _rows(mails).filter(claim=mails[0].claim)
    rows.filter(kind=FAREWELL).delete()
    rows.update(next_try_at=None, claim=None, sealed="", failure=failure)


def _put_off(
    mails: Sequence[OutgoingMail], reason: str, tally: Tally, was_reached: bool = True
) -> None:
    """Try again later, unless it has been tried for long enough, or another sender has it now.

    Where the server was not even reached, it was not really tried: all leaves once it is back.
    """
    reason = reason[: OutgoingMail._meta.get_field("failure").max_length]
    later = mails[0].next_try_after_failure(timezone.now(), was_reached)
    if later is None:
        _settle(mails, reason)
        tally.given_up += 1
        return
    _rows(mails).filter(claim=mails[0].claim).update(
        next_try_at=later,
        claim=None,
        failure=reason,
        attempts=F("attempts") if was_reached else F("attempts") - 1,
    )
    tally.put_off += 1


def _rows(mails: Sequence[OutgoingMail]) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails])


def _not_written(mails: Sequence[OutgoingMail], error: Exception, tally: Tally) -> None:
    """Put off what cannot be written; whoever mends the program has five days for it."""
    name = type(error).__name__
    logger.error("Mail of kind %s not written: %s\n%s", mails[-1].kind, name, letters.where(error))
    _put_off(mails, f"non rédigé ({name})", tally)

"""Sending what the outbox holds: at least once, and twice only where SMTP itself allows it.

A row is taken for a quarter of an hour before its mail leaves, and marked when the server has
answered. Whatever stops the sender in between, the row comes back: it was never sent, or the
server had accepted it and the answer was lost. No protocol tells these two apart; the second
copy then bears the same Message-ID.
"""

import logging
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from members.mail.letters import FAREWELL, compose, compose_sealed, deliver, kind_of
from members.models import OutgoingMail

logger = logging.getLogger(__name__)

READ_AT_ONCE = 200
# What one request's thread sends at most; `manage.py send_mail_queue` sends the rest.
SENT_AFTER_A_REQUEST = 20
DIGEST_SUBJECT = "Les nouvelles de la semaine"
# How long a server that does not take a mail is asked again: five days, as RFC 5321, 4.5.4.1
# advises; a code or a secret link is of no use so late.
GIVES_UP_AFTER = timedelta(days=5)
GIVES_UP_SEALED_AFTER = timedelta(hours=1)


class ServerDown(Exception):
    """The mail server cannot be reached, or takes nothing from us now."""


@dataclass
class Tally:
    """What came of a sending: numbers of mails."""

    sent: int = 0
    put_off: int = 0
    given_up: int = 0
    without_object: int = 0
    server_is_down: bool = False


def send_due(limit: int | None = None) -> Tally:
    """Send what is due, at most `limit` mails; stop when the server does not answer."""
    tally = Tally()
    server = get_connection()
    try:
        while limit is None or tally.sent < limit:
            due = list(OutgoingMail.objects.due()[: min(READ_AT_ONCE, limit or READ_AT_ONCE)])
            if not due:
                break
            for mail in due:
                _send(mail, server, tally)
    except ServerDown:
        tally.server_is_down = True
    finally:
        server.close()
    return tally


def send_soon() -> None:
    """Once the transaction is kept, send in a thread: the answer to the request does not wait.

    Nobody learns from the time that an answer takes whether a mail was sent.
    """
    if settings.MAIL_LEAVES_AT_ONCE:
        transaction.on_commit(lambda: Thread(target=_send_apart, daemon=True).start())


def _send_apart() -> None:
    close_old_connections()
    try:
        send_due(limit=SENT_AFTER_A_REQUEST)
    finally:
        connection.close()


def _send(mail: OutgoingMail, server: BaseEmailBackend, tally: Tally) -> None:
    """Send one mail, or all those that go into the same digest. Raises ServerDown."""
    rows = OutgoingMail.objects.filter(pk=mail.pk)
    if mail.in_digest:
        rows = OutgoingMail.objects.filter(recipient=mail.recipient, in_digest=True)
    claim = rows.claim()
    if not claim:
        return
    mails = list(OutgoingMail.objects.filter(claim=claim).select_related("recipient"))
    try:
        message = _compose(mails)
    except Exception as error:
        # One letter that cannot be written must not keep the others from leaving.
        logger.exception("Mail %s %s not written", mail.kind, mail.event)
        _put_off(mails, type(error).__name__, tally)
        return
    if message is None:
        _finish(mails, failure="sans objet")
        tally.without_object += len(mails)
        return
    try:
        _deliver(message, server)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        _refused(mails, max(codes, default=450), tally)
    except smtplib.SMTPDataError as error:
        _refused(mails, error.smtp_code, tally)
    except OSError as error:
        # An SMTPException is an OSError; its words may hold an address, its name does not.
        reason = type(error).__name__
        logger.error("The mail server took nothing: %s", reason)
        _put_off(mails, reason, tally)
        raise ServerDown from None
    else:
        _finish(mails)
        tally.sent += 1


def _compose(mails: list[OutgoingMail]) -> EmailMultiAlternatives | None:
    first = mails[0]
    if first.sealed:
        return compose_sealed(first)
    if first.recipient and not first.recipient.is_active:
        return None
    written = [(mail, notice) for mail in mails if (notice := kind_of(mail).write(mail))]
    if not written:
        return None
    subject = DIGEST_SUBJECT if first.in_digest else kind_of(first).subject
    return compose([mail for mail, _ in written], [notice for _, notice in written], subject)


def _deliver(message: EmailMultiAlternatives, server: BaseEmailBackend) -> None:
    try:
        deliver(message, server)
    except smtplib.SMTPServerDisconnected:
        # Many servers close after so many mails: knock once more.
        server.close()
        deliver(message, server)


def _finish(mails: Iterable[OutgoingMail], failure: str = "") -> None:
    rows = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in mails])
    rows.filter(kind=FAREWELL).delete()
    rows.update(
        next_try_at=None,
        claim=None,
        sealed="",
        sent_at=None if failure else timezone.now(),
        failure=failure,
    )


def _refused(mails: list[OutgoingMail], code: int, tally: Tally) -> None:
    """The server refuses this mail for good (5xx) or for now (4xx)."""
    if code >= 500:
        _finish(mails, failure=f"refusé ({code})")
        tally.given_up += 1
    else:
        _put_off(mails, f"remis à plus tard ({code})", tally)


def _put_off(mails: list[OutgoingMail], reason: str, tally: Tally) -> None:
    """Try again later, unless it has been tried for long enough."""
    now = timezone.now()
    mail = mails[0]
    if now - mail.created_at > (GIVES_UP_SEALED_AFTER if mail.sealed else GIVES_UP_AFTER):
        _finish(mails, failure=reason)
        tally.given_up += 1
        return
    OutgoingMail.objects.filter(pk__in=[each.pk for each in mails]).update(
        next_try_at=mail.next_try_after_failure(now), claim=None, failure=reason
    )
    tally.put_off += 1

"""Putting mail in the outbox, in the transaction of what it tells: both happen, or neither."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from members.mail.letters import seal_words
from members.mail.sending import send_soon
from members.models import OutgoingMail, User
from members.models.outgoing import PATIENCE

BATCH = 1000
# A code or a link that comes later than this is of no use; word of a changed password still is.
SEALED_PATIENCE = timedelta(days=1)


def queue_to(
    people: Iterable[int],
    kind: str,
    event: str,
    object_id: int | None = None,
    *,
    digest_at: datetime | None = None,
    at: datetime | None = None,
) -> None:
    """Tell these accounts (their ids) of an event; who was already told is not told again.

    Memory and queries per batch stay the same however many they are. With `digest_at`, each is
    told then, in one mail with all that waits for that moment; with `at`, not before then.
    """
    accounts = iter(people)
    now = timezone.now()
    while batch := list(islice(accounts, BATCH)):
        rows = (
            OutgoingMail(
                kind=kind,
                event=event,
                object_id=object_id,
                recipient_id=account,
                in_digest=digest_at is not None,
                next_try_at=digest_at or at or now,
                gives_up_at=(digest_at or at or now) + PATIENCE,
            )
            for account in batch
        )
        OutgoingMail.objects.bulk_create(rows, ignore_conflicts=True)
    if not digest_at:
        send_soon()


def queue_to_address(address: str, kind: str, event: str, object_id: int | None = None) -> None:
    """Write to somebody who may have no account (an invitation, an answer)."""
    row = OutgoingMail(kind=kind, event=event, object_id=object_id, address=address, is_urgent=True)
    OutgoingMail.objects.bulk_create([row], ignore_conflicts=True)
    send_soon()


def queue_to_addresses(mails: Iterable[tuple[str, str, int | None]], kind: str) -> None:
    """Write to many who may have no account: for each, its address, its event and its object.

    Unlike a single letter, thousands of them let what is urgent go before.
    """
    rows = (
        OutgoingMail(kind=kind, address=address, event=event, object_id=object_id)
        for address, event, object_id in mails
    )
    while batch := list(islice(rows, BATCH)):
        OutgoingMail.objects.bulk_create(batch, ignore_conflicts=True)
    send_soon()


def queue_sealed(address: str, kind: str, subject: str, text: str) -> None:
    """Keep a letter that is already written, with its code or secret link, until it is sent."""
    _keep_sealed(address, kind, subject, text)
    send_soon()


def queue_nothing(kind: str, subject: str, text: str) -> None:
    """Do what `queue_sealed` does, for nobody, and keep nothing.

    For an answer that must not come sooner because the address that was typed has no account.
    """
    with transaction.atomic():
        _keep_sealed("personne@invalid.invalid", kind, subject, text).delete()
    send_soon()


def _keep_sealed(address: str, kind: str, subject: str, text: str) -> OutgoingMail:
    return OutgoingMail.objects.create(
        kind=kind,
        event=f"{kind}/{uuid4()}",
        address=address,
        sealed=seal_words(subject, text),
        is_urgent=True,
        gives_up_at=timezone.now() + SEALED_PATIENCE,
    )


@transaction.atomic
def forget(user: User) -> int:
    """Erase all that was, or is to be, written to this person; return how many rows that was.

    Called while the account still has its addresses, and before a last farewell is queued.
    """
    erased, _ = OutgoingMail.objects.written_to(user).delete()
    return erased

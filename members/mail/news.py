"""Telling people of what is new, each as they chose: at once, or in the mail of the week."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from members.mail.letters import Kind
from members.mail.outbox import BATCH, queue_to
from members.models import Frequency, User
from members.models.mail_preferences import wanting


@transaction.atomic
def tell(kind: Kind, event: str, object_id: int, people: QuerySet[User]) -> None:
    """Queue one event for these people, in the transaction of the event; once for each of them.

    Raises ValueError for a kind that has no topic.
    """
    if not kind.topic:
        raise ValueError(f"{kind.name} is governed by no preference")
    for frequency, digest_at in ((Frequency.IMMEDIATE, None), (Frequency.WEEKLY, next_digest())):
        told = wanting(people, kind.topic, frequency).order_by("pk").values_list("pk", flat=True)
        queue_to(told.iterator(chunk_size=BATCH), kind.name, event, object_id, digest_at=digest_at)


def next_digest(now: datetime | None = None) -> datetime:
    """When the next mail of the week leaves, at the section's own hour, summer and winter."""
    now = timezone.localtime(now)
    day = now.date() + timedelta(days=(settings.MAIL_DIGEST_DAY - now.isoweekday()) % 7)
    moment = _digest_on(day)
    return moment if moment > now else _digest_on(day + timedelta(days=7))


def _digest_on(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(settings.MAIL_DIGEST_HOUR)))

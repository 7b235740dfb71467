"""Recording what officers see and do of who belongs to the section."""

from collections.abc import Iterable

from django.db import transaction

from members.models import User
from members.models.audit import Action, AuditedRow, AuditEntry, Subject


def record(
    officer: User,
    action: Action,
    subject: Subject,
    keys: Iterable[int],
    *,
    count: int | None = None,
) -> None:
    """Write down an action on the rows of these keys; `count` where more were found than shown.

    Called inside the transaction of a change, and before a page or a file is handed over: what
    cannot be recorded does not happen.
    """
    keys = list(dict.fromkeys(keys))
    with transaction.atomic():
        entry = AuditEntry.objects.create(
            officer=officer,
            action=action,
            subject=subject,
            count=len(keys) if count is None else count,
        )
        AuditedRow.objects.bulk_create(
            [AuditedRow(entry=entry, object_id=key) for key in keys], batch_size=1000
        )

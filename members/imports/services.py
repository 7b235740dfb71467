"""The verbs of the import: keep a file, say what it would do, do it, undo it."""

import logging

from django.db import DatabaseError, transaction
from django.utils import timezone

from members.audit import record
from members.imports.columns import guessed
from members.imports.preview import Preview, dataset, preview
from members.imports.reading import Table, read
from members.imports.resource import MembershipResource
from members.imports.retention import forget
from members.imports.undoing import Undoing, plan, remember
from members.models import Action, ImportDraft, MembershipImport, Subject, User

logger = logging.getLogger(__name__)


class HasChanged(Exception):
    """What would be done is no longer what the officer was shown."""


class NotDone(Exception):
    """The database has refused the whole."""


def keep(content: bytes, officer: User) -> tuple[ImportDraft, Table]:
    """Keep a file until it is confirmed, in the place of the officer's earlier one, and read it.

    Raises ValidationError for a file that cannot be read.
    """
    forget()
    table = read(content)
    draft, _ = ImportDraft.objects.update_or_create(
        officer=officer,
        defaults={
            "content": content,
            "columns": guessed(table.headings),
            "created_at": timezone.now(),
        },
    )
    return draft, table


def look(draft: ImportDraft, table: Table) -> Preview:
    """Return what the import would do; that it showed members is recorded."""
    found = _import(draft, table, for_real=False)
    shown = [row.membership for row in found.changed + found.left_alone if row.membership]
    keys = [membership.pk for membership in shown if membership.pk]
    record(draft.officer, Action.PREVIEW, Subject.MEMBERSHIPS, keys, count=len(table.lines))
    return found


def confirm(officer: User, digest: str) -> MembershipImport:
    """Do the import that the officer was shown, whole or not at all, and record it.

    Raises ImportDraft.DoesNotExist when there is none, HasChanged when it would now do something
    else, NotDone when the database refuses it.
    """
    try:
        with transaction.atomic():
            # Two confirmations at once: the second finds the draft gone.
            draft = ImportDraft.objects.fresh().select_for_update().get(officer=officer)
            done = _import(draft, read(bytes(draft.content)), for_real=True)
            if done.digest != digest or not done.can_be_confirmed:
                raise HasChanged
            made = remember(done, officer)
            record(
                officer,
                Action.IMPORT,
                Subject.MEMBERSHIPS,
                [row.membership.pk for row in done.created + done.changed if row.membership],
            )
            draft.delete()
    except DatabaseError as error:
        # Its message would repeat the names and addresses that it could not store.
        logger.error("Import of memberships not done: %s", type(error).__name__)
        raise NotDone from None
    return made


def _import(draft: ImportDraft, table: Table, *, for_real: bool) -> Preview:
    resource = MembershipResource(officer=draft.officer, for_real=for_real)
    result = resource.import_data(
        dataset(table, draft.columns),
        dry_run=not for_real,
        rollback_on_validation_errors=True,
    )
    return preview(table, draft.columns, result)


def undo(officer: User, key: int) -> Undoing:
    """Undo the last import as far as what followed allows; return what was and was not undone.

    Raises MembershipImport.DoesNotExist when this is not the last one, or can no longer be undone.
    """
    with transaction.atomic():
        made = MembershipImport.objects.select_for_update().get(pk=key)
        if made != MembershipImport.objects.first() or not made.can_be_undone:
            raise MembershipImport.DoesNotExist
        undoing = plan(made, officer, for_real=True)
        undoing.carry_out(officer)
        made.undone_at, made.undone_by = timezone.now(), officer
        made.save(update_fields=["undone_at", "undone_by"])
        made.rows.all().delete()
        record(officer, Action.UNDO, Subject.MEMBERSHIPS, undoing.keys)
    return undoing

"""Two clicks on « Confirmer » or « Annuler » at the same instant: each is done once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from members.imports import services
from members.models import Action, AuditEntry, ImportDraft, Membership, MembershipImport
from tests.factories import UserFactory
from tests.members.lists import ZOE, csv_file

WORKERS = 4


def at_once(verb, refusal):
    """Call it on several workers together; return how many were not refused."""
    together = Barrier(WORKERS)

    def work():
        together.wait()
        try:
            verb()
        except refusal:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(WORKERS) as pool:
        return sum(future.result() for future in [pool.submit(work) for _ in range(WORKERS)])


@pytest.mark.django_db(transaction=True)
def test_an_import_is_done_once_and_undone_once():
    officer = UserFactory(role="membership_manager")
    digest = services.look(*services.keep(csv_file([ZOE]), officer)).digest
    assert at_once(lambda: services.confirm(officer, digest), ImportDraft.DoesNotExist) == 1
    made = MembershipImport.objects.get()
    assert Membership.objects.count() == 1
    assert at_once(lambda: services.undo(officer, made.pk), MembershipImport.DoesNotExist) == 1
    assert not Membership.objects.exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == [Action.PREVIEW, Action.IMPORT, Action.UNDO]

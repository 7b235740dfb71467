"""Two clicks at the same instant, on two workers: an account, a letter, a decision, once each."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from members.joining import access_requests, invitations
from members.joining.access_requests import AlreadyDecided
from members.joining.invitations import LinkIsDead, Verdict
from members.models import Invitation, Membership, OutgoingMail, User
from tests.factories import (
    AccessRequestFactory,
    InvitationFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 4


def at_once(verb):
    """Call it on several workers together, and return what each one got."""
    together = Barrier(WORKERS)

    def work(worker):
        together.wait()
        try:
            return verb(worker)
        except (LinkIsDead, AlreadyDecided) as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, range(WORKERS)))


def test_a_link_opens_one_account():
    invitation = InvitationFactory()
    got = at_once(lambda worker: invitations.open_account(invitation, f"N° {worker}", "mot long"))
    assert got.count(LinkIsDead) == WORKERS - 1
    account = User.objects.get()
    assert account in got
    assert Membership.objects.get().user == account


def test_a_link_is_linked_once_to_an_account():
    user = UserFactory()
    found = [InvitationFactory(membership__email=user.email) for _ in range(WORKERS)]

    def link(worker):
        return invitations.link_account(found[worker], user)

    assert at_once(link).count(LinkIsDead) == WORKERS - 1
    assert Membership.objects.filter(user=user).count() == 1
    assert Invitation.objects.filter(accepted_at__isnull=False).count() == 1


@pytest.mark.parametrize("replaced", [False, True])
def test_an_invitation_is_sent_once(replaced):
    officer = UserFactory(role="secretary")
    membership = InvitationFactory().membership if replaced else MembershipFactory(invitable=True)
    alone = Membership.objects.filter(pk=membership.pk)
    shown_at = timezone.now()
    reports = at_once(lambda worker: invitations.invite(alone, officer, before=shown_at))
    assert sum(report.counts[Verdict.INVITED] for report in reports) == 1
    assert sum(report.counts[Verdict.WAITING] for report in reports) == WORKERS - 1
    assert OutgoingMail.objects.get().event == Invitation.objects.get().event


def test_a_request_is_decided_once():
    officer = UserFactory(role="secretary")
    asked, membership = AccessRequestFactory(), MembershipFactory(invitable=True)

    def decide(worker):
        if worker % 2:
            return access_requests.refuse(asked, officer, f"Non, {worker}.")
        return access_requests.accept(asked, officer, membership)

    assert at_once(decide).count(AlreadyDecided) == WORKERS - 1
    assert OutgoingMail.objects.count() == 1

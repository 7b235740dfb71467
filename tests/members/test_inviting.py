"""Who is invited and who is not, in as many queries for one batch as for a thousand people."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members.joining import invitations
from members.joining.invitations import Verdict, foresee, invite
from members.models import Invitation, Membership, OutgoingMail
from tests.factories import InvitationFactory, MembershipFactory, UserFactory
from tests.members.invited import link, memberships

pytestmark = pytest.mark.django_db


def cast():
    """One membership for each verdict."""
    MembershipFactory(user=UserFactory(email="prise@exemple.test"))
    UserFactory(email="close@exemple.test", is_active=False)
    MembershipFactory(email="Couple@exemple.test")
    return {
        Verdict.INVITED: MembershipFactory(invitable=True),
        Verdict.WAITING: InvitationFactory().membership,
        Verdict.HAS_ACCOUNT: MembershipFactory(user=UserFactory(), email="a@exemple.test"),
        Verdict.NO_ADDRESS: MembershipFactory(),
        Verdict.ENDED: MembershipFactory(invitable=True, lapsed=True),
        Verdict.SHARED_ADDRESS: MembershipFactory(email="couple@exemple.test"),
        Verdict.ADDRESS_TAKEN: MembershipFactory(email="Prise@exemple.test"),
        Verdict.ACCOUNT_CLOSED: MembershipFactory(email="close@exemple.test"),
    }


def test_each_person_is_invited_or_it_is_said_why_not():
    people = cast()
    everyone = memberships(*people.values())
    assert {verdict: rows for verdict, rows in foresee(everyone).people.items() if rows} == {
        verdict: [membership] for verdict, membership in people.items()
    }
    report = invite(everyone, UserFactory(role="secretary"))
    assert report.counts == dict.fromkeys(people, 1)
    assert OutgoingMail.objects.get().object_id == people[Verdict.INVITED].pk


@pytest.mark.parametrize("dates", [{"resigned_on": 0}, {"excluded_on": 0}, {"paid_until": -300}])
def test_a_membership_that_has_ended_is_not_invited(dates):
    days = {name: timezone.localdate() + timedelta(days=number) for name, number in dates.items()}
    membership = MembershipFactory(invitable=True, **days)
    assert foresee(memberships(membership)).counts == {Verdict.ENDED: 1}


def test_one_who_waits_for_the_section_may_have_an_account():
    membership = MembershipFactory(invitable=True, pending=True)
    assert foresee(memberships(membership)).counts == {Verdict.INVITED: 1}


def test_an_address_that_a_former_member_had_is_free():
    MembershipFactory(email="revenue@exemple.test", lapsed=True)
    membership = MembershipFactory(email="revenue@exemple.test")
    assert foresee(memberships(membership)).counts == {Verdict.INVITED: 1}


@pytest.mark.parametrize("outcome", ["expires_at", "revoked_at"])
def test_an_invitation_that_is_over_is_followed_by_another(outcome, client):
    membership = InvitationFactory(**{outcome: timezone.now() - timedelta(days=1)}).membership
    report = invite(memberships(membership), UserFactory(role="secretary"))
    assert report.counts == {Verdict.INVITED: 1}
    assert client.get(link(Invitation.objects.get())).status_code == 200


def queries_to(verb):
    with CaptureQueriesContext(connection) as captured:
        verb()
    return len(captured)


def test_thousands_are_invited_in_a_few_queries_per_batch():
    officer = UserFactory(role="secretary")
    Membership.objects.bulk_create(
        [MembershipFactory.build(invitable=True) for _ in range(2 * invitations.BATCH)]
    )
    first = Membership.objects.order_by("pk")[: invitations.BATCH]
    one_batch = queries_to(lambda: foresee(memberships(*first)))
    assert queries_to(lambda: foresee(Membership.objects.all())) <= 2 * one_batch
    assert one_batch <= 7
    assert queries_to(lambda: invite(Membership.objects.all(), officer)) <= 60
    assert Invitation.objects.count() == OutgoingMail.objects.count() == 2 * invitations.BATCH

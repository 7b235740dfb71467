"""The letter of an invitation: a secret link, stored nowhere, sent to one address."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from members.joining.invitations import invite, revoke
from members.mail.sending import send_due
from members.models import Invitation, Membership, OutgoingMail
from tests.factories import MembershipFactory, UserFactory
from tests.members.invited import link, memberships

pytestmark = pytest.mark.django_db


def invited(officer=None, **changes):
    """Invite somebody, and return the invitation as it is stored."""
    membership = MembershipFactory(invitable=True, **changes)
    invite(memberships(membership), officer or UserFactory(role="secretary"))
    return Invitation.objects.get(membership=membership)


def links_sent():
    """The links of the letters sent so far, in order."""
    return [re.search(r"http://[^/]+(/invitation/\S+)", each.body)[1] for each in mail.outbox]


def test_the_letter_bears_the_link_and_reveals_nothing_outside():
    invitation = invited(email="camille@exemple.test")
    send_due()
    (letter,) = mail.outbox
    assert letter.to == ["camille@exemple.test"]
    assert links_sent() == [link(invitation)]
    outside = letter.subject + letter.from_email
    for word in ("cgt", "syndic", "adhé", "section"):
        assert word not in outside.lower()
    assert "douanes" not in letter.subject.lower()


def test_the_secret_of_the_link_is_stored_nowhere():
    invitation = invited()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  the names come from the database
            assert invitation.token not in str(cursor.fetchall())


def test_a_letter_leaves_with_its_invitation_or_not_at_all(monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(OutgoingMail.objects, "bulk_create", refuse)
    with pytest.raises(OSError, match="full"):
        invited()
    assert not Invitation.objects.exists()


def test_inviting_again_kills_the_earlier_link_and_sends_one_letter_more(client):
    first = invited()
    send_due()
    officer = UserFactory(role="secretary")
    invite(memberships(first.membership), officer, before=timezone.now())
    send_due()
    old, new = links_sent()
    assert client.get(old).status_code == 404
    assert client.get(new).status_code == 200


def test_a_letter_that_waits_while_another_replaces_it_never_leaves():
    first = invited()
    invite(memberships(first.membership), UserFactory(role="secretary"), before=timezone.now())
    send_due()
    assert links_sent() == [link(Invitation.objects.get())]


@pytest.mark.parametrize("event", ["revoked", "lapsed", "corrected"])
def test_a_letter_that_has_lost_its_object_never_leaves(event):
    membership = invited().membership
    if event == "revoked":
        revoke(membership)
    if event == "lapsed":
        Membership.objects.update(paid_until=timezone.localdate() - timedelta(days=300))
    if event == "corrected":
        Membership.objects.update(email="la-bonne@exemple.test")
    send_due()
    assert not mail.outbox


def test_another_secret_key_loses_no_letter_that_waits(client, settings):
    invited()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "une autre clé secrète, assez longue pour en être une"
    send_due()
    assert client.get(links_sent()[0]).status_code == 200


def test_letters_by_the_thousand_let_an_urgent_one_go_first():
    invited()
    assert not OutgoingMail.objects.get().is_urgent

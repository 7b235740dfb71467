"""Inviting from the officers' desk: what is told before, what is told after, who may."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.joining import invitations
from members.mail.sending import send_due
from members.models import (
    Action,
    AuditEntry,
    Invitation,
    Membership,
    OutgoingMail,
    Subject,
)
from tests.factories import (
    AccessRequestFactory,
    InvitationFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/members/membership/"
INVITE_ALL = f"{LIST}inviter/"


@pytest.fixture(autouse=True)
def _manager(client):
    client.force_login(UserFactory(role="membership_manager"))


def page_of(membership):
    return reverse("admin:members_membership_change", args=[membership.pk])


def invite_page(membership):
    return reverse("admin:members_membership_invite", args=[membership.pk])


def text(response):
    return response.content.decode()


def answer(client, url, button, **data):
    """Press a button of a page, as it is shown now, and return the page that follows."""
    shown = text(client.get(url))
    asked_at = re.search('name="asked_at" value="([^"]+)"', shown)[1]
    return client.post(url, {button: "", "asked_at": asked_at} | data, follow=True)


def test_one_person_is_invited_from_their_page(client):
    membership = MembershipFactory(invitable=True)
    assert invite_page(membership) in text(client.get(page_of(membership)))
    assert membership.email in text(client.get(invite_page(membership)))
    assert not Invitation.objects.exists()
    after = answer(client, invite_page(membership), "invite")
    assert f"L’invitation est envoyée à {membership.email}." in text(after)
    assert Invitation.objects.get().invited_by.roles == {"membership_manager"}
    assert OutgoingMail.objects.count() == 1
    send_due()
    shown = text(client.get(page_of(membership)))
    assert f"envoyé le {timezone.localdate():%d/%m/%Y} à {membership.email}" in shown
    assert f"invité·e jusqu’au {timezone.localdate() + timedelta(days=14):%d/%m/%Y}" in shown


def test_a_letter_that_the_server_refuses_is_told(client):
    membership = MembershipFactory(invitable=True)
    answer(client, invite_page(membership), "invite")
    assert "en attente d’envoi" in text(client.get(page_of(membership)))
    OutgoingMail.objects.update(next_try_at=None, failure="refusé (550)")
    assert "pas envoyé" in text(client.get(page_of(membership)))
    assert "refusé (550)" in text(client.get(page_of(membership)))


def test_two_clicks_replace_an_invitation_once(client):
    membership = InvitationFactory().membership
    shown = text(client.get(invite_page(membership)))
    assert "cesse aussitôt de fonctionner" in shown
    form = {"invite": "", "asked_at": re.search('name="asked_at" value="([^"]+)"', shown)[1]}
    client.post(invite_page(membership), form)
    once = Invitation.objects.get().nonce
    client.post(invite_page(membership), form)
    assert Invitation.objects.get().nonce == once
    assert OutgoingMail.objects.count() == 1


def test_an_invitation_is_revoked(client):
    invitation = InvitationFactory()
    link = reverse("members:invitation", args=[invitation.token])
    after = answer(client, invite_page(invitation.membership), "revoke")
    assert "son lien ne fonctionne plus" in text(after)
    client.logout()
    assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ({"email": ""}, "n’a pas d’adresse e-mail"),
        ({"invitable": True, "lapsed": True}, "n’ouvre plus de droits"),
        ({"invitable": True, "user": True}, "a déjà un compte"),
    ],
)
def test_who_cannot_be_invited_is_not_and_it_is_said(client, state, reason):
    if "user" in state:
        state |= {"user": UserFactory()}
    membership = MembershipFactory(**state)
    shown = text(client.get(invite_page(membership)))
    assert reason in shown
    assert "Envoyer l’invitation" not in shown
    assert reason in text(answer(client, invite_page(membership), "invite"))
    assert not Invitation.objects.exists()


def test_all_those_without_account_are_invited(client):
    fresh = [MembershipFactory(invitable=True) for _ in range(2)]
    waiting = InvitationFactory()
    MembershipFactory(user=UserFactory(), invitable=True)
    MembershipFactory(first_name="Sans", last_name="Adresse")
    MembershipFactory(first_name="Plus", last_name="Cotisante", invitable=True, lapsed=True)
    before = text(client.get(INVITE_ALL))
    assert "2 personnes seront invitées" in before
    assert "Sans Adresse" in before
    assert re.search(r"Plus Cotisante \(A\d+, échue\)", before)
    assert not OutgoingMail.objects.exists()
    after = text(answer(client, INVITE_ALL, "invite"))
    assert "2 personnes sont invitées" in after
    assert "Une personne n’a pas d’adresse e-mail : Sans Adresse" in after
    assert "Une adhésion n’ouvre plus de droits : Plus Cotisante" in after
    assert set(OutgoingMail.objects.values_list("object_id", flat=True)) == {
        membership.pk for membership in fresh
    }
    assert Invitation.objects.get(pk=waiting.pk).nonce == waiting.nonce


def test_those_who_were_invited_are_written_to_again_when_it_is_asked(client):
    waiting = InvitationFactory()
    answer(client, INVITE_ALL, "invite", again="on")
    assert Invitation.objects.get().nonce != waiting.nonce
    assert OutgoingMail.objects.get().object_id == waiting.membership_id


def test_a_long_list_of_reasons_names_some_and_counts_the_others(client):
    for number in range(invitations.NAMED + 3):
        MembershipFactory(last_name=f"Sans{number}")
    assert "et 3 autres" in text(client.get(INVITE_ALL))
    assert "et 3 autres" in text(answer(client, INVITE_ALL, "invite"))


def test_the_ticked_ones_are_invited(client):
    ticked, left = MembershipFactory(invitable=True), MembershipFactory(invitable=True)
    action = {"action": "invite_selected", "_selected_action": [ticked.pk], "index": "0"}
    asked = text(client.post(LIST, action | {"select_across": "0"}))
    assert "1 personne sera invitée" in asked
    hidden = dict(re.findall('type="hidden" name="([^"]+)" value="([^"]+)"', asked))
    after = client.post(LIST, hidden | {"invite": ""}, follow=True)
    assert "Une personne est invitée" in text(after)
    assert not Invitation.objects.filter(membership=left).exists()
    assert Invitation.objects.get().membership == ticked


def test_a_whole_filtered_list_is_invited(client):
    for _ in range(3):
        MembershipFactory(invitable=True)
    done = InvitationFactory()
    url = f"{LIST}?invitation=never"
    action = {"action": "invite_selected", "select_across": "1", "index": "0"}
    first = Membership.objects.order_by("pk").first()
    asked = text(client.post(url, action | {"_selected_action": [first.pk]}))
    assert "3 personnes seront invitées" in asked
    hidden = dict(re.findall('type="hidden" name="([^"]+)" value="([^"]+)"', asked))
    client.post(url, hidden | {"invite": ""})
    assert Invitation.objects.count() == 4
    assert Invitation.objects.get(pk=done.pk).nonce == done.nonce


@pytest.mark.parametrize("role", ["editor", "publisher", "moderator"])
def test_other_officers_invite_nobody(client, role):
    membership = InvitationFactory().membership
    client.force_login(UserFactory(role=role))
    for url, data in [
        (INVITE_ALL, {"invite": ""}),
        (invite_page(membership), {"invite": ""}),
        (invite_page(membership), {"revoke": ""}),
        (LIST, {"action": "invite_selected", "_selected_action": [membership.pk]}),
    ]:
        assert client.post(url, data).status_code == 403
    assert not OutgoingMail.objects.exists()
    assert Invitation.objects.get().is_open


FOUND = {
    "account": "a un compte",
    "never": "jamais",
    "no_address": "sans adresse",
    "waiting": "en cours",
    "expired": "expirée",
    "accepted": "acceptée",
    "revoked": "annulée",
}


def test_the_list_is_filtered_by_what_became_of_invitations(client):
    moment = timezone.now() - timedelta(hours=1)
    MembershipFactory(last_name="a un compte", user=UserFactory())
    MembershipFactory(last_name="jamais", invitable=True)
    InvitationFactory(membership__last_name="en cours")
    InvitationFactory(membership__last_name="expirée", expires_at=moment)
    InvitationFactory(
        membership__last_name="acceptée", membership__user=UserFactory(), accepted_at=moment
    )
    InvitationFactory(membership__last_name="annulée", revoked_at=moment)
    InvitationFactory(membership__last_name="sans adresse", revoked_at=moment)
    Membership.objects.filter(last_name="sans adresse").update(email="")
    for value, expected in FOUND.items():
        shown = text(client.get(LIST, {"invitation": value}))
        names = set(re.findall('class="field-last_name">([^<]+)', shown))
        assert expected in names
        assert len(names) <= 2, value
    assert "0 adhésion" in text(client.get(LIST, {"invitation": "n’importe quoi"}))


def test_the_list_takes_the_same_queries_for_one_and_for_many(client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    InvitationFactory()
    queries()
    few = queries()
    for _ in range(30):
        InvitationFactory()
    assert queries() == few


def test_a_new_membership_is_filled_from_a_request(client):
    request = AccessRequestFactory(first_name="Zélie", number="A77")
    url = reverse("admin:members_membership_add")
    shown = text(client.get(url, {"demande": request.pk}))
    for value in ("Zélie", request.last_name, request.email, "A77"):
        assert f'value="{value}"' in shown
    for wrong in ("999999", "rien", ""):
        assert client.get(url, {"demande": wrong}).status_code == 200


def recorded(*actions):
    """What the audit says of these actions: for each, the keys of its rows."""
    entries = AuditEntry.objects.filter(subject=Subject.MEMBERSHIPS, action__in=actions)
    return [
        (entry.action, set(entry.rows.values_list("object_id", flat=True)))
        for entry in entries.order_by("pk")
    ]


def test_the_audit_says_who_was_invited_and_who_was_named(client):
    one, other = MembershipFactory(invitable=True), MembershipFactory(invitable=True)
    without = MembershipFactory()
    answer(client, invite_page(one), "invite")
    answer(client, invite_page(one), "revoke")
    answer(client, INVITE_ALL, "invite")
    assert recorded(Action.INVITATION, Action.REVOCATION) == [
        (Action.INVITATION, {one.pk}),
        (Action.REVOCATION, {one.pk}),
        (Action.INVITATION, {one.pk, other.pk}),
    ]
    assert (Action.LIST, {without.pk}) in recorded(Action.LIST)


def test_the_audit_says_who_was_invited_by_a_decision(client):
    membership = MembershipFactory()
    asked = AccessRequestFactory()
    client.post(
        reverse("admin:members_accessrequest_change", args=[asked.pk]),
        {"accept": "", "membership": "other", "number": membership.number, "use_address": "on"},
    )
    assert recorded(Action.VIEW, Action.INVITATION, Action.CHANGE) == [
        (action, {membership.pk}) for action in (Action.VIEW, Action.INVITATION, Action.CHANGE)
    ]


def test_nobody_is_invited_if_it_cannot_be_recorded(client, monkeypatch):
    membership, asked = MembershipFactory(invitable=True), AccessRequestFactory()
    client.raise_request_exception = False

    def refuse(*args, **kwargs):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(AuditEntry.objects, "create", refuse)
    now = timezone.now().isoformat()
    decide = reverse("admin:members_accessrequest_change", args=[asked.pk])
    for url, form in [
        (INVITE_ALL, {"invite": "", "asked_at": now}),
        (invite_page(membership), {"invite": "", "asked_at": now}),
        (decide, {"accept": "", "membership": membership.pk}),
    ]:
        assert client.post(url, form).status_code == 500
    assert not Invitation.objects.exists()
    assert not OutgoingMail.objects.exists()

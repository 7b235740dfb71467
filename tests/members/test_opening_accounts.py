"""The link of an invitation opens one account, once; when it is dead, every page says the same."""

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from members.joining import invitations
from members.joining.invitations import LinkIsDead, invite, revoke
from members.models import Invitation, Membership, User
from tests.factories import PASSWORD, InvitationFactory, MembershipFactory, UserFactory
from tests.members.invited import CHOSEN, accept, link, memberships, text

pytestmark = pytest.mark.django_db


def test_the_person_chooses_a_password_and_is_in(client):
    invitation = InvitationFactory(membership__email="Camille@Exemple.test")
    before = client.session.session_key
    answer = accept(client, invitation)
    assert answer.url == reverse("members:space")
    user = User.objects.get(email="camille@exemple.test")
    assert user.check_password(CHOSEN)
    assert user.display_name == "La vigie"
    assert user.membership == invitation.membership
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.session.session_key != before
    assert "Votre compte est ouvert" in text(client.get(answer.url))
    invitation.refresh_from_db()
    assert invitation.accepted_at


def test_the_password_just_chosen_is_proof_enough_for_what_asks_for_one(client):
    accept(client, InvitationFactory())
    answer = client.post("/compte/email/", {"action_add": "", "email": "autre@exemple.test"})
    assert "reauthenticate" not in answer.url


def test_a_passkey_may_stand_in_place_of_a_password(client):
    invitation = InvitationFactory()
    empty = {"password1": "", "password2": "", "display_name": "La vigie"}
    assert "errorlist" in text(client.post(link(invitation), empty))
    answer = client.post(link(invitation), empty | {"passkey": ""})
    assert answer.url == reverse("mfa_add_webauthn")
    shown = client.get(answer.url)
    assert shown.status_code == 200
    assert "Votre compte est ouvert" in text(shown)
    user = User.objects.get(membership=invitation.membership)
    assert user.display_name == "La vigie"
    assert not user.has_usable_password()
    assert not Client().login(email=user.email, password="")
    # No password, no passkey yet: neither the used link nor an empty password lets anybody in.
    for form in (empty, empty | {"passkey": ""}):
        other = Client()
        assert other.post(link(invitation), form).status_code == 404
        assert "_auth_user_id" not in other.session


def test_reading_the_page_changes_nothing(client):
    invitation = InvitationFactory()
    for _ in range(3):
        assert client.get(link(invitation)).status_code == 200
        assert client.head(link(invitation)).status_code == 200
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not client.session.keys()
    assert accept(client, invitation).status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"password1": "court", "password2": "court"},
        {"password2": "quatre autres mots bout à bout"},
        {
            "password1": "adherente.longue@exemple.test",
            "password2": "adherente.longue@exemple.test",
        },
        {"password1": "la grande vigie du port", "password2": "la grande vigie du port"},
        {"display_name": "moi@exemple.test"},
    ],
)
def test_what_cannot_be_accepted_is_said_and_the_link_stays_open(client, changes):
    invitation = InvitationFactory(membership__email="adherente.longue@exemple.test")
    answer = accept(client, invitation, **{"display_name": "La grande vigie du port"} | changes)
    assert answer.status_code == 200
    assert "errorlist" in text(answer)
    assert changes.get("display_name", "La grande vigie du port") in text(answer)
    assert not User.objects.exists()
    assert accept(client, invitation).status_code == 302


DEATHS = {
    "unknown": lambda invitation: setattr(invitation, "nonce", "f" * 32),
    "expired": lambda invitation: _store(invitation, expires_at=timezone.now()),
    "used": lambda invitation: invitations.open_account(invitation, "", CHOSEN),
    "revoked": lambda invitation: revoke(invitation.membership),
    "replaced": lambda invitation: invite(
        memberships(invitation.membership),
        UserFactory(),
        before=timezone.now() + timedelta(seconds=1),
    ),
    "another address": lambda invitation: _change(invitation, email="autre@exemple.test"),
    "no address": lambda invitation: _change(invitation, email=""),
    "lapsed": lambda invitation: _change(
        invitation, paid_until=timezone.localdate() - timedelta(days=300)
    ),
    "resigned": lambda invitation: _change(invitation, resigned_on=timezone.localdate()),
    "excluded": lambda invitation: _change(invitation, excluded_on=timezone.localdate()),
    "linked by an officer": lambda invitation: _change(invitation, user=UserFactory()),
}


def _store(invitation, **changes):
    Invitation.objects.filter(pk=invitation.pk).update(**changes)


def _change(invitation, **changes):
    Membership.objects.filter(pk=invitation.membership_id).update(**changes)


def dead_page(client):
    return client.get(reverse("members:invitation", args=["n-importe-quoi"]))


@pytest.mark.parametrize("death", DEATHS.values(), ids=DEATHS)
@time_machine.travel("2025-03-01T10:00:00+00:00", tick=False)
def test_every_dead_link_gives_the_same_page(client, death):
    invitation = InvitationFactory()
    address = link(invitation)
    death(invitation)
    accounts = User.objects.count()
    if invitation.token is None:
        address = reverse("members:invitation", args=["n-importe-quoi-d-autre"])
    expected = dead_page(client)
    wrong = {"password1": PASSWORD, "password2": PASSWORD}
    for answer in (client.get(address), client.post(address, wrong)):
        assert answer.status_code == expected.status_code == 404
        assert answer.content == expected.content
        assert dict(answer.headers) == dict(expected.headers)
        assert answer.cookies.keys() == expected.cookies.keys()
    assert User.objects.count() == accounts
    assert "Demandez un nouveau lien" in text(expected)


def test_an_accepted_invitation_does_not_open_a_second_account():
    invitation = InvitationFactory()
    invitations.open_account(invitation, "", CHOSEN)
    with pytest.raises(LinkIsDead):
        invitations.open_account(invitation, "", "un autre mot de passe, assez long")
    assert User.objects.get().check_password(CHOSEN)


def test_the_link_lasts_as_long_as_the_setting_says(client, settings):
    settings.INVITATION_DAYS = 3
    with time_machine.travel("2025-03-01T10:00:00+00:00", tick=False):
        address = link(InvitationFactory())
    with time_machine.travel("2025-03-04T09:59:00+00:00", tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel("2025-03-04T10:00:00+00:00", tick=False):
        assert client.get(address).status_code == 404


def test_the_second_of_two_clicks_is_let_in_by_the_same_password(client):
    invitation = InvitationFactory()
    accept(client, invitation)
    other = Client()
    answer = accept(other, invitation)
    assert answer.url == reverse("members:space")
    assert other.session["_auth_user_id"] == client.session["_auth_user_id"]
    assert User.objects.count() == 1
    # Who is in already is led there too.
    assert client.get(link(invitation)).url == reverse("members:space")


def test_a_used_link_is_no_way_round_the_limits_of_the_sign_in_page(client):
    invitation = InvitationFactory()
    accept(Client(), invitation)
    for _ in range(12):
        assert accept(client, invitation, password1="une mauvaise phrase").status_code == 404
    assert accept(client, invitation).status_code == 404
    assert "_auth_user_id" not in client.session


def every_page(client):
    """The invitation's page in each of its states, for the person that it shows."""
    yield client.get(link(InvitationFactory()))
    yield dead_page(client)
    known = UserFactory()
    invitation = InvitationFactory(membership__email=known.email)
    yield client.get(link(invitation))
    client.force_login(UserFactory())
    yield client.get(link(invitation))
    client.force_login(known)
    yield client.get(link(invitation))
    MembershipFactory(user=known)
    yield client.get(link(invitation))


def test_the_pages_name_the_union_to_nobody_and_are_kept_nowhere(client):
    pages = list(every_page(client))
    assert len({re.search("<h1>(.*)</h1>", text(page))[1] for page in pages}) == len(pages)
    for page in pages:
        shown = text(page).lower()
        # The letters of a key are drawn at random: three of them may well spell a word.
        said = re.sub(r"[\w-]{32,}", "", shown)
        for word in ("cgt", "douane", "syndic"):
            assert word not in said
        assert 'name="robots" content="noindex"' in shown
        assert "no-store" in page.headers["Cache-Control"]
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', shown)


def test_the_secret_of_a_link_is_not_logged(client, logs, monkeypatch):
    invitation = InvitationFactory()
    address = link(invitation)
    client.get(f"{address}encore/")
    client.put(address)
    logging.getLogger("django.request").error("GET /compte/login/?next=%s failed", address)
    escaped = address.replace("/", "%2F")
    logging.getLogger("django.request").error("GET /compte/login/?next=%s failed", escaped)
    revoke(invitation.membership)
    client.get(address)
    monkeypatch.setattr(Invitation.objects, "of_token", lambda token: 1 / 0)
    client.raise_request_exception = False
    assert client.get(address).status_code == 500
    assert "ZeroDivisionError" in logs.getvalue()
    assert "/invitation/[secret]" in logs.getvalue()
    assert invitation.token not in logs.getvalue()

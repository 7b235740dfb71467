"""Invitations: a secret link, sent to one address, that opens one account, once."""

import logging
import re
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cgtdouanes.operations.logs import DiscreetFormatter
from members.joining import invitations
from members.joining.invitations import LinkIsDead, Verdict, foresee, invite, revoke
from members.mail.sending import send_due
from members.models import Invitation, Membership, OutgoingMail, User
from tests.factories import PASSWORD, InvitationFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

CHOSEN = "quatre mots mis bout à bout"


def link(invitation):
    return reverse("members:invitation", args=[invitation.token])


def accept(client, invitation, **changes):
    form = {"password1": CHOSEN, "password2": CHOSEN, "display_name": "La vigie"} | changes
    return client.post(link(invitation), form)


def memberships(*rows):
    return Membership.objects.filter(pk__in=[row.pk for row in rows])


def invited(officer=None, **changes):
    """Invite somebody, and return the invitation as it is stored."""
    membership = MembershipFactory(invitable=True, **changes)
    invite(memberships(membership), officer or UserFactory(role="secretary"))
    return Invitation.objects.get(membership=membership)


def links_sent():
    """The links of the letters sent so far, in order."""
    return [re.search(r"http://[^/]+(/invitation/\S+)", each.body)[1] for each in mail.outbox]


def text(response):
    return response.content.decode()


# The link and its letter


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


# What the person does with it


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


# When the address has an account already


@pytest.fixture(params=["adherent without membership", "secretary", "superuser"])
def account(request):
    """The account that somebody has at the address of an invitation."""
    traits = {"secretary": {"role": "secretary"}, "superuser": {"superuser": True}}
    return UserFactory(email="connue@exemple.test", **traits.get(request.param, {}))


def test_an_account_is_not_taken_over_by_a_link(client, account):
    invitation = InvitationFactory(membership__email=account.email)
    page = text(client.get(link(invitation)))
    assert "password1" not in page
    assert f"/compte/login/?next={link(invitation)}" in page
    accept(client, invitation)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert not Membership.objects.filter(user=account).exists()
    assert "_auth_user_id" not in client.session


def test_who_has_an_account_signs_in_and_links_the_membership(client, account):
    invitation = InvitationFactory(membership__email="Connue@exemple.test")
    answer = client.post(
        f"/compte/login/?next={link(invitation)}",
        {"login": account.email, "password": PASSWORD, "next": link(invitation)},
    )
    assert answer.url == link(invitation)
    assert "Rattacher à mon compte" in text(client.get(answer.url))
    assert not Membership.objects.filter(user=account).exists()
    assert client.post(answer.url).url == reverse("members:space")
    assert account.membership == invitation.membership
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert User.objects.count() == 1
    client.logout()
    assert client.get(link(invitation)).status_code == 404


def test_who_is_signed_in_as_somebody_else_is_told_so(client):
    invitation = InvitationFactory()
    client.force_login(UserFactory(role="secretary"))
    for answer in (client.get(link(invitation)), accept(client, invitation)):
        assert "Ce lien est pour une autre adresse" in text(answer)
        assert invitation.address not in text(answer)
    assert User.objects.count() == 1
    invitation.refresh_from_db()
    assert invitation.membership.user is None
    client.post("/compte/logout/", {"next": link(invitation)})
    assert accept(client, invitation).status_code == 302


def test_an_account_with_a_membership_takes_no_other(client):
    user = UserFactory(adherent=True)
    invitation = InvitationFactory(membership__email=user.email)
    client.force_login(user)
    for answer in (client.get(link(invitation)), client.post(link(invitation))):
        assert "Votre compte a déjà une adhésion" in text(answer)
    with pytest.raises(LinkIsDead):
        invitations.link_account(invitation, user)
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_a_closed_account_does_not_come_back_by_a_link(client):
    UserFactory(email="fermee@exemple.test", is_active=False)
    invitation = InvitationFactory(membership__email="fermee@exemple.test")
    accept(client, invitation)
    assert "_auth_user_id" not in client.session
    with pytest.raises(LinkIsDead):
        invitations.open_account(invitation, "", CHOSEN)
    assert User.objects.count() == 1


# What leaks


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


@pytest.fixture
def logs(monkeypatch):
    """What the site's own handler writes."""
    (handler,) = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, DiscreetFormatter)
    ]
    written = StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


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


# Who is invited, and who is not


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


def test_letters_by_the_thousand_let_an_urgent_one_go_first():
    invited()
    assert not OutgoingMail.objects.get().is_urgent

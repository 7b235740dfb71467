"""An invitation to an address that has an account already: it is linked, and never taken over."""

import pytest
from django.urls import reverse

from members.joining import invitations
from members.joining.invitations import LinkIsDead
from members.models import Membership, User
from tests.factories import PASSWORD, InvitationFactory, UserFactory
from tests.members.invited import CHOSEN, accept, link, text

pytestmark = pytest.mark.django_db


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

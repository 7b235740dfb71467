"""A second factor that its owner removes at the very instant when it is used elsewhere."""

import contextlib

import pytest
from allauth.mfa.models import Authenticator
from django.db.models.signals import pre_save
from django.test import Client

from members.sign_in.forms import ReauthenticateWithPasskeyForm, SignInWithPasskeyForm
from tests.factories import UserFactory
from tests.members.ways_in import AUTHENTICATE, install_application, is_signed_in, sign_in
from tests.totp import totp

SIGN_IN = "/compte/2fa/webauthn/login/"
SHOWN = {"credential": '{"id": "x"}'}

pytestmark = pytest.mark.django_db(transaction=True)


@contextlib.contextmanager
def removed_at_that_instant():
    """Each factor is gone when its use is about to be noted."""

    def remove(instance, update_fields, **kwargs):
        if update_fields == {"last_used_at"}:
            Authenticator.objects.filter(pk=instance.pk).delete()

    pre_save.connect(remove, sender=Authenticator)
    try:
        yield
    finally:
        pre_save.disconnect(remove, sender=Authenticator)


@pytest.fixture
def passkey(monkeypatch):
    """A passkey whose owner the device has just recognised."""
    user = UserFactory(adherent=True)
    passkey = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Téléphone"})
    for form in (SignInWithPasskeyForm, ReauthenticateWithPasskeyForm):
        monkeypatch.setattr(form, "clean_credential", lambda form: passkey)
    return passkey


def test_a_passkey_that_is_gone_signs_nobody_in(client, passkey):
    with removed_at_that_instant():
        answer = client.post(
            "/compte/2fa/webauthn/login/", {"credential": '{"id": "x"}'}, follow=True
        )
    assert answer.redirect_chain == [("/compte/login/", 302)]
    assert "Cette clé d’accès n’a pas pu être reconnue" in answer.content.decode()
    assert not is_signed_in(client)


def test_a_passkey_that_stays_signs_in(client, passkey):
    client.post(SIGN_IN, SHOWN)
    assert is_signed_in(client)


def test_an_application_that_is_gone_is_no_second_factor(client):
    user, telephone = UserFactory(adherent=True), Client()
    sign_in(telephone, user)
    secret = install_application(telephone)
    sign_in(client, user)
    with removed_at_that_instant():
        answer = client.post(AUTHENTICATE, {"code": totp(secret, 1)}, follow=True)
    assert "Ce code n’est pas le bon" in answer.content.decode()
    assert not is_signed_in(client)

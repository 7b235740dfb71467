"""Signing in, resetting a password: the same answers whoever asks, in French, in our pages."""

import re
from smtplib import SMTPRecipientsRefused

import pytest
from django.contrib.auth import get_user_model
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse

from members.models import OutgoingMail
from tests.factories import PASSWORD, UserFactory
from tests.mailbox import received

pytestmark = pytest.mark.django_db

LOGIN = "/compte/login/"
RESET = "/compte/password/reset/"


def test_an_account_signs_in_with_its_address_and_out(client):
    user = UserFactory(adherent=True, email="a.dherente@exemple.test")
    answer = client.post(LOGIN, {"login": "A.Dherente@exemple.test", "password": PASSWORD})
    assert answer.url == reverse("members:space")
    assert client.session["_auth_user_id"] == str(user.pk)
    client.post("/compte/logout/")
    assert "_auth_user_id" not in client.session


def test_each_field_is_labelled_once_and_the_help_is_set_in_french(client):
    for path in (LOGIN, RESET):
        assert "placeholder" not in client.get(path).content.decode()
    page = client.get(LOGIN).content.decode()
    assert f'<a href="{RESET}">Mot de passe oublié\u202f?</a>' in page


def test_the_session_key_changes_at_sign_in(client):
    UserFactory(email="a@exemple.test")
    client.get(LOGIN)
    session = client.session
    session["panier"] = 1
    session.save()
    before = session.session_key
    client.post(LOGIN, {"login": "a@exemple.test", "password": PASSWORD})
    assert client.session.session_key != before


def test_the_reset_mail_reveals_nothing_and_opens_once(client):
    user = UserFactory(email="connue@exemple.test")
    client.post(RESET, {"email": user.email})
    (message,) = received()
    assert message.subject == "Votre demande de nouveau mot de passe"
    assert "cgt" not in message.subject.lower() + message.from_email.lower()
    path = re.search(r"https?://[^/]+(/compte/password/reset/key/\S+)", message.body)[1]
    page = client.get(path, follow=True)
    chosen = "une autre phrase de passe"
    form_url = page.redirect_chain[-1][0]
    client.post(form_url, {"password1": chosen, "password2": chosen})
    user.refresh_from_db()
    assert user.check_password(chosen)
    again = client.get(path, follow=True)
    assert "password1" not in again.content.decode()


def test_a_forged_host_enters_no_link(client):
    UserFactory(email="connue@exemple.test")
    answer = client.post(RESET, {"email": "connue@exemple.test"}, headers={"host": "mal.example"})
    assert answer.status_code == 400
    assert not OutgoingMail.objects.exists()


def test_a_redirect_never_leaves_the_site(client):
    UserFactory(email="a@exemple.test")
    for target in (
        "https://mal.example/",
        "//mal.example",
        "/\\mal.example",
        "javascript:alert(1)",
    ):
        answer = client.post(
            f"{LOGIN}?next={target}",
            {"login": "a@exemple.test", "password": PASSWORD, "next": target},
        )
        assert answer.url == reverse("members:space")
        client.logout()


def test_there_is_no_open_sign_up(client):
    answer = client.post("/compte/signup/", {"email": "x@exemple.test", "password1": PASSWORD})
    assert not get_user_model().objects.exists()
    assert "Les comptes sont ouverts par la section" in answer.content.decode()


def test_the_logs_name_nobody(client, caplog):
    user = UserFactory(email="discrete@exemple.test", display_name="Une discrète")
    with caplog.at_level("DEBUG"):
        client.post(LOGIN, {"login": user.email, "password": "une mauvaise phrase"})
        client.post(RESET, {"email": user.email})
        client.post(LOGIN, {"login": user.email, "password": PASSWORD})
        client.get("/admin/")
        client.get("/nulle-part/")
    assert caplog.records
    logged = "\n".join(
        record.getMessage() for record in caplog.records if "SELECT" not in record.msg
    )
    assert "discr" not in logged.lower()


def test_an_address_changes_once_it_is_confirmed(client):
    user = UserFactory(email="ancienne@exemple.test")
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    change = {"action_add": "", "email": "nouvelle@exemple.test"}
    assert "/compte/reauthenticate/" in client.post("/compte/email/", change).url
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    client.post("/compte/email/", change)
    user.refresh_from_db()
    assert user.email == "ancienne@exemple.test"
    (message,) = [each for each in received() if each.to == ["nouvelle@exemple.test"]]
    path = re.search(r"https?://[^/]+(/compte/confirm-email/\S+)", message.body)[1]
    client.post(path)
    user.refresh_from_db()
    assert user.email == "nouvelle@exemple.test"
    client.post("/compte/logout/")
    for address, signs_in in [("ancienne", False), ("nouvelle", True)]:
        client.post(LOGIN, {"login": f"{address}@exemple.test", "password": PASSWORD})
        assert ("_auth_user_id" in client.session) is signs_in


def test_a_forged_host_enters_no_link_that_opens_an_account(client, settings):
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "ancien.exemple.test"]
    user = UserFactory(email="visee@exemple.test")
    for host in ("127.0.0.1:8123", "ancien.exemple.test"):
        client.post(RESET, {"email": user.email}, HTTP_HOST=host)
    client.force_login(user)
    client.post("/compte/reauthenticate/", {"password": PASSWORD})
    change = {"action_add": "", "email": "neuve@exemple.test"}
    client.post("/compte/email/", change, HTTP_HOST="127.0.0.1:8123")
    links = [re.findall(r"https?://\S+", message.body)[0] for message in received()]
    assert len(links) == 3
    assert all(link.startswith(f"{settings.SITE_URL}/compte/") for link in links)


class BrokenMail(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise SMTPRecipientsRefused({email_messages[0].to[0]: (550, b"unknown")})


def test_a_mail_server_that_fails_betrays_nobody(client, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenMail"
    UserFactory(email="connue@exemple.test")
    known = client.post(RESET, {"email": "connue@exemple.test"})
    unknown = client.post(RESET, {"email": "inconnue@exemple.test"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    received()
    assert OutgoingMail.objects.get().failure == "refusé par le serveur (550)"
    assert "connue@" not in caplog.text

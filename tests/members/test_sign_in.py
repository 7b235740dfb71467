"""Signing in, resetting a password: the same answers whoever asks, in French, in our pages."""

import re
from smtplib import SMTPRecipientsRefused

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse

from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN = "/compte/login/"
RESET = "/compte/password/reset/"


def without_token(response):
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)


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


def test_sign_in_says_the_same_to_known_and_unknown(client):
    UserFactory(email="connue@exemple.test")
    UserFactory(email="fermee@exemple.test", is_active=False)
    wrong = {"password": "ce n’est pas la bonne phrase"}
    answers = []
    for name in ("connue", "inconnue", "fermee"):
        answer = client.post(LOGIN, wrong | {"login": f"{name}@exemple.test"})
        body = without_token(answer).replace(name.encode(), b"NOM")
        answers.append((answer.status_code, sorted(answer.cookies), body))
    assert answers[0] == answers[1] == answers[2]


def test_an_unknown_address_costs_a_hash_too(client, monkeypatch):
    hashed = []
    user_model = get_user_model()
    original = user_model.set_password
    monkeypatch.setattr(
        user_model, "set_password", lambda self, raw: hashed.append(raw) or original(self, raw)
    )
    client.post(LOGIN, {"login": "inconnue@exemple.test", "password": "une phrase quelconque"})
    assert hashed == ["une phrase quelconque"]


def test_reset_says_the_same_to_known_and_unknown(client):
    UserFactory(email="connue@exemple.test")
    known = client.post(RESET, {"email": "connue@exemple.test"}, follow=True)
    unknown = client.post(RESET, {"email": "inconnue@exemple.test"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert without_token(known) == without_token(unknown)
    assert [message.to for message in mail.outbox] == [["connue@exemple.test"]]


def test_the_reset_mail_reveals_nothing_and_opens_once(client):
    user = UserFactory(email="connue@exemple.test")
    client.post(RESET, {"email": user.email})
    message = mail.outbox[0]
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
    assert not mail.outbox


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


@pytest.mark.parametrize("password", ["court", "123456789123456789", "motdepassecourt"[:14]])
def test_weak_passwords_are_refused_in_french(client, password):
    user = UserFactory()
    client.force_login(user)
    answer = client.post(
        "/compte/password/change/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert "errorlist" in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_changed_password_closes_the_other_sessions(client, django_user_model):
    other = type(client)()
    user = UserFactory()
    client.force_login(user)
    other.force_login(user)
    chosen = "une autre phrase de passe"
    client.post(
        "/compte/password/change/",
        {"oldpassword": PASSWORD, "password1": chosen, "password2": chosen},
    )
    assert client.get(reverse("members:space")).status_code == 200
    assert other.get(reverse("members:space")).status_code == 302


def test_passwords_are_kept_with_argon2id(argon2):
    assert UserFactory().password.startswith("argon2$argon2id$")


def test_repeated_failures_are_slowed(client):
    UserFactory(email="visee@exemple.test")
    attempt = {"login": "visee@exemple.test", "password": "une mauvaise phrase"}
    for _ in range(12):
        client.post(LOGIN, attempt)
    answer = client.post(LOGIN, attempt | {"password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert answer.status_code in {200, 429}


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
    (message,) = [mail_ for mail_ in mail.outbox if mail_.to == ["nouvelle@exemple.test"]]
    path = re.search(r"https?://[^/]+(/compte/confirm-email/\S+)", message.body)[1]
    client.post(path)
    user.refresh_from_db()
    assert user.email == "nouvelle@exemple.test"
    client.post("/compte/logout/")
    for address, signs_in in [("ancienne", False), ("nouvelle", True)]:
        client.post(LOGIN, {"login": f"{address}@exemple.test", "password": PASSWORD})
        assert ("_auth_user_id" in client.session) is signs_in


class BrokenMail(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise SMTPRecipientsRefused({email_messages[0].to[0]: (550, b"unknown")})


def test_a_mail_server_that_fails_betrays_nobody(client, settings, caplog):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenMail"
    UserFactory(email="connue@exemple.test")
    known = client.post(RESET, {"email": "connue@exemple.test"})
    unknown = client.post(RESET, {"email": "inconnue@exemple.test"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert "SMTPRecipientsRefused" in caplog.text
    assert "connue@" not in caplog.text

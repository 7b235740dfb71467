"""Open sessions: seen by their owner, closed from afar; what is asked again, and by mail."""

import pytest
import time_machine
from django.test import Client

from members.sign_in.sessions import device_name
from tests.factories import PASSWORD, UserFactory
from tests.mailbox import received
from tests.members.ways_in import (
    CODE,
    CONFIRM_CODE,
    LOGIN,
    confirm_password,
    is_signed_in,
    mailed_code,
    sign_in,
)

pytestmark = pytest.mark.django_db

SESSIONS = "/compte/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/138.0.0.0 Mobile Safari/537.36"
)


def browser(user_agent: str) -> Client:
    return Client(headers={"user-agent": user_agent})


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (FIREFOX, "Firefox sur Linux"),
        (ANDROID, "Chrome sur Android"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
            "Safari sur iPhone",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
            "Edge sur Windows",
        ),
        ("", "Navigateur sur un appareil inconnu"),
        ("<script>alert(1)</script>", "Navigateur sur un appareil inconnu"),
    ],
)
def test_a_browser_is_named_as_a_person_would(user_agent, name):
    assert device_name(user_agent) == name


def test_a_person_sees_their_sessions_and_closes_the_others():
    user = UserFactory()
    computer, telephone, stranger = browser(FIREFOX), browser(ANDROID), Client()
    for client in (computer, telephone):
        sign_in(client, user)
    sign_in(stranger, UserFactory())
    page = computer.get(SESSIONS).content.decode()
    assert page.index("Firefox sur Linux") < page.index("cette session")
    assert page.count("Chrome sur Android") == 1
    assert page.count("adresse 127.0.0.1") == 2
    computer.get(SESSIONS, {"action": "close"})
    assert telephone.get("/espace/").status_code == 200
    computer.post(SESSIONS)
    assert telephone.get("/espace/").status_code == 302
    assert computer.get("/espace/").status_code == 200
    assert stranger.get("/espace/").status_code == 200
    page = computer.get(SESSIONS).content.decode()
    assert "Chrome sur Android" not in page
    assert "Vous n’êtes connecté·e qu’ici." in page


def test_a_session_that_signs_nobody_in_is_not_listed():
    user = UserFactory()
    computer, telephone = browser(FIREFOX), browser(ANDROID)
    for client in (computer, telephone):
        sign_in(client, user)
    telephone.logout()
    assert "Chrome sur Android" not in computer.get(SESSIONS).content.decode()


@pytest.mark.parametrize("others", [1, 10])
def test_the_list_costs_the_same_however_long(others, django_assert_max_num_queries):
    user = UserFactory()
    client = Client()
    for each in [client, *(Client() for _ in range(others))]:
        sign_in(each, user)
    with django_assert_max_num_queries(8):
        page = client.get(SESSIONS)
    assert page.content.decode().count("adresse 127.0.0.1") == others + 1


def test_a_changed_password_closes_the_other_sessions_and_keeps_this_one():
    user = UserFactory()
    computer, telephone = browser(FIREFOX), browser(ANDROID)
    for client in (computer, telephone):
        sign_in(client, user)
    key = computer.session.session_key
    chosen = "quatre chats sur un toit rouge"
    computer.post(
        "/compte/password/change/",
        {"oldpassword": PASSWORD, "password1": chosen, "password2": chosen},
    )
    assert telephone.get("/espace/").status_code == 302
    assert computer.session.session_key != key
    page = computer.get(SESSIONS).content.decode()
    assert "Firefox sur Linux" in page
    assert "Chrome sur Android" not in page


# Codes by mail -----------------------------------------------------------------------------------


def ask_code(client: Client, email: str) -> str:
    client.post(CODE, {"email": email})
    return mailed_code()


def test_a_code_by_mail_signs_in_once():
    user, client = UserFactory(email="par-code@exemple.test"), Client()
    code = ask_code(client, user.email)
    message = received()[-1]
    assert message.to == [user.email]
    assert message.subject == "Votre code de connexion"
    assert "cgt" not in f"{message.subject} {message.from_email}".lower()
    thief = Client()
    thief.post(CODE, {"email": user.email})
    thief.post(CONFIRM_CODE, {"code": code})
    assert not is_signed_in(thief)
    key = client.session.session_key
    client.post(CONFIRM_CODE, {"code": f" {code.replace('-', ' ')} "})
    assert is_signed_in(client)
    assert client.session.session_key != key
    client.post("/compte/logout/")
    client.post(CONFIRM_CODE, {"code": code})
    assert not is_signed_in(client)


def test_a_code_is_lost_after_three_mistakes():
    user, client = UserFactory(), Client()
    code = ask_code(client, user.email)
    for _ in range(3):
        answer = client.post(CONFIRM_CODE, {"code": "000-000-000"})
    assert answer.url == CODE
    client.post(CONFIRM_CODE, {"code": code})
    assert not is_signed_in(client)


def test_a_code_lives_for_ten_minutes():
    user = UserFactory()
    for minutes, lives in [(9, True), (11, False)]:
        client = Client()
        with time_machine.travel("2030-01-01 12:00:00+00:00", tick=False) as clock:
            code = ask_code(client, user.email)
            clock.shift(minutes * 60)
            client.post(CONFIRM_CODE, {"code": code})
            assert is_signed_in(client) is lives


def test_another_code_replaces_the_first():
    user, client = UserFactory(), Client()
    first = ask_code(client, user.email)
    client.post(CONFIRM_CODE, {"action": "resend"})
    second = mailed_code()
    assert first != second
    client.post(CONFIRM_CODE, {"code": first})
    assert not is_signed_in(client)
    client.post(CONFIRM_CODE, {"code": second})
    assert is_signed_in(client)


def test_a_closed_account_receives_no_code():
    user = UserFactory(is_active=False)
    Client().post(CODE, {"email": user.email})
    assert received() == []


def test_an_account_that_signs_in_by_code_alone_must_have_done_it_lately():
    user, client = UserFactory(), Client()
    user.set_unusable_password()
    user.save()
    pages = ["/compte/email/", "/compte/password/set/", "/compte/2fa/totp/activate/"]
    with time_machine.travel("2030-01-01 12:00:00+00:00", tick=False) as clock:
        client.post(CONFIRM_CODE, {"code": ask_code(client, user.email)})
        for page in pages:
            assert client.get(page).status_code == 200
        clock.shift(6 * 60)
        for page in pages:
            for answer in (client.get(page), client.post(page, {})):
                assert answer.url == f"/espace/nouvelle-connexion/?next={page}"
        asked = client.get("/espace/nouvelle-connexion/?next=/compte/email/").content.decode()
        assert 'value="/compte/login/code/?next=/compte/email/"' in asked
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_where_a_new_code_leads_is_on_this_site():
    client = Client()
    client.force_login(UserFactory())
    page = client.get("/espace/nouvelle-connexion/?next=https://mal.example/").content.decode()
    assert "mal.example" not in page


def test_a_first_password_asks_for_the_passkey_or_the_code_again():
    """An account with a factor and no password: it is the factor that is asked for."""
    user, client = UserFactory(), Client()
    sign_in(client, user)
    confirm_password(client)
    user.set_unusable_password()
    user.save()
    user.authenticator_set.create(type="totp", data={})
    client.force_login(user)
    answer = client.get("/compte/password/set/")
    assert answer.url.startswith("/compte/2fa/reauthenticate/")


def test_changing_the_address_asks_for_the_password_again():
    user, client = UserFactory(), Client()
    sign_in(client, user)
    answer = client.post("/compte/email/", {"action_add": "", "email": "autre@exemple.test"})
    assert answer.url.startswith("/compte/reauthenticate/")
    assert not user.emailaddress_set.filter(email="autre@exemple.test").exists()


def test_somebody_else_in_the_browser_is_not_taken_for_the_first():
    first, second = UserFactory(), UserFactory()
    client = Client()
    sign_in(client, first)
    client.post("/compte/logout/")
    client.post(LOGIN, {"login": second.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(second.pk)

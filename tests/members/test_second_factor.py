"""Officers act as such in a session where a second factor was used; everybody may have one."""

import json

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from members.models import Role
from tests import test_access
from tests.access import World
from tests.factories import ArticleFactory, ReactionFactory, UserFactory
from tests.members.ways_in import (
    AUTHENTICATE,
    CODE,
    CONFIRM_CODE,
    REAUTHENTICATE,
    confirm_password,
    install_application,
    is_signed_in,
    mailed_code,
    recovery_codes,
    sign_in,
)
from tests.totp import totp

pytestmark = pytest.mark.django_db

ADMIN = "/admin/"
DOOR = "/espace/second-facteur/"


@pytest.fixture(autouse=True)
def _required(settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


def opens_admin(client: Client) -> bool:
    return client.get(ADMIN).status_code == 200


def enrolled(**kind) -> tuple:
    """Return an account with an application, and the secret that its telephone keeps."""
    user, client = UserFactory(**kind), Client()
    sign_in(client, user)
    return user, install_application(client)


def sign_in_with_application(client: Client, user, secret: str, later: int = 1) -> None:
    sign_in(client, user)
    client.post(AUTHENTICATE, {"code": totp(secret, later)})


def words_at(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_who_has_an_application_alone_is_asked_for_nothing_else():
    user, _ = enrolled()
    client = Client()
    sign_in(client, user)
    page = words_at(client, AUTHENTICATE)
    assert "Code de votre application" in page
    assert "clé d’accès" not in page


def test_who_has_a_passkey_alone_is_asked_for_no_application():
    user, client = UserFactory(), Client()
    client.force_login(user)
    kinds = Authenticator.Type
    Authenticator.objects.create(user=user, type=kinds.WEBAUTHN, data={"name": "Clé"})
    Authenticator.objects.create(user=user, type=kinds.RECOVERY_CODES, data={})
    page = words_at(client, REAUTHENTICATE)
    assert "Code de secours" in page
    assert "Code de votre application" not in page
    page = words_at(client, "/compte/reauthenticate/")
    assert "Avec un code de secours" in page
    assert "mon application" not in page


# What an officer's password alone opens -------------------------------------------------------


@pytest.mark.parametrize("kind", [{"role": Role.SECRETARY}, {"superuser": True}])
def test_a_password_alone_opens_no_page_of_the_desk(client, kind):
    world = World()
    sign_in(client, UserFactory(**kind))
    doors = {"admin:login", "admin:logout"}
    answers = {}
    for route in test_access.ADMIN:
        if route.name not in doors:
            url = reverse(route.name, args=route.args(world))
            answers[str(route)] = client.get(url), client.post(url)
    assert len(answers) > 40
    for name, pair in answers.items():
        for answer in pair:
            assert answer.status_code == 302, name
            assert answer.url.startswith("/admin/login/?next="), name


def test_an_officer_is_led_to_a_second_factor_and_back(client):
    article = ArticleFactory()
    sign_in(client, UserFactory(role=Role.EDITOR))
    destination = reverse("admin:articles_article_change", args=[article.pk])
    door = client.get(destination, follow=True)
    assert "Le bureau demande un second facteur" in door.content.decode()
    assert "Installer une application" in door.content.decode()
    key = client.session.session_key
    install_application(client)
    assert client.session.session_key != key
    page = client.get("/compte/2fa/recovery-codes/").content.decode()
    assert "J’ai rangé mes codes" in page
    assert f'href="{DOOR}"' in page
    assert client.get(DOOR).url == destination
    assert client.get(destination).status_code == 200


def test_a_password_alone_reads_nothing_by_mandate(client):
    draft = ArticleFactory()
    reserved = ArticleFactory(published=True, members_only=True)
    public = ArticleFactory(published=True)
    ReactionFactory(article=public, body="Une réaction d’adhérente.")
    sign_in(client, UserFactory(role=Role.SECRETARY))
    for article in (draft, reserved):
        answer = client.get(article.get_absolute_url())
        assert answer.status_code == 404
        assert f'href="{DOOR}?next={article.get_absolute_url()}"' in answer.content.decode()
    assert "d’adhérente" not in client.get(public.get_absolute_url()).content.decode()
    assert client.get(reverse("meetings:my_calendar")).status_code == 403


def test_an_officer_stays_an_adherent_without_it(client):
    draft = ArticleFactory()
    reserved = ArticleFactory(published=True, members_only=True)
    sign_in(client, UserFactory(role=Role.EDITOR, adherent=True))
    assert client.get(reserved.get_absolute_url()).status_code == 200
    assert client.get(draft.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("kind", [{"role": Role.SECRETARY}, {"superuser": True}])
def test_no_permission_counts_without_it(client, kind):
    sign_in(client, UserFactory(**kind))
    user = client.get("/").wsgi_request.user
    assert not user.has_perm("members.view_mandate")
    assert not user.has_module_perms("members")
    assert user.is_officer


def test_what_the_account_has_is_not_what_the_session_used(client):
    """Enrolled elsewhere: this session, which got in without, is still asked for it."""
    user, _ = enrolled(role=Role.EDITOR)
    client.force_login(user)
    assert not opens_admin(client)
    door = client.get(DOOR).content.decode()
    assert "Taper le code de mon application" in door


def test_an_adherent_is_no_officer_with_it(client):
    user, secret = enrolled(adherent=True)
    sign_in_with_application(client, user, secret)
    assert is_signed_in(client)
    assert client.get(DOOR).status_code == 403
    assert not opens_admin(client)


# What opens the desk ---------------------------------------------------------------------------


def test_the_code_of_the_application_opens_the_desk(client):
    user, secret = enrolled(role=Role.EDITOR)
    sign_in(client, user)
    assert not is_signed_in(client)
    assert not opens_admin(client)
    key = client.session.session_key
    client.post(AUTHENTICATE, {"code": totp(secret, 1)})
    assert is_signed_in(client)
    assert client.session.session_key != key
    assert opens_admin(client)


def test_a_wrong_code_signs_nobody_in(client):
    user, _ = enrolled(role=Role.EDITOR)
    sign_in(client, user)
    answer = client.post(AUTHENTICATE, {"code": "000000"})
    assert "Ce code n’est pas le bon" in answer.content.decode()
    assert not is_signed_in(client)


def test_from_the_door_the_code_opens_the_desk(client):
    user, secret = enrolled(role=Role.EDITOR)
    client.force_login(user)
    client.get("/admin/articles/article/", follow=True)
    key = client.session.session_key
    answer = client.post(REAUTHENTICATE, {"code": totp(secret, 1), "next": DOOR}, follow=True)
    assert answer.request["PATH_INFO"] == "/admin/articles/article/"
    assert answer.status_code == 200
    assert client.session.session_key != key


def test_the_door_leads_to_no_other_site(client):
    user, secret = enrolled(role=Role.EDITOR)
    client.force_login(user)
    client.get(f"{DOOR}?next=https://mal.example/")
    client.post(REAUTHENTICATE, {"code": totp(secret, 1)})
    assert client.get(f"{DOOR}?next=//mal.example/").url == ADMIN
    # No scheme before the colon: a browser takes it for a page beside this one.
    assert client.get(f"{DOOR}?next=%20ailleurs%250a:x").url == "%20ailleurs%0a:x"


def test_a_recovery_code_serves_once(client):
    user, first = UserFactory(role=Role.EDITOR), Client()
    sign_in(first, user)
    install_application(first)
    codes = recovery_codes(first)
    assert len(codes) == 10
    for expected in (True, False):
        other = Client()
        sign_in(other, user)
        other.post(AUTHENTICATE, {"code": codes[0]})
        assert opens_admin(other) is expected
    assert "Il vous en reste 9." in first.get("/compte/2fa/").content.decode()


def test_a_code_by_mail_does_not_go_round_the_second_factor(client):
    user, secret = enrolled(role=Role.EDITOR, email="officiere@exemple.test")
    client.post(CODE, {"email": user.email})
    client.post(CONFIRM_CODE, {"code": mailed_code()})
    assert not is_signed_in(client)
    assert not opens_admin(client)
    client.post(AUTHENTICATE, {"code": totp(secret, 1)})
    assert opens_admin(client)


def test_a_code_by_mail_is_no_second_factor(client):
    user = UserFactory(role=Role.EDITOR)
    client.post(CODE, {"email": user.email})
    client.post(CONFIRM_CODE, {"code": mailed_code()})
    assert is_signed_in(client)
    assert not opens_admin(client)


def test_a_new_password_does_not_go_round_the_second_factor(client):
    user, _ = enrolled(role=Role.EDITOR)
    user.set_password("une tout autre phrase")
    user.save()
    client.post("/compte/login/", {"login": user.email, "password": "une tout autre phrase"})
    assert not is_signed_in(client)


def test_removing_the_last_factor_closes_the_desk_at_once(client):
    user = UserFactory(role=Role.EDITOR)
    sign_in(client, user)
    install_application(client)
    assert opens_admin(client)
    confirm_password(client)
    client.post("/compte/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=user).exists()
    assert not opens_admin(client)


# Where it is not required ----------------------------------------------------------------------


def test_a_demo_says_on_every_page_that_it_does_without(client, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    warning = "ici, le bureau s’ouvre sans second facteur"
    sign_in(client, UserFactory(role=Role.EDITOR))
    for page in (ADMIN, "/admin/articles/article/add/", "/", "/espace/", "/nulle-part/"):
        assert warning in client.get(page).content.decode(), page
    client.logout()
    sign_in(client, UserFactory(adherent=True))
    assert warning not in client.get("/espace/").content.decode()
    assert warning not in Client().get("/").content.decode()


def test_nothing_is_said_where_it_is_required(client):
    sign_in(client, UserFactory(role=Role.EDITOR))
    install_application(client)
    assert "sans second facteur" not in client.get(ADMIN).content.decode()


# Codes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("later", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(client, later):
    user, secret = enrolled()
    with time_machine.travel("2030-01-01 12:00:15+00:00", tick=False):
        sign_in_with_application(client, user, secret, later)
    assert is_signed_in(client)


@pytest.mark.parametrize("later", [-2, 2])
def test_a_clock_may_not_be_a_minute_off(client, later):
    user, secret = enrolled()
    with time_machine.travel("2030-01-01 12:00:15+00:00", tick=False):
        sign_in_with_application(client, user, secret, later)
    assert not is_signed_in(client)


@pytest.mark.parametrize("seconds", [0, 31])
def test_a_code_that_was_seen_does_not_serve_again(seconds):
    """Not even where the cache has forgotten it, while the tolerance would still accept it."""
    user, secret = enrolled()
    with time_machine.travel("2030-01-01 12:00:00+00:00", tick=False) as clock:
        first, second = Client(), Client()
        code = totp(secret)
        sign_in(first, user)
        first.post(AUTHENTICATE, {"code": code})
        clock.shift(seconds)
        cache.clear()
        sign_in(second, user)
        second.post(AUTHENTICATE, {"code": code})
    assert is_signed_in(first)
    assert not is_signed_in(second)


def test_the_code_that_installed_an_application_does_not_sign_in(client):
    user, secret = enrolled()
    sign_in(client, user)
    client.post(AUTHENTICATE, {"code": totp(secret)})
    assert not is_signed_in(client)


def test_setting_up_a_factor_asks_for_the_password_again(client):
    sign_in(client, UserFactory())
    for page in ("totp/activate", "webauthn/add", "recovery-codes/generate"):
        answer = client.get(f"/compte/2fa/{page}/")
        assert answer.status_code == 302
        assert answer.url.startswith("/compte/reauthenticate/?next=")


def test_the_drawing_needs_no_style_and_no_data_address(client):
    sign_in(client, UserFactory())
    confirm_password(client)
    page = client.get("/compte/2fa/totp/activate/").content.decode()
    assert "<svg" in page
    assert "data:" not in page
    assert "style=" not in page


# Passkeys: what no browser made ------------------------------------------------------------------

HOSTILE = [
    "",
    "{",
    "null",
    "[]",
    "1",
    '"texte"',
    "{}",
    '{"id": 1}',
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": []}),
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "AA",
                "authenticatorData": "AA",
                "attestationObject": "AA",
                "signature": "AA",
                "userHandle": "/!",
            },
        }
    ),
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "authenticatorData": "A" * 60,
                "attestationObject": "oA",
                "signature": "AA",
                "userHandle": None,
            },
        }
    ),
]


@pytest.mark.parametrize("credential", HOSTILE)
def test_an_unreadable_passkey_is_refused_like_a_wrong_one(client, credential):
    url = "/compte/2fa/webauthn/login/"
    client.get(url, headers={"accept": "application/json"})
    answer = client.post(url, {"credential": credential})
    assert (answer.status_code, answer.url) == (302, "/compte/login/")
    assert not is_signed_in(client)


@pytest.mark.parametrize("credential", HOSTILE)
def test_an_unreadable_new_passkey_is_refused(client, credential):
    sign_in(client, UserFactory())
    confirm_password(client)
    client.get("/compte/2fa/webauthn/add/")
    answer = client.post("/compte/2fa/webauthn/add/", {"name": "x", "credential": credential})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", HOSTILE)
def test_an_unreadable_passkey_is_no_second_factor(client, credential):
    user, _ = enrolled()
    sign_in(client, user)
    client.get(AUTHENTICATE)
    assert client.post(AUTHENTICATE, {"credential": credential}).status_code == 200
    assert not is_signed_in(client)

"""Guessing is slowed, for each address and each place; whoever is locked out has another way."""

import pytest
import time_machine
from django.test import Client

from cgtdouanes.operations.logs import DiscreetFormatter
from tests.factories import PASSWORD, UserFactory
from tests.members.ways_in import (
    AUTHENTICATE,
    CODE,
    CONFIRM_CODE,
    LOGIN,
    RESET,
    install_application,
    is_signed_in,
    mailed_code,
    recovery_codes,
    sign_in,
)
from tests.totp import totp

pytestmark = pytest.mark.django_db

WRONG = {"password": "une mauvaise phrase"}


def place(number: int) -> str:
    return f"192.0.2.{number}"


def test_an_address_is_tried_five_times_from_wherever_then_not_for_five_minutes():
    user = UserFactory(email="visee@exemple.test")
    with time_machine.travel("2030-01-01 12:00:00+00:00", tick=False) as clock:
        for number in range(5):
            client = Client(REMOTE_ADDR=place(number))
            client.post(LOGIN, WRONG | {"login": "Visee@exemple.test"})
        client = Client(REMOTE_ADDR=place(9))
        page = sign_in(client, user).content.decode()
        assert not is_signed_in(client)
        assert "Trop d’essais" in page
        assert "Recevoir un code par e-mail" in page
        assert "Mot de passe oublié" in page
        clock.shift(5 * 60)
        sign_in(client, user)
        assert is_signed_in(client)


def test_an_address_is_tried_fifty_times_a_day():
    user = UserFactory()
    with time_machine.travel("2030-01-01 00:00:00+00:00", tick=False) as clock:
        for _ in range(12):
            for _ in range(5):
                Client().post(LOGIN, WRONG | {"login": user.email})
            clock.shift(6 * 60)
        client = Client()
        sign_in(client, user)
        assert not is_signed_in(client)
        clock.shift(24 * 3600)
        sign_in(client, user)
        assert is_signed_in(client)


def test_who_is_locked_out_signs_in_by_code_or_chooses_another_password():
    user = UserFactory()
    for _ in range(6):
        Client().post(LOGIN, WRONG | {"login": user.email})
    client = Client()
    client.post(CODE, {"email": user.email})
    client.post(CONFIRM_CODE, {"code": mailed_code()})
    assert is_signed_in(client)
    assert Client().post(RESET, {"email": user.email}).status_code == 302


def test_a_place_is_limited_whatever_the_addresses():
    answers = [
        Client().post(LOGIN, WRONG | {"login": f"{number}@exemple.test"}) for number in range(31)
    ]
    assert "Trop d’essais" in answers[20].content.decode()
    assert answers[30].status_code == 429
    page = answers[30].content.decode()
    assert '<html lang="fr">' in page
    assert "Trop de demandes d’un coup" in page
    assert f'href="{CODE}"' in page
    other = Client(REMOTE_ADDR=place(1)).post(LOGIN, WRONG | {"login": "x@exemple.test"})
    assert other.status_code == 200


@pytest.mark.parametrize("path", [RESET, CODE])
def test_letters_to_one_address_are_limited(path):
    for number in range(4):
        client = Client(REMOTE_ADDR=place(number))
        answer = client.post(path, {"email": "Visee@exemple.test"})
    assert answer.status_code == 429 or "Trop d’essais" in answer.content.decode()


def test_codes_of_the_second_factor_are_limited_from_wherever():
    user, owner = UserFactory(), Client()
    sign_in(owner, user)
    secret = install_application(owner)
    recovery = recovery_codes(owner)
    for number in range(5):
        client = Client(REMOTE_ADDR=place(number))
        sign_in(client, user)
        client.post(AUTHENTICATE, {"code": "000000"})
    for code in (totp(secret, 1), recovery[0]):
        page = client.post(AUTHENTICATE, {"code": code}).content.decode()
        assert "Trop d’essais" in page
    assert not is_signed_in(client)


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_forged_forwarded_for_fools_no_limit(settings, proxies):
    """A proxy of ours adds the true address at the end; without one the header is not read."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(32):
        forged = f"198.51.100.{number}, {place(7)}"
        answer = Client(headers={"x-forwarded-for": forged}).post(
            LOGIN, WRONG | {"login": f"{number}@exemple.test"}
        )
    assert answer.status_code == 429


def test_behind_a_proxy_each_visitor_has_a_limit_of_their_own(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(31):
        Client(headers={"x-forwarded-for": place(1)}).post(
            LOGIN, WRONG | {"login": f"{number}@exemple.test"}
        )
    other = Client(headers={"x-forwarded-for": place(2)}).post(
        LOGIN, {"login": "x@exemple.test", "password": PASSWORD}
    )
    assert other.status_code == 200


def test_a_good_password_is_not_counted():
    user = UserFactory()
    for _ in range(8):
        client = Client()
        sign_in(client, user)
        assert is_signed_in(client)


def test_nobody_asks_whether_each_of_many_names_is_borne_here():
    client = Client()
    UserFactory(display_name="Camille Renard")
    client.force_login(UserFactory(lapsed=True))
    space = "/espace/"
    for number in range(9):
        client.post(space, {"display_name": f"Nom {number}"})
    assert "déjà pris" in client.post(space, {"display_name": "Camille Renard"}).content.decode()
    answers = [
        client.post(space, {"display_name": name}) for name in ("Camille Renard", "Sasha Morel")
    ]
    for answer in answers:
        assert answer.status_code == 429
        assert "déjà pris" not in answer.content.decode()
        assert "réessayez demain" in answer.content.decode()
    assert 'value="Sasha Morel"' in answers[1].content.decode()


def test_a_limit_writes_no_secret_address_in_the_logs(caplog, client):
    path = "/compte/password/reset/key/1-un-secret/"
    for _ in range(21):
        answer = client.post(path)
    assert answer.status_code == 429
    record = next(each for each in caplog.records if "Too Many Requests" in each.getMessage())
    line = DiscreetFormatter("%(message)s").format(record)
    assert line == "Too Many Requests: /compte/password/reset/key/[secret]"

"""Nothing tells a member from a former one or a stranger: the same page, status, headers, cookies.

Time is not measured here: the hashings of passwords are counted, and who has no account costs the
same work as who has one.
"""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from members.models import OutgoingMail, Role
from tests.factories import UserFactory
from tests.mailbox import received
from tests.members.ways_in import CODE, CONFIRM_CODE, LOGIN, RESET, install_application, sign_in

pytestmark = pytest.mark.django_db

# Addresses of one length, so that even the length of the answers is compared.
PEOPLE = ["adherent", "anciens1", "attente1", "fermee01", "sanspass", "officier", "facteurs"]
STRANGER = "inconnus"
WRONG = "ce n’est pas la bonne phrase"


def address(name: str) -> str:
    return f"{name}@exemple.test"


@pytest.fixture(autouse=True)
def _people() -> None:
    for name, kind in {
        "adherent": {"adherent": True},
        "anciens1": {"lapsed": True},
        "attente1": {"pending": True},
        "fermee01": {"adherent": True, "is_active": False},
        "officier": {"role": Role.SECRETARY},
        "facteurs": {"role": Role.EDITOR},
    }.items():
        UserFactory(email=address(name), **kind)
    without = UserFactory(email=address("sanspass"), adherent=True)
    without.set_unusable_password()
    without.save()
    client = Client()
    sign_in(client, UserFactory._meta.model.objects.get(email=address("facteurs")))
    install_application(client)
    received()


class CountingHasher(MD5PasswordHasher):
    hashed: list[str] = []

    def encode(self, password, salt):
        self.hashed.append(password)
        return super().encode(password, salt)


def seen(response, typed: str) -> tuple:
    """What an observer has of an answer, without what they typed, random tokens and the hour."""
    headers = {name: value for name, value in response.headers.items() if name != "Expires"}
    cookies = {
        name: {key: value for key, value in cookie.items() if key != "expires"}
        for name, cookie in response.cookies.items()
    }
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return response.status_code, headers, cookies, body.replace(typed, "ADRESSE")


def sign_in_steps(typed: str):
    yield LOGIN, {"login": typed, "password": WRONG}
    for _ in range(6):  # beyond the limit of an address
        yield LOGIN, {"login": typed, "password": WRONG}


def reset_steps(typed: str):
    for _ in range(4):
        yield RESET, {"email": typed}


def code_steps(typed: str):
    yield CODE, {"email": typed}
    yield CONFIRM_CODE, None
    yield CONFIRM_CODE, {"action": "resend"}
    for _ in range(3):
        yield CONFIRM_CODE, {"code": "000-000-000"}
    yield LOGIN, None
    for _ in range(3):
        yield CODE, {"email": typed}


def observe(steps, typed: str) -> list[tuple]:
    client = Client()
    return [
        seen(client.get(path) if data is None else client.post(path, data), typed)
        for path, data in steps(typed)
    ]


STEPS = [sign_in_steps, reset_steps, code_steps]


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_with_an_account_is_answered_as_a_stranger(steps, name):
    assert observe(steps, address(name)) == observe(steps, address(STRANGER))


@pytest.mark.parametrize("steps", STEPS)
def test_capital_letters_change_nothing(steps):
    known, unknown = address("adherent").upper(), address(STRANGER).upper()
    for one, other in zip(observe(steps, known), observe(steps, unknown), strict=True):
        lowered = [
            (status, headers, cookies, body.replace(typed.lower(), "ADRESSE"))
            for (status, headers, cookies, body), typed in ((one, known), (other, unknown))
        ]
        assert lowered[0] == lowered[1]


@pytest.mark.parametrize("name", [*PEOPLE, STRANGER])
def test_each_password_that_is_tried_costs_one_hashing(settings, name):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.hashed.clear()
    Client().post(LOGIN, {"login": address(name), "password": WRONG})
    assert len(CountingHasher.hashed) == 1


@pytest.mark.parametrize("name", [*PEOPLE, STRANGER])
@pytest.mark.parametrize("path", [RESET, CODE])
def test_asking_for_a_letter_costs_no_hashing(settings, path, name):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.hashed.clear()
    Client().post(path, {"email": address(name)})
    assert CountingHasher.hashed == []


@pytest.mark.parametrize("path", [RESET, CODE])
def test_a_letter_for_nobody_costs_a_row_too_and_leaves_none(path, monkeypatch):
    """Writing to the outbox is the dearest part of an answer: it is done for everybody."""
    written = []
    save = OutgoingMail.save
    monkeypatch.setattr(
        OutgoingMail, "save", lambda self, **kwargs: written.append(self) or save(self, **kwargs)
    )
    for name in ("adherent", STRANGER, "fermee01"):
        Client().post(path, {"email": address(name)})
    assert len(written) == 3
    assert [mail.address for mail in OutgoingMail.objects.waiting()] == [address("adherent")]


def test_nobody_is_written_to_in_the_request(monkeypatch):
    """Even a mail server that hangs makes no answer later than another."""

    def refuse(*args, **kwargs):
        raise AssertionError("a mail was sent while somebody waited for a page")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", refuse)
    for path in (RESET, CODE):
        assert Client().post(path, {"email": address("adherent")}).status_code == 302

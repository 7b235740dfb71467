"""Passwords: long, of any characters, and not those that are guessed first."""

import pytest

from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

REFUSED = {
    "fourteen chars": "tomates vertes",
    "digits in a row": "123456789012345",
    "digits twice": "123456789123456789",
    "one letter": "a" * 20,
    "the alphabet": "abcdefghijklmnopqrst",
    "the keyboard": "azertyuiopqsdfghjklm",
    "a common word twice": "motdepassemotdepasse",
    "the same, disguised": "M0td3passe-M0td3passe",
    "English": "password password",
    "the union": "CGT-Douanes-2026",
    "the section": "section syndicale douanes",
    "the words run together": "syndicatcgtdouanes!",
    "one's own address": "camille.dupont@exemple",
    "one's own address twice": "camille.dupont@exemple.test camille.dupont@exemple.test",
    "one's own address and name": "Dupont Camille exemple 2026",
    "one's own name": "Camille la douanière 1",
}
ACCEPTED = {
    "fifteen letters": "tomatesvertesxy",
    "words": "quatre chats sur un toit rouge",
    "words that hold one of ours": "la douane dort sous les tomates",
    "words, and one's own name": "Camille, quatre chats sur un toit",
    "digits drawn at random": "83640275918364027593",
    "other alphabets": "пятнадцать ворон летят",
    "sixty-four": "cheval correct batterie agrafe nuage fenêtre orage tomate vélo !",
    "two hundred": "cheval correct batterie agrafe nuage fenêtre orage tomate " * 4,
}


@pytest.fixture
def user(client):
    user = UserFactory(email="camille.dupont@exemple.test", display_name="Camille la douanière")
    client.force_login(user)
    return user


def change(client, password: str):
    return client.post(
        "/compte/password/change/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )


@pytest.mark.parametrize("password", REFUSED.values(), ids=REFUSED)
def test_refused(client, user, password):
    page = change(client, password)
    assert "errorlist" in page.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("password", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(client, user, password):
    assert change(client, password).status_code == 302
    user.refresh_from_db()
    assert user.check_password(password)


def test_a_refusal_says_what_to_do_in_french(client, user):
    page = change(client, "CGT-Douanes-2026").content.decode()
    assert "Ce mot de passe est trop facile à deviner" in page
    assert "quatre ou cinq mots sans rapport" in page


def test_nothing_is_asked_of_the_kinds_of_characters(client, user):
    assert change(client, "toutenminusculessansrien").status_code == 302


def test_passwords_are_kept_with_argon2id(argon2):
    assert UserFactory().password.startswith("argon2$argon2id$")

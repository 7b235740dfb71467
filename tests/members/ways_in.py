"""What a person does on the pages of the site to sign in and to set up a second factor."""

import re

from django.test import Client

from tests.factories import PASSWORD
from tests.mailbox import received
from tests.totp import totp

LOGIN = "/compte/login/"
CODE = "/compte/login/code/"
CONFIRM_CODE = "/compte/login/code/confirm/"
RESET = "/compte/password/reset/"
AUTHENTICATE = "/compte/2fa/authenticate/"
REAUTHENTICATE = "/compte/2fa/reauthenticate/"
ACTIVATE = "/compte/2fa/totp/activate/"
CODES = "/compte/2fa/recovery-codes/"


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def sign_in(client: Client, user, **more):
    return client.post(LOGIN, {"login": user.email, "password": PASSWORD} | more)


def confirm_password(client: Client):
    return client.post("/compte/reauthenticate/", {"password": PASSWORD})


def install_application(client: Client) -> str:
    """Set up an application as the pages ask for it; return the secret that it keeps."""
    confirm_password(client)
    page = client.get(ACTIVATE)
    assert page.status_code == 200, page
    secret = re.search(r'id="cle">([A-Z2-7 ]+)<', page.content.decode())[1]
    answer = client.post(ACTIVATE, {"code": totp(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret


def recovery_codes(client: Client) -> list[str]:
    confirm_password(client)
    return re.findall(r"\b\d{4} \d{4}\b", client.get(CODES).content.decode())


def mailed_code() -> str:
    return re.findall(r"\d{3}-\d{3}-\d{3}", received()[-1].body)[-1]

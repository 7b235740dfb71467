"""How this site bends django-allauth: no open sign-up, mail that betrays no one, sealed secrets."""

import logging
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailConfirmation
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest

from cgtdouanes.qr_code import qr_code
from cgtdouanes.secrecy.sealing import seal, unseal
from members.mail.outbox import queue_nothing, queue_sealed
from members.sign_in.second_factor import PURPOSE

logger = logging.getLogger(__name__)

# What allauth would write to an address that has no account.
TO_A_STRANGER = "unknown_account"

REAUTHENTICATION_METHODS = {
    "reauthenticate": "Avec mon mot de passe",
    "mfa_reauthenticate": "Avec un code de mon application, ou un code de secours",
    "mfa_reauthenticate:webauthn": "Avec ma clé d’accès",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "L’adresse e-mail ou le mot de passe n’est pas le bon.",
        "enter_current_password": "Ce n’est pas votre mot de passe actuel.",
        "incorrect_password": "Ce n’est pas votre mot de passe.",
        "incorrect_code": "Ce code n’est pas le bon, ou il n’est plus valable.",
        "rate_limited": "Trop d’essais : attendez quelques minutes, puis recommencez.",
        "too_many_login_attempts": "Trop d’essais. Attendez quelques minutes, puis recommencez. "
        "Les autres façons de se connecter restent ouvertes.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are opened by the section, never by a visitor."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the letter in the outbox, closed: it leaves outside of the request.

        For an address without an account, the same work is done and nothing is kept: neither the
        answer nor its time tells whether there was somebody to write to.
        """
        message = self.render_mail(template_prefix, email, {"email": email} | context)
        kind = template_prefix.rpartition("/")[2]
        if kind == TO_A_STRANGER:
            queue_nothing(kind, message.subject, message.body)
        else:
            queue_sealed(email, kind, message.subject, message.body)

    def get_reset_password_from_key_url(self, key: str) -> str:
        return _at_the_site(super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        return _at_the_site(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reauthentication_methods(
        self, user: AbstractBaseUser | AnonymousUser
    ) -> list[dict[str, Any]]:
        words = dict(REAUTHENTICATION_METHODS)
        factors = Authenticator.objects.filter(user_id=user.pk)
        if not factors.filter(type=Authenticator.Type.TOTP).exists():
            words["mfa_reauthenticate"] = "Avec un code de secours"
        return [
            method | {"description": words[method["id"]]}
            for method in super().get_reauthentication_methods(user)
        ]


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_generate_recovery_codes": "Les codes de secours vont avec une application ou une "
        "clé d’accès : installez d’abord l’une des deux.",
        "incorrect_code": "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, puis "
        "recommencez.",
        "secret_lost": "Ce code ne peut plus être vérifié. Adressez-vous au secrétariat de la "
        "section, qui peut retirer votre second facteur.",
    }

    def encrypt(self, text: str) -> str:
        return seal(PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret. Raises a ValidationError when no key that we have closed it."""
        try:
            return unseal(PURPOSE, encrypted_text)
        except InvalidToken as error:
            logger.error("A second factor cannot be opened: is its key in SECRET_KEY_FALLBACKS?")
            raise self.validation_error("secret_lost") from error

    def build_totp_svg(self, url: str) -> str:
        return qr_code(url)

    def get_totp_issuer(self) -> str:
        """The address of the site: what an application shows must not name a union."""
        return _host()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": _host()}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Clé d’accès {count + 1}" if count else "Clé d’accès"


def _at_the_site(address: str) -> str:
    """Lead to the public address: allauth takes the host from a request that anybody may write."""
    return f"{settings.SITE_URL}{urlsplit(address).path}"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""

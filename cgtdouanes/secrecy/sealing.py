"""Sealing: what must be stored but never read from a stolen database, opened by SECRET_KEY alone.

Fernet (AES-128-CBC and HMAC-SHA-256), with keys derived from SECRET_KEY and, to open only, from
SECRET_KEY_FALLBACKS: a new secret key does not lose what an earlier one sealed.
"""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def seal(purpose: str, content: str) -> str:
    """Return the sealed text; what one purpose sealed, another does not open."""
    return _box(purpose).encrypt(content.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """Return the text. Raises cryptography.fernet.InvalidToken for what we did not seal."""
    return _box(purpose).decrypt(sealed.encode()).decode()


def reseal(purpose: str, sealed: str) -> str:
    """Return the same text sealed by the present SECRET_KEY. Raises InvalidToken like `unseal`."""
    return _box(purpose).rotate(sealed).decode()


def _box(purpose: str) -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(secret, purpose)) for secret in secrets])


def _key(secret: str, purpose: str) -> bytes:
    derived = HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)

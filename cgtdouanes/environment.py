"""The environment, as the settings read it: what is unreadable or unsafe there stops the start.

The operator is told in French, in one line (manage.py, gunicorn.conf.py), by the name of what is
wrong; no address is quoted, for a password may be in it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

YES = {"true", "on", "yes", "1", "oui"}
NO = {"false", "off", "no", "0", "non"}
# In days, a century: what is longer than that was mistyped, and overflows the calendar.
LONGEST = 36_500
IN_PASSWORDS = " ; dans un mot de passe, / s’écrit %2F, # %23 et @ %40"


class Environment(environ.Env):
    """The variables of this process; an empty one is refused, if its default is not.

    Every method raises ImproperlyConfigured.
    """

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, **kw: Any
    ) -> Any:
        if default not in ("", []) and not self.ENVIRON.get(var, "set").strip():
            raise ImproperlyConfigured(
                f"{var} est vide : donnez-lui une valeur, ou retirez cette ligne."
            )
        try:
            return super().get_value(var, cast, default, **kw)
        except (ValueError, RecursionError, ImproperlyConfigured):
            raise ImproperlyConfigured(f"{var} n’a pas la forme attendue (README.md).") from None

    def number(self, var: str, default: int, *, least: int = 1, most: int = 10**9) -> int:
        """Return a whole number between these two."""
        written = self.str(var, default=str(default)).strip()
        if re.fullmatch(r"-?[0-9]{1,20}", written) and least <= int(written) <= most:
            return int(written)
        between = f"au moins {least}" if most == 10**9 else f"de {least} à {most}"
        raise ImproperlyConfigured(f"{var} est un nombre entier, {between}, et non « {written} ».")

    def days(self, var: str, default: int, *, least: int = 1) -> int:
        """Return a number of days."""
        return self.number(var, default, least=least, most=LONGEST)

    def flag(self, var: str, default: bool) -> bool:
        """Return whether it is on; a word that is neither yes nor no is not taken for a no."""
        written = self.str(var, default=str(default)).strip()
        if written.lower() not in YES | NO:
            raise ImproperlyConfigured(f"{var} est true ou false, et non « {written} ».")
        return written.lower() in YES

    def private_address(self, var: str, default: str) -> str:
        """Return an address that the world does not reach, as a socket wants it."""
        written = self.str(var, default=default).strip()
        with read_as(var, "10.0.0.2 : l’adresse de cette machine sur un réseau privé"):
            found = ip_address(written)
            if found.is_global or found.is_unspecified:
                raise ValueError
        return f"[{found}]" if found.version == 6 else str(found)

    def sender(self, var: str, default: str) -> str:
        """Return an address of electronic mail, with or without a name; an empty default may be."""
        written = self.str(var, default=default)
        if written and not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(written)[1]):
            raise ImproperlyConfigured(f"{var} est une adresse de courrier, comme nom@example.org.")
        return written

    def site(self, var: str, default: str) -> SplitResult:
        """Return the parts of the address of a site, which ends with its name or its port."""
        written = self.str(var, default=default).rstrip("/")
        with read_as(var, "https://section.example.org, et s’arrête là"):
            parts = urlsplit(written)
            # Reading the port raises ValueError when it is none.
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
                raise ValueError
            if "@" in parts.netloc or re.search(r"\s", written):
                raise ValueError
            if parts.path or parts.query or parts.fragment:
                raise ValueError
        return parts

    def database(self, var: str, default: Any = environ.Env.NOTSET) -> dict[str, Any]:
        """Return what DATABASES says of it."""
        written = self.str(var, default=default)
        with read_as(var, f"postgres://compte:motdepasse@hôte/base{IN_PASSWORDS}"):
            if written.partition("://")[0] not in {"postgres", "postgresql", "sqlite"}:
                raise ValueError
            found = self.db_url_config(written)
            if found["NAME"] in {"", ":memory:"}:
                raise ValueError
        return dict(found)

    def shared_cache(self, var: str, default: str) -> dict[str, Any]:
        """Return what CACHES says of it."""
        written = self.str(var, default=default)
        with read_as(var, f"redis://compte:motdepasse@hôte:6379/0{IN_PASSWORDS}"):
            if urlsplit(written).port == 0:
                raise ValueError
            found = self.cache_url_config(written)
            if found["BACKEND"].endswith("FileBasedCache") and not found["LOCATION"]:
                raise ValueError
        return dict(found)

    def mail_server(self, var: str, default: str) -> dict[str, Any]:
        """Return Django's settings of mail."""
        written = self.str(var, default=default)
        with read_as(var, f"smtp+tls://compte:motdepasse@serveur:587{IN_PASSWORDS}"):
            return dict(self.email_url_config(written))


@contextmanager
def read_as(var: str, example: str) -> Iterator[None]:
    """Refuse what cannot be read in there, with an example of how this variable is written."""
    try:
        yield
    except (ValueError, KeyError, ImproperlyConfigured):
        raise ImproperlyConfigured(f"{var} s’écrit comme {example}.") from None


def refuse_if(is_wrong: object, words: str) -> None:
    """Raise ImproperlyConfigured, with what the operator is to correct."""
    if is_wrong:
        raise ImproperlyConfigured(words)

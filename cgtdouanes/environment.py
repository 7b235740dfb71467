"""The environment, as the settings read it: what is unreadable or unsafe there stops the start.

The operator is told in French, in one line (manage.py, gunicorn.conf.py).
"""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):
    """What it cannot read, it names. Raises ImproperlyConfigured."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} n’a pas la forme attendue (README.md).") from error


def refuse_if(is_wrong: object, words: str) -> None:
    """Raise ImproperlyConfigured, with what the operator is to correct."""
    if is_wrong:
        raise ImproperlyConfigured(words)

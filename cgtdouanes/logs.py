"""What the logs are never told: the secret addresses that open something to whoever has them."""

import logging
import re

# An adherent's calendar, whose address is asked for again long after it has ceased to work; a new
# password or a new address; an invitation, which also stands in the query of the sign-in page that
# leads back to it. "Not Found" or "Too Many Requests" would write them down.
SECRET = re.compile(
    r"(/reunions/calendrier/|/compte/password/reset/key/|/compte/confirm-email/)[^\s\"']+"
    r"|((?:/|%2F)invitation(?:/|%2F))[\w-]{16,}",
    re.IGNORECASE,
)


class DiscreetFormatter(logging.Formatter):
    """Write a line, its traceback too, without the secret part of an address."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(r"\1\2[secret]", super().format(record))

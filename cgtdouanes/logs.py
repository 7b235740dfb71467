"""What the logs are never told: the secret addresses that open something to whoever has them."""

import logging
import re

# An adherent's calendar, whose address is asked for again long after it has ceased to work; a new
# password or a new address. "Not Found" or "Too Many Requests" would write them down.
SECRET = re.compile(
    r"(/reunions/calendrier/|/compte/password/reset/key/|/compte/confirm-email/)[^\s\"']+"
)


class DiscreetFormatter(logging.Formatter):
    """Write a line, its traceback too, without the secret part of an address."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(r"\1[secret]", super().format(record))

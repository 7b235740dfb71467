"""What the logs are never told: the secret addresses that open something to whoever has them."""

import logging
import re

# An adherent's calendar, a draft given to read. Such an address is asked for again long after it
# has ceased to work, and "Not Found" would write it down.
SECRET = re.compile(r"(/reunions/calendrier/|/articles/flux/|/brouillon/)[^\s\"']+")


class DiscreetFormatter(logging.Formatter):
    """Write a line, its traceback too, without the secret part of an address."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(r"\1[secret]", super().format(record))

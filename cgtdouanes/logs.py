"""What the logs are never told: the secret addresses that open something to whoever has them."""

import logging
import re

# An adherent's calendar: its address is asked for again long after it has ceased to work, and
# "Not Found" would write it down. The link of a mail that unsubscribes its reader.
SECRET = re.compile(r"(/(?:reunions/calendrier|courrier/arret)/)[^\s\"']+")


class DiscreetFormatter(logging.Formatter):
    """Write a line, its traceback too, without the secret part of an address."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(r"\1[secret]", super().format(record))

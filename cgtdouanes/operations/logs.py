"""The logs, and what they are never told: secret addresses, rows that the database refused."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

# Addresses that open something to whoever has them: a calendar, a new password, a new address, an
# invitation, the end of a mail. They are asked for again long after they have ceased to work, also
# in the query of the sign-in page that leads back to them: "Not Found" would write them down.
OPENING = (
    "/reunions/calendrier/",
    "/compte/password/reset/key/",
    "/compte/confirm-email/",
    "/invitation/",
    "/courrier/arret/",
    "/articles/flux/",
    "/brouillon/",
)
_WRITTEN = "|".join(path.replace("/", "(?:/|%2F)") for path in OPENING)
SECRET = re.compile(rf"({_WRITTEN})[^\s\"']+", re.IGNORECASE)
# PostgreSQL names the values of a row that breaks a constraint: an address, a name.
REFUSED_ROW = re.compile(r"^(D[EÉ]TAIL\s*:).*$", re.MULTILINE)


class DiscreetFormatter(logging.Formatter):
    """Write a line, its traceback too, without the secret part of an address or a person's row."""

    def format(self, record: logging.LogRecord) -> str:
        return _discreet(super().format(record))


class JsonFormatter(logging.Formatter):
    """Write each event as one line of JSON, as discreetly: `time` (UTC), `level`, `logger`,
    `message`, and where something was raised, its `traceback`.
    """

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC)
        event = {
            "time": moment.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _discreet(record.getMessage()),
        }
        if record.exc_info:
            event["traceback"] = _discreet(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False)


FORMATTERS = {"text": DiscreetFormatter, "json": JsonFormatter}


def to_standard_error(kind: str) -> dict[str, Any]:
    """Return what LOGGING says, for one of FORMATTERS: all goes to the journal of the operator."""
    line = {
        "()": FORMATTERS[kind],
        "format": "{asctime} {levelname} {name} {message}",
        "style": "{",
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # At a lower level it repeats the rows that it could not import.
            "import_export": {"level": "WARNING"},
            # It tells of each fault of a PDF that it can read all the same.
            "pypdf": {"level": "ERROR"},
        },
    }


def _discreet(text: str) -> str:
    return REFUSED_ROW.sub(r"\1 [omitted]", SECRET.sub(r"\1[secret]", text))

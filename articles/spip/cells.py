"""What a cell of the old site's tables holds: a text in any encoding, a number, a moment."""

import codecs
from contextlib import suppress
from datetime import datetime
from sqlite3 import Row
from typing import Any
from zoneinfo import ZoneInfo

# SPIP writes the hours of its server, without saying of which zone.
ZONE = ZoneInfo("Europe/Paris")
_BEFORE_UTF_8 = "spip-before-utf-8"
_LAST = datetime(2100, 12, 31, tzinfo=ZONE)


def moment(value: Any) -> datetime | None:
    """Return a moment of the old site with its zone; None for “0000-00-00” and what is no date.

    SPIP writes 00 for a month or a day that is not known: the first one stands for it. A year far
    ahead, such as 9999, kept something from showing: it stays far ahead.
    """
    day, _, hour = as_text(value).strip().partition(" ")
    parts = day.split("-")
    if len(parts) != 3 or parts[0] == "0000":
        return None
    day = "-".join([parts[0], *(part if part != "00" else "01" for part in parts[1:])])
    with suppress(ValueError, OverflowError):
        found = datetime.fromisoformat(f"{day} {hour or '00:00:00'}").replace(tzinfo=ZONE)
        return min(found, _LAST) if found.year >= 1900 else None
    return None


def as_text(value: Any) -> str:
    """Return a text, empty for none, its lines ended in one way."""
    if isinstance(value, bytes):
        return decoded(value)
    return "" if value is None else str(value).replace("\r\n", "\n").replace("\r", "\n")


def text_of(row: Row, column: str) -> str:
    """The text of a column that not every version of SPIP has."""
    return as_text(row[column]) if column in row.keys() else ""  # noqa: SIM118  a Row, not a dict


def as_number(value: Any) -> int:
    """Return a number, 0 for what is none."""
    with suppress(TypeError, ValueError):
        return max(int(value), 0)
    return 0


def decoded(raw: bytes) -> str:
    """Decode a text: sites older than their base still hold words of another encoding in some."""
    # PostgreSQL keeps no null character.
    return raw.decode("utf-8", _BEFORE_UTF_8).replace("\0", "")


def _as_in_windows(error: UnicodeError) -> tuple[str, int]:
    """Read what is no UTF-8 as the sites of before did, and go on after it."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_BEFORE_UTF_8, _as_in_windows)

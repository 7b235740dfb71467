"""What a cell says: a number kept as text, an address, a day in the forms that France writes."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from import_export.widgets import Widget

from cgtdouanes.spreadsheets import neutral, on_one_line

_ERRORS = ("#N/A", "#REF!", "#NOM?", "#NAME?", "#VALEUR!", "#VALUE!", "#DIV/0!", "#NUL", "####")
_NOTHING = {"", "-", "–", "—"}
_DAY = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M|Z)?$")
# Spreadsheets count the days from here; these numbers run from 1954 to 2119.
_FIRST_DAY = date(1899, 12, 30)
_SERIAL = re.compile(r"([2-7]\d{4}|80000)(\.\d+)?")


class TextWidget(Widget):
    """Text as it was typed; never a formula in what is exported."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str | None:
        """Return the text, None for an empty cell. Raises ValueError for a spreadsheet's error."""
        if value.startswith(_ERRORS):
            raise ValueError(f"« {value} » est une erreur du tableur.")
        return None if value in _NOTHING else value

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return neutral(on_one_line(str(value or "")))


class NumberWidget(TextWidget):
    """A number that identifies: its zeros are kept, and 12.0 is how a spreadsheet writes 12."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str | None:
        text = super().clean(value)
        return text and re.sub(r"^(\d+)[.,]0+$", r"\1", text)


class EmailWidget(TextWidget):
    """An address, in lower case and without the spaces that slip in."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str | None:
        text = super().clean(value)
        return text and text.replace(" ", "").lower().removeprefix("mailto:")


class DayWidget(Widget):
    """A day: 31/12/2025, 31/12/25, 2025-12-31, or a spreadsheet's own number of days."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> date | None:
        """Return the day, None for an empty cell. Raises ValueError for anything else."""
        if value in _NOTHING:
            return None
        text = _TIME.sub("", value)
        try:
            if match := _ISO.fullmatch(text):
                return date(*(int(part) for part in match.groups()))
            if match := _DAY.fullmatch(text):
                day, month, year = match.groups()
                # Two digits: 69 to 99 are of the last century, as everywhere.
                return datetime.strptime(f"{day}/{month}/{year}", _form(year)).date()
            if match := _SERIAL.fullmatch(text):
                return _FIRST_DAY + timedelta(days=int(match[1]))
        except ValueError as error:
            raise ValueError(f"« {value} » n’existe pas dans le calendrier.") from error
        raise ValueError(f"« {value} » n’est pas une date. Écrivez-la ainsi : 31/12/2025.")

    def render(self, value: date | None, obj: Any = None, **kwargs: Any) -> date | str:
        if value and kwargs.get("force_native_type"):
            return value
        return f"{value:%d/%m/%Y}" if value else ""


class StateWidget(Widget):
    """The status, in the words of the site."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return str(value.label)


def _form(year: str) -> str:
    return "%d/%m/%Y" if len(year) == 4 else "%d/%m/%y"

"""The copy of their data that a person takes away: a ZIP with a page to read and JSON for programs.

`mes-donnees.json` is an object:

    format    "donnees-personnelles"
    version   1; it changes when a key changes its meaning or goes
    made_at   when, in ISO 8601
    site      the address of the site
    parts     a list, one for each kind of data, in the order of the page
        name     its name for programs, which stays the same
        title, purpose, kept    what it is, why it is kept and how long, in French
        fields   an object: the key of each field → its name in French
        rows     a list of objects: the key of each field → text, number, true or false, a date or a
                 moment in ISO 8601, or null

`mes-donnees.html` says the same, and needs nothing but itself.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from cgtdouanes.text.typography import french_date, french_time
from members.models import User
from members.personal_data import Holding, Row, Value, holdings

FORMAT, VERSION = "donnees-personnelles", 1


@dataclass(frozen=True)
class Part:
    """What is held of one person, of one kind."""

    holding: Holding
    rows: list[Row]

    @property
    def shown(self) -> list[list[tuple[str, str]]]:
        """The rows as a person reads them: the name of each field and its value, if it has one."""
        return [
            [
                (label, text)
                for key, label in self.holding.fields.items()
                if (text := _in_french(row[key]))
            ]
            for row in self.rows
        ]


def gather(user: User) -> list[Part]:
    """Return all that is held of a person, the kinds of which there is nothing too."""
    return [Part(holding, list(holding.export(user))) for holding in holdings()]


def archive(user: User) -> bytes:
    """Return the ZIP."""
    parts, made_at = gather(user), timezone.localtime()
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as bundle:
        bundle.writestr("mes-donnees.html", _page(parts, made_at))
        bundle.writestr("mes-donnees.json", _json(parts, made_at))
    return content.getvalue()


def _page(parts: list[Part], made_at: datetime) -> str:
    context = {"parts": parts, "made_at": made_at, "site_url": settings.SITE_URL}
    return render_to_string("members/personal_data_file.html", context)


def _json(parts: list[Part], made_at: datetime) -> str:
    told = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": made_at.isoformat(),
        "site": settings.SITE_URL,
        "parts": [
            {
                "name": part.holding.name,
                "title": part.holding.title,
                "purpose": part.holding.purpose,
                "kept": part.holding.kept,
                "fields": dict(part.holding.fields),
                "rows": [_plain(row) for row in part.rows],
            }
            for part in parts
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _plain(row: Mapping[str, Value]) -> dict[str, Any]:
    return {
        key: value.isoformat() if isinstance(value, date) else value for key, value in row.items()
    }


def _in_french(value: Value) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case datetime():
            local = timezone.localtime(value)
            return f"{french_date(local.date())} à {french_time(local)}"
        case date():
            return french_date(value)
    return str(value)

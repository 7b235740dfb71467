"""Recognising in the title of an article the meeting that it is about: its kind, day and subject.

It only proposes: an officer confirms, corrects or refuses.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from meetings.models import Kind

_IN_WORDS = {
    Kind.TECHNICAL: r"réunions?\s+techniques?",
    Kind.WORKING_GROUP: r"groupes?\s+de\s+travail",
    Kind.HEALTH_PANEL: r"formations?\s+spécialisées?",
    Kind.SOCIAL_COMMITTEE: r"comités?\s+soci(?:al|aux)(?:\s+d.administration)?",
    Kind.JOINT_COMMITTEE: r"commissions?\s+administratives?\s+paritaires?",
    Kind.AUDIENCE: r"audiences?",
    Kind.GENERAL_ASSEMBLY: r"assemblées?\s+générales?",
}
# In capitals alone: in the middle of a sentence the same letters are words.
_IN_CAPITALS = {
    Kind.TECHNICAL: r"RT",
    Kind.WORKING_GROUP: r"GT",
    Kind.HEALTH_PANEL: r"F3SCT|FS-?SSCT|FS|CHS-?CT[SD]?",
    Kind.SOCIAL_COMMITTEE: r"CSA[LRN]?|CT[RLS]D?",
    Kind.JOINT_COMMITTEE: r"CAP[CLN]?",
    Kind.GENERAL_ASSEMBLY: r"AG",
}
_NAMED = [
    *((kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for kind, words in _IN_WORDS.items()),
    *((kind, re.compile(rf"\b(?:{words})\b")) for kind, words in _IN_CAPITALS.items()),
]
# What may come before: « Projet de compte rendu du GT… », « Convocation : CSA… ».
_ANNOUNCED = re.compile(
    r"(?:projet\s+de\s+|brouillon\s*:?\s*)?"
    r"(?:comptes?[\s-]rendus?|cr|convocations?|déclarations?(?:\s+liminaires?)?|retours?)?"
    r"(?:\s+(?:de\s+la|de\s+l.|du|des|d.une?|à\s+la|au|sur\s+le|sur\s+la)|\s*[:–—-])?\s*",
    re.IGNORECASE,
)
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août"),
    *("septembre", "octobre", "novembre", "décembre"),
)
_SPELLED = {name: number for number, name in enumerate(_MONTHS, start=1)} | {
    "fevrier": 2,
    "aout": 8,
    "decembre": 12,
}
_DAY = re.compile(
    r"(?:(?:du|des|le|les|de\s+ce)\s+)?(?:(?:lun|mar|mercre|jeu|vendre|same)di\s+)?"
    r"\b(\d{1,2})(?:er)?(?:\s*(?:,|et|au|&|-)\s*\d{1,2}(?:er)?)*\s+"
    rf"({'|'.join(_SPELLED)})\b(?:\s+(\d{{4}})\b)?"
    r"|(?:(?:du|le)\s+)?\b(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b",
    re.IGNORECASE,
)
_CONNECTING = re.compile(
    r"^(?:(?:de\s+la|du|des|de|d.|sur\s+les?|sur\s+la|sur|consacrée?\s+(?:à\s+la|aux?|à))\s+)",
    re.IGNORECASE,
)
_AROUND = " :;,.–—-«»\"'()\u00a0\u202f"
_LONGEST = 200


@dataclass(frozen=True)
class Recognised:
    """A meeting as it seems to be; `on` is None where no day was found."""

    kind: Kind
    title: str
    on: date | None


def recognise(title: str, kicker: str, beginning: str, published_on: date) -> Recognised | None:
    """Return the meeting that an article seems to be about, None when its title tells of none.

    The day may stand in `beginning`, the first words of the text. A year that is not written is
    the one that puts it nearest to the day of the article.
    """
    found = _kind_in(title)
    day = _DAY.search(title)
    if found and not (day or _is_announced(title, found[1].start())):
        found = None
    kind = found[0] if found else _kind_alone(kicker)
    if kind is None:
        return None
    on = _date_of(day, published_on) if day else None
    if on is None and (later := _DAY.search(beginning)):
        on = _date_of(later, published_on)
    return Recognised(kind, _subject(title, found[1] if found else None, day), on)


def _kind_in(text: str) -> tuple[Kind, re.Match[str]] | None:
    matches = [(kind, match) for kind, named in _NAMED if (match := named.search(text))]
    return min(matches, key=lambda each: each[1].start(), default=None)


def _kind_alone(kicker: str) -> Kind | None:
    """The kind that a kicker begins with, such as « Réunion technique »."""
    found = _kind_in(kicker)
    return found[0] if found and found[1].start() == 0 else None


def _is_announced(title: str, start: int) -> bool:
    return _ANNOUNCED.fullmatch(title[:start]) is not None


def _date_of(match: re.Match[str], published_on: date) -> date | None:
    day, month, year, other_day, other_month, other_year = match.groups()
    with suppress(ValueError):
        if other_day:
            century = 2000 if len(other_year) == 2 else 0
            return _plausible(date(century + int(other_year), int(other_month), int(other_day)))
        number = _SPELLED[month.lower()]
        if year:
            return _plausible(date(int(year), number, int(day)))
        return _nearest(int(day), number, published_on)
    return None


def _plausible(day: date) -> date | None:
    return day if 1900 <= day.year <= 2100 else None


def _nearest(day: int, month: int, to: date) -> date:
    """Return this day in the year that puts it nearest. Raises ValueError for 31 April."""
    near = []
    for year in (to.year - 1, to.year, to.year + 1):
        with suppress(ValueError):
            near.append(date(year, month, day))
    return min(near, key=lambda each: abs(each - to))


def _subject(title: str, kind: re.Match[str] | None, day: re.Match[str] | None) -> str:
    """What the title says of the meeting besides its kind and its day; else the title itself."""
    if kind is None:
        return title[:_LONGEST]
    start = kind.end()
    end = day.start() if day and day.start() >= start else len(title)
    between = _CONNECTING.sub("", title[start:end].partition(":")[0].strip(_AROUND))
    after = title.partition(":")[2] if title.find(":") >= start else ""
    for words in (between, after):
        if cleaned := words.strip(_AROUND):
            return (cleaned[0].upper() + cleaned[1:])[:_LONGEST]
    return f"Séance {day[0]}"[:_LONGEST] if day else title[kind.start() :][:_LONGEST]

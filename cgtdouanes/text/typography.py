"""French typography of what is shown: narrow no-break spaces, and nothing else changed.

Only spaces are replaced, or added where a sign that asks for one ends a word. The rules follow the
Lexique des règles typographiques of the Imprimerie nationale, with one space for all of them.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from functools import lru_cache

from cgtdouanes.text.markup import characters, tokens

NARROW = "\u202f"

# A newline is not one: in a plain text it ends the line, and the sanitiser leaves none elsewhere.
_SPACES = " \u00a0\u2007\u2009\u202f"
_SPACE_RUN = re.compile(rf"[{_SPACES}]+")
# Enough to see the longest word that a rule looks for, and where it begins or ends.
_WINDOW = 12

_MONTH = (
    "(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
    r"|janv\.|févr\.|avr\.|juill\.|sept\.|oct\.|nov\.|déc\.)"
)
_WEEKDAY = "(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)"
_DAY = r"(?:\d{1,2}|1er|1ᵉʳ)"
_UNIT = (
    "(?:[%‰€$£]|°C?|[kM]€|Md€|euros?|millions?|milliards?"
    "|km/h|km²?|[cm]?m[²³]?|ha|kg|mg|g|t|m?l|cl|L|h|min|s|ms|jours?|mois|ans?|heures?|minutes?"
    "|[kMGT]o|[kMG]?W|[kMG]?Wh|[kM]?Hz)"
)


def _pair(before: str, after: str, flags: int = 0) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(rf"(?:{before})\Z", flags), re.compile(after, flags)


_SIGNS_AFTER = re.compile(r"""»|[;:!?]*[!?](?=[\s)\]»”"’',.…]|\Z)|[;:!?]*[;:](?=[\s»]|\Z)""")
# A space is made narrow and unbreakable where what precedes and what follows match one pair; the
# pairs are sorted by the character before the space, to try few of them.
_AFTER_DIGIT = [
    _pair(r"(?<![\d.,])\d{1,3}", r"\d{3}(?!\d)"),
    _pair(r"\d", rf"{_UNIT}(?![\w’'])"),
    _pair(rf"(?<!\w){_DAY}", rf"{_MONTH}(?!\w)", re.IGNORECASE),
]
_AFTER_LETTER = [
    _pair(rf"(?<!\w){_DAY}", rf"{_MONTH}(?!\w)", re.IGNORECASE),
    _pair(rf"(?<!\w){_MONTH}", r"\d{4}(?!\d)", re.IGNORECASE),
    _pair(rf"(?<!\w){_WEEKDAY}", rf"{_DAY}(?!\w)", re.IGNORECASE),
    _pair(r"(?<![^\W\d])h", r"\d{2}(?!\d)"),
    _pair(r"(?<!\w)[nN]°s", r"\d"),
    _pair(r"(?<!\w)(?:Mmes?|Mlles?|Dr|Pr)", r"[A-ZÀ-ÖØ-Þ]"),
]
_AFTER_SIGN = [
    _pair("«", r"\S"),
    _pair(r"(?<!\w)[nN]°", r"\w"),
    _pair(rf"(?<!\w){_MONTH}", r"\d{4}(?!\d)", re.IGNORECASE),
    _pair(r"(?<!\w)(?:art|chap|al|pp?|fig|vol)\.", r"\d|[A-Z]\b", re.IGNORECASE),
    _pair(r"(?<!\w)[LRDA]\.|§", r"\d"),
    _pair(r"(?<!\w)MM?\.", r"[A-ZÀ-ÖØ-Þ]"),
    # The dash of a list or of a dialogue; inside a sentence nothing tells which side it belongs to.
    _pair(r"(?:^|\n)[–—]", r"\S"),
]

_WORD = re.compile(r"[^\s«»]+")
_SIGNS_AT_END = re.compile(
    r"""(?<=[\w)\]%‰€$°"”’'….»\ufffc])(?:[;:!?]*[!?](?=[)\]”"’',.…]|\Z)|[;:!?]*[;:]\Z)"""
)
_SIGNS = frozenset(";:!?")
_LITERAL = re.compile(
    r"://|@|\\|www\.|^(?:mailto|tel):|^:\w|^[/~]|^\.\.?/|/[^/]*/|/.*\w\.\w|^[A-Za-z]:$"
)
_REFERENCE_END = re.compile(r"&#?\w{1,31}\Z")

# What a text is not mixed with: no rule looks through it, and its words are left alone.
_UNTOUCHED = frozenset({"code", "pre", "kbd", "samp", "script", "style", "textarea"})
_INLINE = frozenset(
    {"a", "abbr", "b", "cite", "code", "data", "del", "em", "i", "ins", "kbd", "mark", "q", "s"}
    | {"samp", "small", "span", "strong", "sub", "sup", "time", "u"}
)
_OPAQUE = "\ufffc"

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juill.", "août", "sept.", "oct.", "nov.", "déc."),
)


@lru_cache(maxsize=2000)
def french(text: str) -> str:
    """Return a plain text with the spaces of French typography; doing it again changes nothing."""
    return _replaced(text, ((at, at + 1, new) for at, new in _edits(text)))


def french_html(html: str) -> str:
    """Do the same to the texts of a sanitised HTML; its markup stays as it is, to the byte.

    Signs and spaces are seen through inline elements, never from one block to the next.
    """
    edits: list[tuple[int, int, str]] = []
    shown: list[str] = []
    places: list[tuple[int, int]] = []
    untouched = ""

    def finish_block() -> None:
        for at, new in _edits("".join(shown)):
            start, end = places[at]
            edits.append((start, end, new.replace(shown[at], html[start:end])))
        shown.clear()
        places.clear()

    for token in tokens(html):
        if untouched:
            if token.kind == "end" and token.name == untouched:
                untouched = ""
        elif token.kind == "text":
            text = html[token.start : token.end]
            if "&" not in text:
                shown.extend(text)
                places.extend((at, at + 1) for at in range(token.start, token.end))
                continue
            for character, start, end in characters(html, token):
                shown.append(character if len(character) == 1 else _OPAQUE)
                places.append((start, end))
        elif token.kind in ("start", "end"):
            if token.name not in _INLINE:
                finish_block()
            if token.kind == "start" and token.name in _UNTOUCHED:
                untouched = token.name
                if untouched in _INLINE:
                    shown.append(_OPAQUE)
                    places.append((token.start, token.start))
    finish_block()
    return _replaced(html, edits)


def french_date(day: date) -> str:
    """Write a date in full: “1er janvier 2025”."""
    number = "1er" if day.day == 1 else str(day.day)
    return NARROW.join((number, _MONTHS[day.month - 1], str(day.year)))


def french_month(day: date) -> str:
    """Write the month of a day, shortened: “janv.”, “mai”."""
    return _SHORT_MONTHS[day.month - 1]


def french_time(moment: time | datetime) -> str:
    """Write the time of day: “14 h”, “9 h 30”."""
    hours = f"{moment.hour}{NARROW}h"
    return f"{hours}{NARROW}{moment.minute:02}" if moment.minute else hours


def _edits(text: str) -> list[tuple[int, str]]:
    """List the characters to replace, in order; a space is added with the sign that asks for it."""
    edits: dict[int, str] = {}
    for run in _SPACE_RUN.finditer(text):
        start, end = run.span()
        before = text[max(0, start - _WINDOW) : start]
        after = text[end : end + _WINDOW]
        if _are_bound(before, after):
            edits[start] = NARROW
            edits.update(dict.fromkeys(range(start + 1, end), ""))
    for at in _signs_without_space(text):
        edits[at] = NARROW + text[at]
    for match in re.finditer(r"«(?=[^\s»])|(?<=[^\s«])»", text):
        at = match.start()
        edits[at] = f"«{NARROW}" if text[at] == "«" else f"{NARROW}»"
    return sorted((at, new) for at, new in edits.items() if text[at] != new)


def _are_bound(before: str, after: str) -> bool:
    last = before[-1:]
    if not last or last.isspace():
        return False
    # Most spaces by far, that no rule below binds: only a month follows « 1er » in small letters.
    if last.isalpha() and after[:1].islower() and last not in "rRʳ":
        return False
    if _SIGNS_AFTER.match(after):
        return True
    pairs = _AFTER_DIGIT if last.isdecimal() else _AFTER_LETTER if last.isalpha() else _AFTER_SIGN
    return any(second.match(after) and first.search(before) for first, second in pairs)


def _signs_without_space(text: str) -> Iterable[int]:
    for word in _WORD.finditer(text):
        if _SIGNS.isdisjoint(word[0]) or _LITERAL.search(word[0]):
            continue
        for signs in _SIGNS_AT_END.finditer(text, *word.span()):
            at = signs.start()
            if text[at] != ";" or not _REFERENCE_END.search(text[max(0, at - 33) : at]):
                yield at


def _replaced(source: str, edits: Iterable[tuple[int, int, str]]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end, new in edits:
        pieces += [source[position:start], new]
        position = end
    return "".join([*pieces, source[position:]])

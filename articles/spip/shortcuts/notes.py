"""Footnotes: they are numbered in order, or named, and a name may be called again."""

import re
from collections.abc import Callable
from html import escape

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts.work import Work, escaped
from cgtdouanes.richtext.reader import read

_SIGN = re.compile(r"\[\[|\]\]")
_NAME = re.compile(r"\s*<([^<>\"']*)>")


def with_notes(work: Work, text: str, converted: Callable[[str], str]) -> str:
    """Set apart the notes of a text, each one where it is called.

    `work.notes` gets each of them by its name or its number; `converted` makes HTML of a text.
    """
    found: list[tuple[int, int]] = []
    start = -1
    for sign in _SIGN.finditer(text):
        if sign[0] == "[[":
            if start >= 0:
                work.report(ProblemKind.UNBALANCED, text[start : start + 60])
            start = sign.end()
        elif start >= 0:
            found.append((start, sign.start()))
            start = -1
    if start >= 0:
        work.report(ProblemKind.UNBALANCED, text[start - 2 : start + 60])
    contents = [_named(work, text[start:end], converted) for start, end in found]
    written: list[str] = []
    position = 0
    for (start, end), (name, is_call) in zip(found, contents, strict=True):
        before = text[position : start - 2].rstrip(" ")
        written += [before, _call(work, name, text[start - 2 : end + 2], is_call)]
        position = end + 2
    return "".join([*written, text[position:]])


def _named(work: Work, source: str, converted: Callable[[str], str]) -> tuple[str, bool]:
    """Keep a note under its name; return the name, and whether it only calls another note."""
    name = None
    match = _NAME.match(source)
    # “[[<b>Attention</b>]]” is no name but a tag, as its end tells.
    if match and f"</{match[1].partition(' ')[0]}>" not in source:
        name, source = match[1].strip(), source[match.end() :]
        if name and not source.strip():
            return name, True
    if name is None:
        work.notes.numbered += 1
        name = str(work.notes.numbered)
    name = name or f"<{len(work.notes.named)}>"
    work.notes.named[name] = _on_one_line(converted(source))
    return name, False


def _call(work: Work, name: str, source: str, is_call: bool) -> str:
    note = work.notes.named.get(name)
    if note is None:
        work.report(ProblemKind.DEAD_LINK, source)
        return work.put_text(source)
    if is_call:
        if not work.may_repeat(note):
            return work.put_text(source)
        work.report(ProblemKind.REPEATED_NOTE, f"[{name}] {work.plain(work.put(note))}")
    return work.put(f'<span class="footnote">{note}</span>')


def _on_one_line(html: str) -> str:
    """Return the text of a note without its blocks: a line for each; pictures become links."""
    tree = read(html)
    lines = [leaf.html() for leaf in tree.leaves()]
    for picture in tree.blocks("img"):
        given = dict(picture.attributes)
        lines.append(f'<a href="{escape(given["src"])}">{escaped(given.get("alt") or "Image")}</a>')
    return "<br>".join(lines)

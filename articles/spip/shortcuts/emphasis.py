"""Bold, italics and intertitles: which braces of a text go together."""

import re

from articles.spip.shortcuts.work import (
    EM,
    END_EM,
    END_HEADING,
    END_STRONG,
    HEADINGS,
    STRONG,
    Work,
)

_RUN = re.compile(r"\{+|\}+")
_LEVEL = re.compile(r"\*{1,5}(?!\*)")
# SPIP asks for a space between the braces of “{{ {bold and italics} }}”: it is no word's.
_BETWEEN = re.compile(f"(?<={STRONG}) +(?={EM})|(?<={END_EM}) +(?={END_STRONG})")
# How far down an unfinished emphasis is looked for: beyond, nobody meant it.
_REACH = 8
_LEVELS = (*HEADINGS, *[list(HEADINGS)[-1]] * 2)
_CLOSINGS = {1: END_EM, 2: END_STRONG, 3: END_HEADING}


def paired(work: Work, text: str) -> str:
    """Put marks in place of the braces that go together; the others stay, and are reported.

    Emphases may cross, as in “{{a {b}} c}”: SPIP lets them, and so do browsers.
    """
    marks: dict[int, tuple[int, str]] = {}
    unclosed: list[tuple[int, int]] = []
    for run in _RUN.finditer(text):
        start, end = run.span()
        if run[0][0] == "{":
            unclosed += _openings(start, end - start)
            continue
        while start < end and (closed := _closed(unclosed, end - start)):
            for opening, size in closed:
                if opening + size < start:
                    marks[opening] = _opening(text, opening, size)
                    marks[start] = (size, _CLOSINGS[size])
                start += size
        if start < end:
            work.report_unfinished(text, start)
    for opening, _size in unclosed:
        work.report_unfinished(text, opening)
    return _BETWEEN.sub("", _replaced(text, marks))


def _openings(start: int, length: int) -> list[tuple[int, int]]:
    """Cut a run of opening braces as SPIP does: three first, for an intertitle."""
    if length > 5:
        return []
    sizes = [3, length - 3] if length > 3 else [length]
    return [(start + sum(sizes[:rank]), size) for rank, size in enumerate(sizes)]


def _closed(unclosed: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Take away the openings that a run of closing braces ends, the last one first."""
    total = 0
    for count, (_start, size) in enumerate(reversed(unclosed[-3:]), 1):
        total += size
        if total == length:
            found = unclosed[-count:][::-1]
            del unclosed[-count:]
            return found
    for index in range(len(unclosed) - 1, max(-1, len(unclosed) - 1 - _REACH), -1):
        if unclosed[index][1] == length:
            return [unclosed.pop(index)]
    if unclosed and unclosed[-1][1] < length:
        return [unclosed.pop()]
    return []


def _opening(text: str, start: int, size: int) -> tuple[int, str]:
    """Return the length and the mark of an opening; stars make an intertitle a lesser one."""
    if size < 3:
        return size, STRONG if size == 2 else EM
    stars = _LEVEL.match(text, start + size)
    length = len(stars[0]) if stars else 0
    return size + length, _LEVELS[max(0, length - 1)]


def _replaced(text: str, marks: dict[int, tuple[int, str]]) -> str:
    written: list[str] = []
    position = 0
    for start in sorted(marks):
        length, mark = marks[start]
        written += [text[position:start], mark]
        position = start + length
    return "".join([*written, text[position:]])

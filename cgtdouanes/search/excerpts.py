"""What of a text answers a question: a few lines in context, the words asked for marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from cgtdouanes.search.question import Question, Term
from cgtdouanes.text.words import words

# In characters: some three lines on a telephone.
MAX_LENGTH = 220
MAX_LINES = 2
_BEFORE = 80


@dataclass(frozen=True)
class Piece:
    """Some characters of a text, as they are written there, marked or not."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True)
class Match:
    """Where a term stands in a line."""

    term: Term
    start: int
    end: int


def marked(line: str, question: Question) -> list[Piece]:
    """Return the whole line, the words asked for marked."""
    return _pieces(line, _matches(line, question.terms), 0, len(line))


def excerpts(text: str, question: Question) -> list[list[Piece]]:
    """Return the lines that hold the most of what is asked, in their order; else the beginning.

    A long line is cut around what is marked.
    """
    lines = text.split("\n")
    asked = set(question.terms)
    holding: list[tuple[int, list[Match]]] = []
    for number, line in enumerate(lines):
        if matches := _matches(line, question.terms):
            holding.append((number, matches))
            if len(holding) >= MAX_LINES and any(_terms(each) == asked for _, each in holding):
                break
    if not holding:
        return [_cut(lines[0], [])] if lines[0] else []
    best = max(holding, key=lambda each: len(_terms(each[1])))
    holding.remove(best)
    missing = asked - _terms(best[1])
    holding.sort(key=lambda each: len(_terms(each[1]) & missing), reverse=True)
    chosen = sorted([best, *holding[: MAX_LINES - 1]], key=lambda each: each[0])
    return [_cut(lines[number], matches) for number, matches in chosen]


def _terms(matches: Iterable[Match]) -> set[Term]:
    return {match.term for match in matches}


def _matches(line: str, terms: Iterable[Term]) -> list[Match]:
    """Where the terms stand, in order, none over another."""
    found = list(words(line))
    by_first: dict[str, list[Term]] = {}
    for term in terms:
        by_first.setdefault(term[0], []).append(term)
    matches: list[Match] = []
    end = 0
    for at, word in enumerate(found):
        for term in by_first.get(word.stem, ()):
            here = found[at : at + len(term)]
            if word.start >= end and tuple(each.stem for each in here) == term:
                end = here[-1].end
                matches.append(Match(term, word.start, end))
                break
    return matches


def _cut(line: str, matches: list[Match]) -> list[Piece]:
    if len(line) <= MAX_LENGTH:
        return _pieces(line, matches, 0, len(line))
    start = max(0, matches[0].start - _BEFORE) if matches else 0
    start = min(start, len(line) - MAX_LENGTH)
    end = start + MAX_LENGTH
    if start:
        start = line.find(" ", start, start + _BEFORE // 2) + 1 or start
    if end < len(line):
        end = max(line.rfind(" ", start, end), end - _BEFORE // 2)
    inside = [match for match in matches if start <= match.start and match.end <= end]
    pieces = _pieces(line, inside, start, end)
    before = [Piece("… ")] if start else []
    after = [Piece(" …")] if end < len(line) else []
    return [*before, *pieces, *after]


def _pieces(line: str, matches: list[Match], start: int, end: int) -> list[Piece]:
    bounds = [start, *(at for match in matches for at in (match.start, match.end)), end]
    pieces = [
        Piece(line[one:other], is_marked=bool(number % 2))
        for number, (one, other) in enumerate(pairwise(bounds))
    ]
    return [piece for piece in pieces if piece.text]

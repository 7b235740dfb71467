"""What somebody asks: words that must all be there, some of them side by side."""

import re
from dataclasses import dataclass

from cgtdouanes.text.words import Word, legible, words

_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
# A quoted phrase, or whatever stands between two spaces; a quote that nothing closes is a space.
_PIECE = re.compile(r'"([^"]*)"|([^\s"]+)')
_SPACED_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?!\d)")

Term = tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """`terms` are stems to be found side by side, each term once; `asked` is the text as typed."""

    asked: str
    terms: tuple[Term, ...]
    words: tuple[Word, ...]

    def __bool__(self) -> bool:
        """Whether anything can be looked for."""
        return bool(self.terms)

    def for_sqlite(self, column: str) -> str:
        """Write it for FTS5. The stems are ASCII letters or digits: none is an operator."""
        quoted = (f'"{" ".join(term)}"' for term in self.terms)
        return f"{column} : ({' AND '.join(quoted)})"

    def for_postgresql(self) -> str:
        """Write it as a `tsquery`."""
        sides = (" <-> ".join(f"'{stem}'" for stem in term) for term in self.terms)
        return " & ".join(f"({side})" for side in sides)


def read(asked: str) -> Question:
    """Read any text: all its words, side by side within quotes, and within « compte-rendu »."""
    asked = legible(asked)
    terms: list[Term] = []
    found: list[Word] = []
    for start, end in _pieces(asked.translate(_QUOTES)):
        piece = [
            word._replace(start=word.start + start, end=word.end + start)
            for word in words(asked[start:end])
        ]
        found += piece
        if term := tuple(word.stem for word in piece):
            terms.append(term)
    return Question(asked, tuple(dict.fromkeys(terms)), tuple(found))


def of(*stems: str) -> Question:
    """Return the question for these stems, wherever each stands."""
    return Question("", tuple((stem,) for stem in stems), ())


def _pieces(text: str) -> list[tuple[int, int]]:
    """Where each phrase and each word begins and ends."""
    found = []
    position = 0
    while match := _PIECE.search(text, position):
        start, end = match.span(1) if match[2] is None else match.span(2)
        if number := _SPACED_NUMBER.match(text, start):
            end = max(end, number.end())
        found.append((start, end))
        position = max(end, match.end())
    return found

"""The words that stand in the entries of an audience, to look up what a slip may have meant.

They only propose: what is shown is taken from an entry that holds the word at that moment.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import combinations
from string import ascii_lowercase

from django.db import connection

from cgtdouanes.search.models import Entry, Spelling
from cgtdouanes.text.words import Word

# Shorter words have too many neighbours to guess, and nobody mistypes longer ones only.
LENGTHS = range(4, 31)
_BATCH = 500

WordsOf = Callable[[str], Iterable[Word]]


def spellings_of(texts: Iterable[str], words_of: WordsOf) -> dict[str, str]:
    """Return the words of these texts that may be mistyped, each with its stem.

    `words_of` gives those of a line.
    """
    found: dict[str, str] = {}
    for text in texts:
        for line in text.splitlines():
            found.update((word.letters, word.stem) for word in words_of(line))
    return {letters: stem for letters, stem in found.items() if is_kept(letters)}


def is_kept(letters: str) -> bool:
    return len(letters) in LENGTHS and letters.isascii() and letters.isalpha()


def keep(model: type[Spelling], found: Mapping[str, str]) -> None:
    """Store these words with their stems; in order, so that two writers do not cross."""
    rows = [model(letters=letters, stem=found[letters]) for letters in sorted(found)]
    model._default_manager.bulk_create(rows, ignore_conflicts=True, batch_size=_BATCH)


def forget(model: type[Spelling], entries: type[Entry], letters: Collection[str]) -> None:
    """Remove those of these words whose stem stands in no entry any more."""
    ordered = sorted(letters)
    for start in range(0, len(ordered), _BATCH):
        batch = ordered[start : start + _BATCH]
        _forget(model, entries, f"letters IN ({', '.join(['%s'] * len(batch))})", batch)


def forget_all(model: type[Spelling], entries: type[Entry]) -> None:
    """Remove every word whose stem stands in no entry any more."""
    _forget(model, entries, "1 = 1", [])


def _forget(model: type[Spelling], entries: type[Entry], condition: str, params: list[str]) -> None:
    table, held = model._meta.db_table, entries._meta.db_table
    if connection.vendor == "sqlite":
        holds = f"SELECT 1 FROM {held}_fts WHERE {held}_fts MATCH '\"' || stem || '\"'"  # noqa: S608
    else:
        holds = f"SELECT 1 FROM {held} WHERE words_vector @@ quote_literal(stem)::tsquery"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE {condition} AND NOT EXISTS ({holds})",  # noqa: S608
            params,
        )


def neighbours(letters: str) -> set[str]:
    """Return what one slip makes of a word, or two letters that changed places."""
    cuts = [(letters[:at], letters[at:]) for at in range(len(letters) + 1)]
    dropped = {before + after[1:] for before, after in cuts if after}
    replaced = {b + letter + a[1:] for b, a in cuts if a for letter in ascii_lowercase}
    added = {before + letter + after for before, after in cuts for letter in ascii_lowercase}
    return dropped | replaced | added | set(_swapped(letters)) - {letters}


def _swapped(letters: str) -> Iterable[str]:
    for first, second in combinations(range(len(letters)), 2):
        swapped = list(letters)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        yield "".join(swapped)

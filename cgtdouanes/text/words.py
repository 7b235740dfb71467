"""Words as a search compares them: without case, accents or ligatures, and by their stem.

The stems of Snowball tell a feminine from its masculine, count on accents that people do not type,
and leave some plurals alone: a word is brought to its masculine singular first, by its ending. Of
57 000 French nouns and adjectives, typed with accents or without, less than 1 % then have forms
with two stems, for 12 % with Snowball alone; and fewer distinct words share one.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import snowballstemmer

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'"})
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

_LETTERS = r"(?:[^\W\d_]|[\u0300-\u036f])+"
# One word as it is written: an acronym with its dots, a number with its spaces, digits, or letters
# with the other gender that may follow them: « adhérent·es », « agent.e.s », « élu(e)s ».
_WORD = re.compile(
    rf"""
      (?P<acronym>(?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?![\w.]))?)
    | (?P<number>\d{{1,3}}(?:[ \u00a0\u2009\u202f]\d{{3}})+(?!\d)|\d+)
    | (?P<letters>{_LETTERS})
      (?:(?:[·•‧]{_LETTERS})+|\((?:e|ne|le|se|ve|trice|rice|euse)\)s?|\.e(?:s|\.s)?(?!\w))?
    """,
    re.VERBOSE,
)
_ELIDED = frozenset({"l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu"})
_APOSTROPHES = "'’ʼ´`"
_PARTS = re.compile(r"[^\W\d_]+|\d+")
_MAX_LENGTH = 64

# Words that stand everywhere and say nothing alone: nobody searches for them.
_STOP_WORDS = frozenset(
    ("a", "au", "aux", "avec", "ce", "ces", "cet", "cette", "d", "dans", "de", "des", "du", "elle")
    + ("elles", "en", "et", "il", "ils", "l", "la", "le", "les", "leur", "leurs", "ne", "on", "ou")
    + ("par", "pour", "qu", "que", "qui", "s", "sa", "se", "ses", "son", "sur", "un", "une", "y")
)

_IRREGULAR = {"travaux": "travail"}
_MASCULINE_SINGULAR = (
    (("yaux", "yau"), ("eaux", "eau"), ("aux", "al"), ("oux", "ou"), ("ss", "ss"), ("s", "")),
    (("ee", "e"), ("ere", "e"), ("er", "e")),
    (
        *(("trice", "teu"), ("euse", "eu"), ("eure", "eu"), ("eux", "eu"), ("eur", "eu")),
        *(("elle", "el"), ("eau", "el"), ("ffe", "f"), ("ve", "f"), ("gue", "g")),
        *(("ication", "ic"), ("que", "c"), ("che", "c"), ("aise", "ai"), ("oise", "oi")),
        *(("sse", "s"), ("ie", "i")),
    ),
)
_LEAST_LETTERS_LEFT = (2, 3, 3)
# Snowball would take these for the ending of a verb.
_STEMMED_ALREADY = ("i", "eu")
_LEAST_STEM = 4

_snowball = snowballstemmer.stemmer("french")


class Word(NamedTuple):
    """A word of a text: its stem, its letters as they are compared, and where it stands."""

    stem: str
    letters: str
    start: int
    end: int


def folded(text: str) -> str:
    """Return the text as it is compared: « Œuvre  à L’été » becomes “oeuvre a l'ete”."""
    letters = text.casefold()
    if not letters.isascii():
        decomposed = unicodedata.normalize("NFKD", letters.translate(_LIGATURES))
        letters = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(letters.split())


def legible(text: str) -> str:
    """Return the text without what nobody sees in it: it cuts words in two, or turns them round."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def words(text: str) -> Iterator[Word]:
    """Give the words of a text in order, without those that say nothing.

    A hyphenated word is several: “REV-2025-014” is “rev”, “2025”, “014”; so is “14h30”. Of both
    genders only the first counts: « adhérent·es » is “adherent”. Stems are of the letters a to z
    alone, or of digits alone, unless the word is of another script.
    """
    for match in _WORD.finditer(text):
        if match["letters"]:
            if _says_nothing(match["letters"], text[match.end() : match.end() + 2]):
                continue
            parts = _parts(match["letters"])
        elif match["acronym"]:
            parts = _parts(match["acronym"].replace(".", ""))
        else:
            parts = _parts("".join(match["number"].split()))
        for letters in parts:
            yield Word(stem(letters), letters, match.start(), match.end())


@lru_cache(maxsize=50_000)
def stem(letters: str) -> str:
    """Return the stem of a folded word; a word of another script is its own, in ASCII."""
    if not letters.isascii():
        letters = "".join(c if c.isascii() else f"u{ord(c):x}" for c in letters)
        return letters[:_MAX_LENGTH]
    if len(letters) < 4 or not letters.isalpha():
        return letters[:_MAX_LENGTH]
    found = _IRREGULAR.get(letters, letters)
    for endings, least in zip(_MASCULINE_SINGULAR, _LEAST_LETTERS_LEFT, strict=True):
        found = _with_ending_changed(found, endings, least)
    if not found.endswith(_STEMMED_ALREADY):
        stemmed = _snowball.stemWord(found)
        found = stemmed if len(stemmed) >= _LEAST_STEM else found.removesuffix("e")
    return (found.rstrip("s") or found)[:_MAX_LENGTH] if len(found) > 3 else found


def _with_ending_changed(word: str, endings: tuple[tuple[str, str], ...], least: int) -> str:
    for ending, other in endings:
        if word.endswith(ending):
            kept = word.removesuffix(ending)
            return kept + other if len(kept) >= least else word
    return word


def _says_nothing(letters: str, next_two: str) -> bool:
    """An elided article, or a stop word; “A” is also the name of a category of agents."""
    compared = _folded_word(letters)
    if next_two[:1] in _APOSTROPHES and next_two[1:].isalpha() and compared in _ELIDED:
        return True
    return compared in _STOP_WORDS and letters not in {"A", "D", "L", "S", "Y"}


_folded_word = lru_cache(maxsize=50_000)(folded)


@lru_cache(maxsize=50_000)
def _parts(written: str) -> tuple[str, ...]:
    return tuple(part[:_MAX_LENGTH] for part in _PARTS.findall(folded(written)))

"""What somebody may have meant to type, from what they may read and nothing else."""

import re
from dataclasses import dataclass

from cgtdouanes.search import question as questions
from cgtdouanes.search.models import ENTRIES, SPELLINGS, Audience, EntryQuerySet
from cgtdouanes.search.question import Question
from cgtdouanes.search.spellings import is_kept, neighbours
from cgtdouanes.text.words import Word, words

# A question of more words is no slip of one of them; and each costs queries.
_MAX_WORDS = 8
_MAX_SLIPS = 2
_MAX_CANDIDATES = 10
_COUNTED = 100
# In how many entries that are found by a word it is looked for: some have it in no line, for they
# are found by their kind too.
_READ = 20
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Suggestion:
    """The whole question as it may have been meant, and the words of it that are new."""

    asked: str
    words: list[str]


def suggestion(question: Question, audience: Audience) -> Suggestion | None:
    """Return another question that has answers, for one that has none; None if there is none.

    Each word proposed is read in an entry of this audience as it is written there.
    """
    entries = ENTRIES[audience].objects.all()
    typed = [word for word in question.words if is_kept(word.letters)][:_MAX_WORDS]
    slips = [word for word in typed if not _stands_in(entries, word.stem)][:_MAX_SLIPS]
    asked = question.asked
    found: list[str] = []
    for slip in reversed(slips):
        meant = _meant(slip, entries, audience)
        if meant is None:
            return None
        if question.asked[slip.start].islower():
            meant = meant.lower()
        found.insert(0, meant)
        asked = f"{asked[: slip.start]}{meant}{asked[slip.end :]}"
    if not found or not entries.holding(questions.read(asked)).exists():
        return None
    return Suggestion(asked, found)


def _meant(slip: Word, entries: EntryQuerySet, audience: Audience) -> str | None:
    """The neighbour of a word that most entries hold, as the latest of them writes it."""
    near = SPELLINGS[audience]._default_manager.filter(letters__in=neighbours(slip.letters))
    candidates = list(near.order_by("letters")[:_MAX_CANDIDATES])
    counts = {stem: _count(entries, stem) for stem in {each.stem for each in candidates}}
    best = max(candidates, key=lambda each: counts[each.stem], default=None)
    if best is None or not counts[best.stem]:
        return None
    for entry in entries.holding(questions.of(best.stem)).latest_first()[:_READ]:
        text = f"{entry.title}\n{entry.text}"
        same = [word for word in words(text) if word.stem == best.stem]
        word = next((word for word in same if word.letters == best.letters), None)
        if word := word or next(iter(same), None):
            written = _LETTERS.match(text, word.start)
            return written[0] if written else None
    return None


def _stands_in(entries: EntryQuerySet, stem: str) -> bool:
    return entries.holding(questions.of(stem)).exists()


def _count(entries: EntryQuerySet, stem: str) -> int:
    return entries.holding(questions.of(stem))[:_COUNTED].count()

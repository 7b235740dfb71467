"""The answers to a question, page by page: those named by it first, then the latest."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from cgtdouanes.search.excerpts import Piece, excerpts, marked
from cgtdouanes.search.models import Entry, EntryQuerySet, Holds
from cgtdouanes.search.question import Question
from cgtdouanes.search.sources import SOURCES

# Nobody reads further: the reader is asked to say more, and the database counts no more.
MAX_COUNTED = 1000


@dataclass(frozen=True)
class Result:
    """One answer as it is shown."""

    label: str
    title: list[Piece]
    url: str
    on: date
    excerpts: list[list[Piece]]


class Results:
    """The answers among these entries, for a paginator: as many queries for any page.

    `sources` narrows them down, but for the counts by source. `user` is who reads: for each answer
    shown it is asked once more whether they may open it.
    """

    def __init__(
        self, entries: EntryQuerySet, question: Question, user: Any, sources: Collection[str] = ()
    ) -> None:
        self.question = question
        self.user = user
        self.sources = sources
        self._everywhere = entries.holding(question)
        self._found = self._everywhere.filter(source__in=sources) if sources else self._everywhere

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, asked: slice) -> list[Result]:
        return [self._shown(entry) for entry in self._readable(self._entries(asked))]

    @property
    def is_complete(self) -> bool:
        """Whether all the answers are counted, and may be reached."""
        return len(self) < MAX_COUNTED

    @property
    def counts_each(self) -> bool:
        """Whether `by_source` counts all the answers of each kind."""
        return self.by_source.total() < MAX_COUNTED

    @cached_property
    def by_source(self) -> Counter[str]:
        """How many answers there are of each kind; `MAX_COUNTED` at most, all kinds together."""
        sources = self._everywhere.latest_first().values_list("source", flat=True)
        return Counter(sources[:MAX_COUNTED])

    @cached_property
    def _count(self) -> int:
        if self.sources and not self.counts_each:
            return self._found.latest_first()[:MAX_COUNTED].count()
        return sum(self.by_source[name] for name in self.sources or self.by_source)

    def _entries(self, asked: slice) -> list[Entry]:
        """The entries of a slice of two lists, one after the other."""
        in_their_name = Holds(self.question, "names")
        named = self._found.filter(in_their_name).latest_first()
        others = self._found.exclude(in_their_name).latest_first()
        first = self._slice(named, asked)
        before = named[:MAX_COUNTED].count()
        start, stop = max(asked.start - before, 0), max(asked.stop - before, 0)
        return [*first, *self._slice(others, slice(start, stop))]

    def _slice(self, entries: EntryQuerySet, asked: slice) -> list[Entry]:
        """Of few answers, all the keys are read, then the rows of one page.

        Asked for the first rows alone, PostgreSQL may go through every entry by date to find them.
        """
        if not self.is_complete:
            return list(entries[asked])
        keys = list(entries.values_list("pk", flat=True))[asked]
        return list(entries.filter(pk__in=keys))

    def _readable(self, entries: list[Entry]) -> list[Entry]:
        pks: dict[str, list[int]] = defaultdict(list)
        for entry in entries:
            pks[entry.source].append(entry.object_id)
        visible = {name: SOURCES[name].visible(self.user, pks[name]) for name in pks}
        return [entry for entry in entries if entry.object_id in visible[entry.source]]

    def _shown(self, entry: Entry) -> Result:
        return Result(
            label=entry.label,
            title=marked(entry.title, self.question),
            url=entry.url,
            on=entry.on,
            excerpts=excerpts(entry.text, self.question),
        )

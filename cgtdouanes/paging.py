"""Numbered pages of long lists, the last as fast as the first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

PER_PAGE = 20


@dataclass(frozen=True)
class Part:
    """Some rows in their order, and how many they are."""

    rows: QuerySet[Any]
    count: int


class LongList(Paginator):
    """A paginator that skips over keys, which an index holds, and reads the rows of one page only.

    `count` gives how many rows there are, where that is known without counting them. `parts` are
    the same rows one part after the other, where each comes by an index and the whole does not.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        count: Callable[[], int] | None = None,
        per_page: int = PER_PAGE,
        parts: Sequence[Part] = (),
    ) -> None:
        super().__init__(rows, per_page)
        self._count = count or rows.order_by().count
        self._parts = parts

    @cached_property
    def count(self) -> int:
        return self._count()

    def page(self, number: int | str) -> Page:
        """Return the rows of a page, in their order. Raises InvalidPage as any paginator does."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows: Any = self.object_list
        return Page(rows.filter(self._within(start, start + self.per_page)), number, self)

    def _within(self, start: int, stop: int) -> Q:
        """The condition that the rows of a slice fulfil: nearly always, they are of one part."""
        rows: Any = self.object_list
        within = Q(pk__in=[])
        for part in self._parts or [Part(rows, self.count)]:
            if start < part.count and stop > 0:
                within |= Q(pk__in=_keys(part, max(start, 0), stop))
            start, stop = start - part.count, stop - part.count
        return within


def _keys(part: Part, start: int, stop: int) -> QuerySet[Any]:
    """The keys of a slice; in the second half they are looked for from the end."""
    rows = part.rows.prefetch_related(None).values("pk")
    if start <= part.count // 2:
        return rows[start:stop]
    return rows.reverse()[part.count - min(stop, part.count) : part.count - start]

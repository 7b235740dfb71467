"""Numbered pages of long lists, the last as fast as the first."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

PER_PAGE = 20


class LongList(Paginator):
    """A paginator that skips over keys, which an index holds, and reads the rows of one page only.

    `count` gives how many rows there are, where that is known without counting them.
    """

    def __init__(
        self,
        rows: QuerySet[Any],
        count: Callable[[], int] | None = None,
        per_page: int = PER_PAGE,
    ) -> None:
        super().__init__(rows, per_page)
        self._count = count or rows.order_by().count

    @cached_property
    def count(self) -> int:
        return self._count()

    def page(self, number: int | str) -> Page:
        """Return the rows of a page, in their order. Raises InvalidPage as any paginator does."""
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        rows: Any = self.object_list
        keys = rows.prefetch_related(None).values("pk")[start : start + self.per_page]
        return Page(rows.filter(pk__in=keys), number, self)

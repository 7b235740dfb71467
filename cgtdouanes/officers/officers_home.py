"""The officers' home page: what waits for them, as each app tells it to whom it concerns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

# A panel shows the first rows, unfolds to some more, and says how many others there are.
SHOWN = 5
UNFOLDED = 50


@dataclass(frozen=True)
class Panel:
    """Some of what waits, under a name of its own on the page.

    Its template extends `admin/_panel.html` and shows each of `rows`; `sentences` may be quoted.
    """

    name: str
    template: str
    rows: Sequence[Any]
    total: int
    sentences: Sequence[str] = ()

    @property
    def shown(self) -> int:
        return min(SHOWN, len(self.rows))

    @property
    def folded(self) -> int:
        return len(self.rows) - self.shown

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


def panel(name: str, template: str, waiting: QuerySet[Any]) -> Panel:
    """Return the panel of these rows, in two queries whatever their number."""
    return Panel(name, template, list(waiting[:UNFOLDED]), waiting.count())


_panels: list[Callable[[Any], Iterator[Panel]]] = []


def register(panels: Callable[[Any], Iterator[Panel]]) -> None:
    """Show these panels, made for who opens the page; called once, when their app is ready."""
    _panels.append(panels)


def panels_for(officer: Any) -> list[Panel]:
    """Return what concerns this officer, in the order of the apps."""
    return [each for panels in _panels for each in panels(officer)]

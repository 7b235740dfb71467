"""What may be found, as the apps tell it: kinds of objects, and what each audience reads there."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models

from cgtdouanes.search.models import Audience

# From the name of a source to the primary keys of its objects.
Touched = Mapping[str, Iterable[int]]


@dataclass(frozen=True)
class Page:
    """What one audience finds of an object. `also` names it too, but is not shown as its title.

    `lines` are what it says, as it is shown on its own page.
    """

    object_id: int
    label: str
    title: str
    url: str
    on: date
    lines: Iterable[str]
    also: str = ""
    category_id: int | None = None


@dataclass(frozen=True)
class Source:
    """A kind of objects that may be found, under the name that its entries bear.

    `pages` gives what an audience may read of those of these objects that it may find, and
    `visible` which of them a reader may open at this moment: nothing is shown without asking it.
    """

    name: str
    model: type[models.Model]
    pages: Callable[[Collection[int], Audience], Iterator[Page]]
    visible: Callable[[Any, Collection[int]], set[int]]

    @property
    def label(self) -> str:
        """The name of its model, as changes are noted under it."""
        return self.model._meta.label_lower


SOURCES: dict[str, Source] = {}
_followed: dict[str, tuple[type[models.Model], Callable[[Any], Touched]]] = {}


def register(source: Source) -> None:
    """Make a kind of objects known; called once, when its app is ready."""
    SOURCES[source.name] = source


def follow(model: type[models.Model], touched: Callable[[Any], Touched]) -> None:
    """Tell which entries are to be written again when an object of this model changes."""
    _followed[model._meta.label_lower] = (model, touched)


def touched_by(label: str, pks: Collection[int]) -> dict[str, set[int]]:
    """Return the entries that hang on these objects; its own alone, of one that is no more."""
    model, touched = _followed[label]
    found: dict[str, set[int]] = defaultdict(set)
    for obj in model._default_manager.filter(pk__in=pks).order_by("pk"):
        for name, entries in touched(obj).items():
            found[name].update(entries)
    for source in SOURCES.values():
        if source.model is model:
            found[source.name].update(pks)
    return found

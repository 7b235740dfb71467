"""What each page would count again: known by each worker until what it counts changes.

As exact as the pages that are kept, and by the same tags; unlike them, it serves who has a session.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from time import time
from typing import Any, TypeVar

from cgtdouanes.pages.memory import made_until
from cgtdouanes.pages.versions import Versions
from cgtdouanes.pages.watching import Watch, versions_of

# A worker knows so many things; what was asked for the longest ago is forgotten first.
MOST = 500

T = TypeVar("T")


@dataclass(frozen=True)
class _Known:
    value: Any
    versions: Versions
    until: float


_KNOWN: OrderedDict[Hashable, _Known] = OrderedDict()
_LOCK = Lock()


def known(name: Hashable, make: Callable[[], T], *tags: str) -> T:
    """Return what `make` finds, or found under this name since anything under the tags changed.

    The name says all that the answer depends on, the audience first. What is returned is shared:
    nobody changes it.
    """
    found = _KNOWN.get(name)
    if found and found.until > time() and found.versions == versions_of(tags):
        with _LOCK:
            if name in _KNOWN:
                _KNOWN.move_to_end(name)
        value: T = found.value
        return value
    watch = Watch()
    value = make()
    if versions := watch.versions(tags):
        with _LOCK:
            _KNOWN[name] = _Known(value, versions, made_until())
            while len(_KNOWN) > MOST:
                _KNOWN.popitem(last=False)
    return value


def forget() -> None:
    """Know nothing any more."""
    with _LOCK:
        _KNOWN.clear()

"""The registry of `manage.py doctor`: what each app looks at on a server, and what it found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from cgtdouanes.operations.health import database_answers

# In seconds, for whatever is asked over the network.
PATIENCE = 5


class Level(IntEnum):
    """How grave it is; the command fails from UNSAFE on."""

    GOOD = 0
    MISSING = 1
    UNSAFE = 2


@dataclass(frozen=True)
class Finding:
    """What was found, in French, without a name or an address of anybody; and what to do."""

    level: Level
    what: str
    to_do: str = ""


def good(what: str) -> Finding:
    return Finding(Level.GOOD, what)


def missing(what: str, to_do: str) -> Finding:
    """Something does not work as well as it could."""
    return Finding(Level.MISSING, what, to_do)


def unsafe(what: str, to_do: str) -> Finding:
    """Somebody may be harmed, or something lost."""
    return Finding(Level.UNSAFE, what, to_do)


Look = Callable[[], Iterator[Finding]]
# Each with whether it reads the database.
_looks: list[tuple[Look, bool]] = []


def register(*looks: Look, in_database: bool) -> None:
    """Look at this too; called once, when their app is ready.

    What is looked at in the database is left out while it does not answer, or has no tables.
    """
    _looks.extend((look, in_database) for look in looks)


def findings() -> Iterator[Finding]:
    """Look at everything, in the order of the apps. What cannot be looked at is found unsafe."""
    there_is_a_database = database_answers(PATIENCE)
    for look, in_database in _looks:
        if in_database and not there_is_a_database:
            continue
        try:
            yield from look()
        except Exception as error:  # noqa: BLE001  the other looks must go on
            what = f"« {look.__name__} », {type(error).__name__}"
            yield unsafe(
                f"Une partie n’a pas pu être examinée ({what})",
                "corrigez d’abord ce qui précède, puis recommencez",
            )

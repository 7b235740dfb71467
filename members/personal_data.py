"""What the site keeps about a person: each app says what it holds, why, how long, and forgets it.

The page "Mes données", the copy that a person takes away and the departure all read this list. A
relation to an account or to a membership that no holding answers for fails the tests.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from members.models import User

Value = str | int | bool | date | datetime | None
Row = Mapping[str, Value]


def nothing_to_do(user: User, erase_words: bool) -> None:
    """Forget a holding whose rows the database itself deletes, or empties, with the account."""


@dataclass(frozen=True)
class Holding:
    """One kind of data about a person.

    `fields` names what each row tells, key by key; `export` gives rows of exactly these keys,
    without anything of other people. `answers_for` lists the relations ("app.Model.field") whose
    rows are exported and forgotten here. `forget` runs within the transaction of a departure,
    before the account is deleted; it is told whether the words of the person go too. The lowest
    `rank` is read first.
    """

    name: str
    title: str
    purpose: str
    kept: str
    fields: Mapping[str, str]
    export: Callable[[User], Iterable[Row]]
    answers_for: frozenset[str] = field(default_factory=frozenset)
    forget: Callable[[User, bool], None] = nothing_to_do
    rank: int = 0


_holdings: dict[str, Holding] = {}


def register(*holdings: Holding) -> None:
    """Make holdings known; called once, when their app is ready."""
    for holding in holdings:
        _holdings[holding.name] = holding


def holdings() -> list[Holding]:
    """Return every holding, in the order in which a person reads them."""
    return sorted(_holdings.values(), key=lambda holding: holding.rank)


def in_words(days: int) -> str:
    """Write how long something is kept: "3 ans", "90 jours"."""
    years, rest = divmod(days, 365)
    if rest or not years:
        return f"{days} jour{'s' if days > 1 else ''}"
    return f"{years} an{'s' if years > 1 else ''}"

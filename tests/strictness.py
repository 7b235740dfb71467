"""Where the tests are stricter than Django: undefined variables in our templates, and order."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql.compiler import SQLCompiler
from django.template.base import FilterExpression, Node, Variable, VariableDoesNotExist
from django.test.utils import override_settings

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class UndefinedVariable(str):
    """Django's `string_if_invalid`: raises where a template of ours names what it was not given.

    The templates of Django and of the libraries count on undefined variables being empty: there,
    and where a name is asked of None, this is the false, empty string of Django's own default.
    """

    def __bool__(self) -> bool:
        template, words = "", ""
        frame = inspect.currentframe()
        while frame and not template:
            asked = frame.f_locals.get("self")
            if isinstance(asked, FilterExpression) and _asked_of_none(asked, frame.f_locals):
                return False
            if isinstance(asked, Node) and hasattr(asked, "origin"):
                template, words = str(asked.origin.name), asked.token.contents
            frame = frame.f_back
        if template and Path(template).is_relative_to(TEMPLATES):
            name = Path(template).relative_to(TEMPLATES)
            raise AssertionError(f"Undefined variable in {name}: {words}")
        return False


def _asked_of_none(expression: FilterExpression, names: dict[str, Any]) -> bool:
    """Tell whether a dotted name failed because something on its way is None."""
    lookups = expression.var.lookups or ()
    for length in range(1, len(lookups)):
        try:
            if Variable(".".join(lookups[:length])).resolve(names["context"]) is None:
                return True
        except VariableDoesNotExist:
            return False
    return False


def forbid_undefined_variables() -> override_settings:
    """Return a context in which an undefined variable in one of our templates is an error."""
    first, *others = settings.TEMPLATES
    options = first["OPTIONS"] | {"string_if_invalid": UndefinedVariable()}
    return override_settings(TEMPLATES=[first | {"OPTIONS": options}, *others])


def shuffle_unordered(monkeypatch: Any) -> None:
    """Give rows in random order to every query that asks for none, as a database may."""
    written = SQLCompiler._order_by_pairs
    combined = SQLCompiler.get_combinator_sql

    def order_by_pairs(self: SQLCompiler) -> Iterator[tuple[OrderBy, bool]]:
        ordered = False
        for pair in written(self):
            ordered = True
            yield pair
        query = self.query
        grouped = query.group_by is not None or query.distinct or query.combinator
        if not ordered and not grouped and not query.subquery and not hasattr(query, "part_of"):
            yield OrderBy(Random()), False

    def get_combinator_sql(self: SQLCompiler, *args: Any) -> Any:
        # The whole of a union has an order; its parts may have none.
        for part in self.query.combined_queries:
            part.part_of = self.query
        return combined(self, *args)

    monkeypatch.setattr(SQLCompiler, "get_combinator_sql", get_combinator_sql)
    monkeypatch.setattr(SQLCompiler, "_order_by_pairs", order_by_pairs)

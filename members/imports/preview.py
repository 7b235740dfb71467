"""What an import would do, or has done, line by line, before and after."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from import_export.results import Result, RowResult

from members.imports.columns import FIELDS
from members.imports.reading import Line, Table
from members.imports.resource import LINE
from members.models import Membership

_IDENTITY = ("number", "last_name", "first_name")


@dataclass(frozen=True)
class Change:
    """A field and its values, before and after; None where there is none."""

    name: str
    label: str
    before: date | str | None
    after: date | str | None

    @property
    def was(self) -> str:
        """The value before, as it is read on screen."""
        return _shown(self.before)

    @property
    def becomes(self) -> str:
        """The value after, as it is read on screen."""
        return _shown(self.after)


@dataclass(frozen=True)
class Row:
    """A line of the file: whom it is about, what it changes, why it is refused."""

    line: int
    number: str
    last_name: str
    first_name: str
    changes: list[Change] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    membership: Membership | None = None

    @property
    def is_new(self) -> bool:
        return self.membership is not None and self.membership.pk is None

    @property
    def told(self) -> list[Change]:
        """The changes to tell: of a new membership, what its number and name do not say."""
        return [change for change in self.changes if not (self.is_new and change.name in _IDENTITY)]


@dataclass
class Preview:
    """Every line of the file, in one of five lists. `left_alone`: those of the officer's own."""

    created: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    unchanged: list[Row] = field(default_factory=list)
    left_alone: list[Row] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)

    @property
    def does_something(self) -> bool:
        return bool(self.created or self.changed)

    @property
    def can_be_confirmed(self) -> bool:
        """All or nothing: one refused line holds the others back."""
        return self.does_something and not self.refused

    @property
    def digest(self) -> str:
        """Sixty-four characters that tell what would be done from anything else."""
        told = [
            [
                name,
                row.line,
                row.number,
                [[c.name, str(c.before), str(c.after)] for c in row.changes],
            ]
            for name in ("created", "changed", "left_alone", "refused")
            for row in getattr(self, name)
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def dataset(table: Table, columns: list[str]) -> tablib.Dataset:
    """Return the columns that are read, under the names that the resource knows, and the lines."""
    read = [(index, name) for index, name in enumerate(columns) if name]
    found = tablib.Dataset(headers=[LINE, *(FIELDS[name] for _, name in read)])
    found.extend([line.number, *(line.cells[index] for index, _ in read)] for line in table.lines)
    return found


def preview(table: Table, columns: list[str], result: Result) -> Preview:
    """Return what the library found, in order. Raises what the library kept for itself."""
    for error in result.base_errors:
        raise error.error
    found = Preview()
    for line, each in zip(table.lines, result.rows, strict=True):
        for error in each.errors:
            raise error.error
        _add(found, line, columns, each)
    return found


def _add(found: Preview, line: Line, columns: list[str], result: RowResult) -> None:
    if result.import_type == RowResult.IMPORT_TYPE_INVALID:
        reasons = list(_reasons(result.validation_error))
        found.refused.append(_as_typed(line, columns, reasons))
        return
    membership: Membership = result.instance
    changes = list(_changes(result.original, membership))
    row = Row(
        line.number,
        membership.number,
        membership.last_name,
        membership.first_name,
        changes,
        membership=membership,
    )
    match result.import_type:
        case RowResult.IMPORT_TYPE_NEW:
            found.created.append(row)
        case RowResult.IMPORT_TYPE_UPDATE:
            found.changed.append(row)
        case _:
            (found.left_alone if changes else found.unchanged).append(row)


def _as_typed(line: Line, columns: list[str], reasons: list[str]) -> Row:
    cells = dict(zip(columns, line.cells, strict=True))
    number, last_name, first_name = (cells.get(name, "") for name in _IDENTITY)
    return Row(line.number, number, last_name, first_name, reasons=reasons)


def _changes(original: Membership | None, membership: Membership) -> Iterator[Change]:
    for name, label in FIELDS.items():
        before: Any = getattr(original, name) if original else None
        after: Any = getattr(membership, name)
        if (before or None) != (after or None):
            yield Change(name, label, before or None, after or None)


def _shown(value: date | str | None) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else value or ""


def _reasons(error: ValidationError) -> Iterator[str]:
    for name, messages in error.message_dict.items():
        for message in messages:
            yield message if name == NON_FIELD_ERRORS else f"{FIELDS[name]} : {message}"

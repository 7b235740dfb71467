"""Tables that people open in a spreadsheet: no cell of theirs is taken for a formula."""

import csv
import unicodedata
from collections.abc import Iterable, Iterator

_STARTS_A_FORMULA = frozenset("=+-@\N{MINUS SIGN}")
_CONTROLS = frozenset("\t\r\n")
# Control, format, surrogate, private and unassigned characters: a workbook cannot hold them all.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
# Without it French spreadsheets read UTF-8 as something else.
_BYTE_ORDER_MARK = "\ufeff"


def neutral(cell: str) -> str:
    """Return the cell; with an apostrophe before it where a spreadsheet would compute it.

    Blanks and invisible characters before the sign do not hide it, nor does its full-width form.
    """
    first = next((character for character in cell if not _is_blank(character)), "")
    sign = unicodedata.normalize("NFKC", first)
    if sign in _STARTS_A_FORMULA or cell[:1] in _CONTROLS:
        return f"'{cell}"
    return cell


def plain(cell: str) -> str:
    """Return a cell without the apostrophe that `neutral` put before it."""
    return cell[1:] if cell.startswith("'") and neutral(cell[1:]) == cell else cell


def on_one_line(cell: str) -> str:
    """Return a cell with single spaces, without the characters that are not seen."""
    spaced = "".join(" " if character.isspace() else character for character in cell)
    seen = (c for c in spaced if unicodedata.category(c) not in _UNSEEN)
    return " ".join("".join(seen).split())


def csv_lines(heads: list[str], rows: Iterable[Iterable[str | int]]) -> Iterator[str]:
    """Yield the lines of a CSV that a French spreadsheet opens right, one row at a time."""
    writer = csv.writer(_Echo(), delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    yield _BYTE_ORDER_MARK + writer.writerow(heads)
    for row in rows:
        yield writer.writerow(neutral(cell) if isinstance(cell, str) else cell for cell in row)


class _Echo:
    """What `csv.writer` writes to: it hands back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Cc", "Cf", "Zs"}

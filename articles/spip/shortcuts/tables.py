"""SPIP's tables: lines of cells between bars, with their headers, caption and merged cells."""

import re
from collections import defaultdict
from collections.abc import Callable

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts.work import EM, END_EM, END_STRONG, STRONG, Work
from cgtdouanes.richtext.reader import MAX_SPAN

_ROW = re.compile(r"\|(.*?)\|[ \t]*(?:\n|\Z)", re.DOTALL)
_CAPTION = re.compile(r"\|\|([^|]*)(?:\|([^|]*))?\|\|[ \t]*(?:\n|\Z)")
_BOLD = re.compile(f"{STRONG}[^{STRONG}{END_STRONG}]+{END_STRONG}")
_EMPHASES = re.compile(f"[{STRONG}{END_STRONG}{EM}{END_EM}]")
_LEFT, _ABOVE = "<", "^"

Converted = Callable[[str], str]
Place = tuple[int, int]


def table_ends(lines: list[str]) -> list[int]:
    """Tell for each line where a table that began there would end: a line number, or -1.

    A table ends with the first line that ends with a bar and is not followed by one that begins
    with a bar, for a cell may hold several lines.
    """
    ends = [-1] * len(lines)
    end = -1
    for number in range(len(lines) - 1, -1, -1):
        is_last = number + 1 == len(lines) or not lines[number + 1].startswith("|")
        if is_last and lines[number].rstrip(" \t").endswith("|"):
            end = number
        ends[number] = end
    return ends


def table_html(work: Work, source: str, converted: Converted) -> str:
    """Return a table as HTML; `converted` makes that of a cell."""
    written = ["<table>"]
    caption = _CAPTION.match(source)
    if caption:
        words = filter(None, (converted(part.strip()) for part in caption.groups("")))
        written.append(f"<caption>{'<br>'.join(words)}</caption>")
        source = source[caption.end() :]
    rows = [[cell.strip() for cell in row[1].split("|")] for row in _ROW.finditer(source)]
    if rows and _are_headers(rows[0], _LEFT):
        written += ["<thead>", *_rows(work, rows[:1], converted, "col"), "</thead>"]
        above, rows = rows[0], rows[1:]
        rows[:1] = [_under_headers(work, above, row) for row in rows[:1]]
    scope = "row" if _are_headers([row[0] for row in rows], _ABOVE) else ""
    written += ["<tbody>", *_rows(work, rows, converted, scope), "</tbody></table>"]
    return "".join(written)


def _under_headers(work: Work, headers: list[str], row: list[str]) -> list[str]:
    """Return the first row under the headers: merged with one of them, a cell says it again."""
    if _ABOVE not in row:
        return row
    work.report(ProblemKind.TABLE, " | ".join(row))
    above = _texts([headers])
    said = [_EMPHASES.sub("", above.get((0, column), _ABOVE)) for column in range(len(row))]
    return [
        words if cell == _ABOVE and work.may_repeat(words) else cell
        for cell, words in zip(row, said, strict=True)
    ]


def _are_headers(cells: list[str], merged: str) -> bool:
    """Tell whether the cells of a row or of a column are all bold, as SPIP marks headers."""
    are_bold = [bool(_BOLD.fullmatch(cell)) for cell in cells]
    return any(are_bold) and all(
        is_bold or cell in ("", merged) for is_bold, cell in zip(are_bold, cells, strict=True)
    )


def _rows(work: Work, rows: list[list[str]], converted: Converted, scope: str) -> list[str]:
    """Return rows as HTML: a scope of “col” makes all headers, “row” those of the first column."""
    texts = _texts(rows)
    covered = _covered(work, rows)
    written = []
    for row, cells in enumerate(rows):
        written.append("<tr>")
        for column in range(len(cells)):
            if not (places := covered.get((row, column))):
                continue
            is_header = scope == "col" or (scope == "row" and column == 0)
            tag = f'th scope="{scope}"' if is_header else "td"
            spans = (("colspan", places[-1][1] - column), ("rowspan", places[-1][0] - row))
            given = "".join(f' {name}="{more + 1}"' for name, more in spans if more)
            source = texts[row, column]
            if cells[column] in (_LEFT, _ABOVE) and not work.may_repeat(source):
                source = cells[column]
            html = converted(_EMPHASES.sub("", source) if is_header else source)
            written.append(f"<{tag}{given}>{html}</{tag[:2]}>")
        written.append("</tr>")
    return written


def _texts(rows: list[list[str]]) -> dict[Place, str]:
    """Tell what each place says: a merged one, what the cell before it or above it says."""
    texts: dict[Place, str] = {}
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            texts[row, column] = texts.get(_before(row, column, cell), cell)
    return texts


def _before(row: int, column: int, cell: str) -> Place:
    """Return the place that a cell is merged with, or one that is in no table."""
    if cell == _LEFT:
        return row, column - 1
    return (row - 1, column) if cell == _ABOVE else (-1, -1)


def _covered(work: Work, rows: list[list[str]]) -> dict[Place, list[Place]]:
    """Tell which places each cell covers, its own first; a place that is merged has none.

    Cells that do not make a rectangle cannot be merged in HTML: those of the lower rows then say
    again what they were merged with.
    """
    owners: dict[Place, Place] = {}
    covered: dict[Place, list[Place]] = defaultdict(list)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            owner = owners.get(_before(row, column, cell), (row, column))
            owners[row, column] = owner
            covered[owner].append((row, column))
    for owner, places in list(covered.items()):
        columns = [column for _row, column in places]
        height, width = places[-1][0] - owner[0] + 1, max(columns) - min(columns) + 1
        if height * width == len(places) and max(height, width) <= MAX_SPAN:
            continue
        work.report(ProblemKind.TABLE, " | ".join(rows[places[-1][0]]))
        covered[owner] = [place for place in places if place[0] == owner[0]][:MAX_SPAN]
        covered.update({place: [place] for place in places if place not in covered[owner]})
    return covered

"""The headers of a table, found from where its cells stand: the editor does not write them."""

from itertools import takewhile

from cgtdouanes.richtext.tree import CELLS, Block


def set_headers(table: Block) -> None:
    """Put the rows of headers that begin a table in its head; say what each header is about."""
    _set_head(table)
    for row in table.blocks("tr"):
        scope = "col" if _is_of_headers(row) else "row"
        for cell in _cells(row):
            if cell.tag == "th" and "scope" not in dict(cell.attributes):
                cell.attributes = (*cell.attributes, ("scope", scope))


def _set_head(table: Block) -> None:
    bodies = [child for child in table.children if child.tag == "tbody"]
    if len(bodies) != 1 or any(child.tag == "thead" for child in table.children):
        return
    body = bodies[0]
    assert isinstance(body, Block)  # noqa: S101  a leaf is never a tbody
    rows = body.blocks("tr")
    head = list(takewhile(_is_of_headers, rows))
    reaches = (place + _rows_of(cell) for place, row in enumerate(head) for cell in _cells(row))
    if head and len(head) < len(rows) and max(reaches) <= len(head):
        place = table.children.index(body)
        table.children.insert(place, Block("thead", children=[*head]))
        body.children = [*rows[len(head) :]]


def _is_of_headers(row: Block) -> bool:
    """Whether all its cells are headers, but for an empty one in the corner."""
    corner, *others = _cells(row) or [Block("td")]
    is_corner = corner.tag == "th" or (bool(others) and not corner.children)
    return is_corner and all(cell.tag == "th" for cell in others)


def _cells(row: Block) -> list[Block]:
    return [child for child in row.children if isinstance(child, Block) and child.tag in CELLS]


def _rows_of(cell: Block) -> int:
    return int(dict(cell.attributes).get("rowspan", "1"))

"""Reading any text as HTML into the structures of a body: implied elements are opened, and what is
too deep, misplaced or unknown loses its tags and keeps its words.
"""

import re
from collections import Counter
from collections.abc import Set

from cgtdouanes.richtext.marks import MARKS, is_anchor, mark_of, marks_of_style
from cgtdouanes.richtext.open_marks import FOOTNOTE, MAX_OPEN, OpenMarks
from cgtdouanes.richtext.pictures import figure_attributes, picture_attributes
from cgtdouanes.richtext.tables import set_headers
from cgtdouanes.richtext.tree import (
    BREAK,
    CELLS,
    LISTS,
    NOTE,
    ROW_GROUPS,
    SPACES,
    Attributes,
    Block,
    Leaf,
    Mark,
)
from cgtdouanes.text.markup import Token, attributes, decode, tokens

MAX_NESTING = 10
# Cells that span more are nobody’s table, and cost the PDF engine dearly.
MAX_SPAN = 20

_LEAVES = {
    **{name: name for name in ("p", "h2", "h3", "h4", "pre", "caption", "figcaption")},
    **{"h1": "h2", "h5": "h4", "h6": "h4"},
}
_TABLE_PARTS = {"table", "tr"} | ROW_GROUPS | CELLS
_NESTED = LISTS | {"blockquote"}
_BLOCKS = _NESTED | _TABLE_PARTS | {"li", "figure"}
_BOUNDARIES = (
    {"div", "section", "article", "main", "header", "footer", "aside", "nav", "address", "center"}
    | {"body", "html", "head", "dl", "dt", "dd", "form", "fieldset"}
    | {"legend", "details", "summary", "dir", "menu", "option", "template"}
)
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufeff\u200b]")


def read(source: str) -> Block:
    """Read any text as HTML into a tidy tree."""
    source = source.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    reader = _Reader()
    for token in tokens(source):
        if token.kind == "text":
            reader.text(_UNSEEN.sub("", decode(source[token.start : token.end])))
        elif token.kind == "start":
            reader.start(token)
        elif token.kind == "end":
            reader.end(token.name)
    reader.root.tidy()
    for table in reader.root.blocks("table"):
        set_headers(table)
    return reader.root


class _Reader:
    """Builds the tree: implied elements are opened, and what is too deep or misplaced is not."""

    def __init__(self) -> None:
        self.root = Block("")
        self.path = [self.root]
        self.marks_at = [0]
        self.leaf: Leaf | None = None
        self.leaf_marks = 0
        self.inline = OpenMarks()
        self.boxes: list[bool] = []
        self.ignored: Counter[str] = Counter()
        self.has_cut = False
        self.anchor = ""
        self.anchors: set[str] = set()

    def text(self, text: str) -> None:
        if self.leaf is None and text.strip(SPACES):
            self.leaf = self.open_leaf("")
        if self.leaf is not None and text:
            if self.anchor and text.strip(SPACES + BREAK):
                self.leaf.anchor, self.anchor = self.leaf.anchor or self.anchor, ""
            written_in = self.leaf.notes[-1] if self.inline.is_in_note else self.leaf
            written_in.runs.append((self.inline.marks, text))

    def start(self, token: Token) -> None:
        name = token.name
        if name == "br":
            in_citation = any(mark.tag == "data" for mark in self.inline.marks)
            self.text(" " if in_citation or self.leaf is None else BREAK)
        elif name == "hr":
            self.rule(attributes(token).get("class", ""))
        elif name == "img":
            self.picture(attributes(token))
        elif name in ("p", "div") and self.is_in_caption():
            self.text(" ")
        elif name == "figcaption" and not self.can_caption():
            self.close_leaf()
        elif name in MARKS:
            given = attributes(token)
            self.expect_anchor(given)
            self.open_mark(name, given)
        elif name == "caption" and (self.path[-1].tag != "table" or self.path[-1].children):
            self.close_leaf()
        elif name in _LEAVES:
            self.leaf = self.open_leaf(_LEAVES[name])
            self.expect_anchor(attributes(token))
        elif name in _BLOCKS:
            self.close_leaf()
            self.open_block(name, attributes(token))
        elif name in _BOUNDARIES:
            self.close_leaf()
            if name == "div":
                self.open_box(attributes(token).get("class", ""))

    def end(self, name: str) -> None:
        if name in MARKS:
            if self.ignored[name]:
                self.ignored[name] -= 1
            else:
                self.inline.close(name)
        elif name in ("p", "div") and self.is_in_caption():
            return
        elif name in _LEAVES:
            if self.leaf is not None:
                self.inline.keep(self.leaf_marks)
            self.close_leaf()
        elif name in _BLOCKS:
            self.close_leaf()
            if self.ignored[name]:
                self.ignored[name] -= 1
            elif not self.ignored["table"] or name not in _TABLE_PARTS:
                self.close_block({name})
        elif name in _BOUNDARIES:
            self.close_leaf()
            if name == "div" and self.boxes and self.boxes.pop():
                self.close_block({"div"})

    def open_leaf(self, tag: str) -> Leaf:
        self.close_leaf()
        if tag not in ("caption", "figcaption"):
            self.enter_flow()
        leaf = Leaf(tag)
        self.leaf_marks = len(self.inline)
        self.path[-1].children.append(leaf)
        return leaf

    def close_leaf(self) -> None:
        """End the text in progress, and its links: one never closed must not cover the rest."""
        if self.leaf is not None and (self.leaf.runs or self.is_in_caption()):
            self.inline.leave_leaf()
        self.leaf = None

    def open_block(self, name: str, given: dict[str, str]) -> None:
        in_table = any(block.tag == "table" for block in self.path)
        if name == "table" and in_table:
            self.ignored[name] += 1
        elif name in _TABLE_PARTS:
            if name == "table" or (in_table and not self.ignored["table"]):
                self.open_table_part(name, given)
        elif name == "li":
            self.close_block({"li"})
            if self.path[-1].tag not in LISTS and self.can_nest():
                self.enter_flow()
                self.push("ul")
            if self.path[-1].tag in LISTS:
                self.push("li")
        elif name == "figure" or self.can_nest():
            self.enter_flow()
            self.push(name, _kept_attributes(name, given))
        else:
            self.ignored[name] += 1

    def open_box(self, classes: str) -> None:
        """Open a framed box at the top of the body: elsewhere, or in another, it is no box."""
        if is_box := "encadre" in classes.split() and len(self.path) == 1:
            self.push("div", (("class", "encadre"),))
        self.boxes.append(is_box)

    def picture(self, given: dict[str, str]) -> None:
        """Put a picture of ours in the figure that waits for it, or in one of its own."""
        if not (kept := picture_attributes(given)):
            return
        self.close_leaf()
        if self.path[-1].tag != "figure" or self.path[-1].children:
            self.enter_flow()
            self.push("figure", figure_attributes(""))
        self.path[-1].children.append(Block("img", kept))

    def can_caption(self) -> bool:
        figure = self.path[-1]
        return figure.tag == "figure" and not any(isinstance(c, Leaf) for c in figure.children)

    def is_in_caption(self) -> bool:
        return self.leaf is not None and self.leaf.tag == "figcaption"

    def open_table_part(self, name: str, given: dict[str, str]) -> None:
        if name == "table":
            self.enter_flow()
        elif name in ROW_GROUPS:
            self.close_block(ROW_GROUPS)
        else:
            self.close_block({"tr"} if name == "tr" else CELLS)
            if self.path[-1].tag == "table":
                self.push("tbody")
            if name in CELLS and self.path[-1].tag in ROW_GROUPS:
                self.push("tr")
        self.push(name, _kept_attributes(name, given))

    def can_nest(self) -> bool:
        return sum(block.tag in _NESTED for block in self.path) < MAX_NESTING

    def enter_flow(self) -> None:
        """Open the item or the cell that a text needs: the last item again, in a list."""
        if self.path[-1].tag == "figure":
            del self.path[-1], self.marks_at[-1]
        top = self.path[-1]
        if top.tag in LISTS:
            if top.children and isinstance(last := top.children[-1], Block):
                self.path.append(last)
                self.marks_at.append(len(self.inline))
            else:
                self.push("li")
        elif top.tag == "table" or top.tag in ROW_GROUPS or top.tag == "tr":
            self.open_table_part("td", {})

    def push(self, tag: str, kept: Attributes = ()) -> None:
        block = Block(tag, kept)
        self.path[-1].children.append(block)
        self.path.append(block)
        self.marks_at.append(len(self.inline))

    def close_block(self, tags: Set[str]) -> None:
        """Close the nearest open block of these tags, unless a cell, quote or list protects it."""
        walls: Set[str] = CELLS | {"table", "blockquote"}
        if tags <= {"li"}:
            walls |= LISTS
        elif tags & _TABLE_PARTS:
            walls = {"table"}
        for depth in range(len(self.path) - 1, 0, -1):
            tag = self.path[depth].tag
            if tag in tags:
                if tag == "li" or tag in CELLS:
                    self.inline.keep(self.marks_at[depth])
                del self.path[depth:], self.marks_at[depth:]
                return
            if tag in walls:
                return

    def rule(self, classes: str) -> None:
        """Write a rule where it stands, or the first cut marker at the top of the body."""
        self.close_leaf()
        if "cut" not in classes.split():
            self.enter_flow()
            self.path[-1].children.append(Block("hr"))
        elif not self.has_cut:
            self.has_cut = True
            self.cut()

    def cut(self) -> None:
        held_in = self.path[1:]
        del self.path[1:], self.marks_at[1:]
        self.root.children.append(Block("hr", (("class", "cut"),)))
        for block in held_in:
            kept = block.attributes
            if block.tag == "ol":
                items = sum(isinstance(item, Block) and item.has_words() for item in block.children)
                kept = _start(int(dict(kept).get("start", "1")) + items)
            self.push(block.tag, kept)

    def expect_anchor(self, given: dict[str, str]) -> None:
        """Give the id of an anchor to the text that it stands before, once in a body."""
        name = given.get("id", "")
        if is_anchor(name) and name not in self.anchors:
            self.anchors.add(name)
            self.anchor = name

    def open_mark(self, name: str, given: dict[str, str]) -> None:
        if len(self.inline) >= MAX_OPEN:
            self.ignored[name] += 1
            return
        added, removed = marks_of_style(given.get("style", ""))
        mark = mark_of(name, given)
        if name == "span" and "footnote" in given.get("class", "").split():
            mark = self.open_note()
        elif name == "small" and not self.is_in_caption():
            mark = None
        if mark is not None and mark.tag not in removed:
            added = (mark, *added)
        self.inline.open(name, added, removed)

    def open_note(self) -> Mark | None:
        """Call a note here, whose text is what comes until its element ends; none is in another."""
        if self.inline.is_in_note:
            return None
        if self.leaf is None:
            self.leaf = self.open_leaf("")
        self.leaf.runs.append(((), NOTE))
        self.leaf.notes.append(Leaf("footnote"))
        return FOOTNOTE


def _kept_attributes(name: str, given: dict[str, str]) -> Attributes:
    kept = []
    if name == "figure":
        return figure_attributes(given.get("class", ""))
    if name == "ol":
        return _start(_number(given.get("start", "")))
    if name in CELLS:
        for span in ("colspan", "rowspan"):
            if 1 < (number := _number(given.get(span, ""))) <= MAX_SPAN:
                kept.append((span, str(number)))
    if name == "th" and (scope := given.get("scope", "").lower()) in ("row", "col"):
        kept.append(("scope", scope))
    return tuple(kept)


def _start(number: int) -> Attributes:
    return (("start", str(number)),) if 1 < number <= 9999 else ()


def _number(value: str) -> int:
    return int(value) if re.fullmatch("[0-9]{1,4}", value.strip()) else 1

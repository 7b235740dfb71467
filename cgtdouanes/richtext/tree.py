"""The structures a body is made of: blocks that hold leaves, leaves that hold marked text.

Word, LibreOffice, Google Docs and the editor each write a paragraph in their own way; brought to
this tree, tidied and written back, it has one way left.
"""

import re
from dataclasses import dataclass, field
from html import escape
from itertools import takewhile

CUT = '<hr class="cut">'
LISTS = frozenset({"ul", "ol"})
ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})
CELLS = frozenset({"td", "th"})
# No text holds a NUL once read, so this one is always a line break.
BREAK = "\0"

SPACES = " \t\n\r\f\u00a0"
_SPACE_RUN = re.compile(r"[ \t\n\r\f\u00a0]{2,}|[\t\n\r\f]")
_LINE_END = re.compile(r"\r\n|[\r\f]")

Attributes = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mark:
    """What an inline element says of a text: its tag and its attributes."""

    tag: str
    attributes: Attributes = ()


Marks = tuple[Mark, ...]
Run = tuple[Marks, str]


@dataclass
class Leaf:
    """A paragraph, heading, caption or preformatted text; without a tag, the text of an item."""

    tag: str
    runs: list[Run] = field(default_factory=list)

    def tidy(self) -> None:
        """Bring spaces to one form and drop useless marks; doing it again changes nothing."""
        runs, self.runs = self.runs, []
        for marks, text in runs:
            if self.tag == "pre":
                self._add(marks, _LINE_END.sub("\n", text).replace(BREAK, "\n"))
            elif text == BREAK:
                self._strip_end(SPACES)
                if self.runs:
                    self.runs.append((self._shared(marks), BREAK))
            else:
                self._add_words(marks, _SPACE_RUN.sub(" ", text))
        self._strip_end(SPACES + BREAK)

    def text(self) -> str:
        """Return the words, with a newline for each line break."""
        return "".join(text for _marks, text in self.runs).replace(BREAK, "\n")

    def html(self) -> str:
        """Return the content as HTML, without the leaf's own tag."""
        written: list[str] = []
        inside: Marks = ()
        for marks, text in [*self.runs, ((), "")]:
            shared = len(_shared(inside, marks))
            written += [f"</{mark.tag}>" for mark in reversed(inside[shared:])]
            written += [f"<{mark.tag}{_written(mark.attributes)}>" for mark in marks[shared:]]
            written.append("<br>" if text == BREAK else escape(text, quote=False))
            inside = marks
        return "".join(written)

    def _add_words(self, marks: Marks, text: str) -> None:
        """Add words; spaces that meet become one, and spaces alone carry no mark of their own."""
        if not self.runs or self.runs[-1][1] == BREAK:
            text = text.lstrip(SPACES)
        elif text[:1] in SPACES and self.runs[-1][1][-1] in SPACES:
            previous_marks, previous = self.runs[-1]
            self.runs[-1] = (previous_marks, f"{previous[:-1]} ")
            text = text.lstrip(SPACES)
        self._add(marks if text.strip(SPACES) else self._shared(marks), text)

    def _add(self, marks: Marks, text: str) -> None:
        if self.tag == "pre" and not self.runs:
            # A browser drops the first newline of a <pre>: none is kept, so none is lost later.
            text = text.lstrip("\n")
        if text and self.runs and self.runs[-1][0] == marks and self.runs[-1][1] != BREAK:
            self.runs[-1] = (marks, self.runs[-1][1] + text)
        elif text:
            self.runs.append((marks, text))

    def _shared(self, marks: Marks) -> Marks:
        return _shared(self.runs[-1][0], marks) if self.runs else ()

    def _strip_end(self, characters: str) -> None:
        while self.runs:
            marks, text = self.runs.pop()
            if text := text.rstrip(characters):
                self.runs.append((marks, text))
                return


@dataclass
class Block:
    """What holds leaves and other blocks: the body, a list, an item, a quote, a table, a cell."""

    tag: str
    attributes: Attributes = ()
    children: "list[Block | Leaf]" = field(default_factory=list)

    def tidy(self) -> None:
        """Drop what is empty; give every text of the body and of a quote its paragraph."""
        kept: list[Block | Leaf] = []
        for child in self.children:
            child.tidy()
            if isinstance(child, Leaf):
                if not child.runs:
                    continue
                follows_text = bool(kept) and isinstance(kept[-1], Leaf) and not kept[-1].tag
                if not child.tag and (self.tag in ("", "blockquote") or follows_text):
                    child.tag = "p"
            elif child.is_empty():
                continue
            kept.append(child)
        self.children = kept

    def leaves(self) -> list[Leaf]:
        """Return all the leaves inside, in reading order."""
        found: list[Leaf] = []
        for child in self.children:
            found += [child] if isinstance(child, Leaf) else child.leaves()
        return found

    def is_empty(self) -> bool:
        """Tell whether nothing is lost without it; an empty cell keeps its place in a table."""
        if self.tag in CELLS or self.tag == "hr":
            return False
        return not (self.has_words() if self.tag == "table" else self.children)

    def has_words(self) -> bool:
        """Tell whether anything is left to read inside."""
        return any(isinstance(child, Leaf) or child.has_words() for child in self.children)

    def html(self) -> str:
        """Return the content as HTML, without the block's own tag."""
        return "".join(map(_element, self.children))


def _element(node: Block | Leaf) -> str:
    if node.tag == "hr":
        return CUT
    if not node.tag:
        return node.html()
    kept = node.attributes if isinstance(node, Block) else ()
    return f"<{node.tag}{_written(kept)}>{node.html()}</{node.tag}>"


def _shared(first: Marks, second: Marks) -> Marks:
    pairs = zip(first, second, strict=False)
    return tuple(mark for mark, _same in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _written(attributes: Attributes) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes)

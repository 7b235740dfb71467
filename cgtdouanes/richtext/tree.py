"""The structures a body is made of: blocks that hold leaves, leaves that hold text and notes.

Word, LibreOffice, Google Docs and the editor each write a paragraph in their own way; brought to
this tree, tidied and written back, it has one way left.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from itertools import takewhile

CUT = '<hr class="cut">'
FOOTNOTE = '<span class="footnote">'
LISTS = frozenset({"ul", "ol"})
ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})
CELLS = frozenset({"td", "th"})
# No text holds these two once read: they always stand for a line break, and for the call of a note.
BREAK = "\0"
NOTE = "\1"
_SIGNS = frozenset({BREAK, NOTE})
_OF_PARAGRAPHS = frozenset({"", "blockquote", "div"})

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
    """A paragraph, heading, caption or preformatted text; without a tag, the text of an item.

    `notes` are the footnotes called in it, in order: each call is a run of its own. `anchor` is
    the id by which a link leads to it.
    """

    tag: str
    runs: list[Run] = field(default_factory=list)
    notes: "list[Leaf]" = field(default_factory=list)
    anchor: str = ""

    def tidy(self) -> None:
        """Bring spaces to one form, drop useless marks and empty notes; twice is as once."""
        runs, self.runs = self.runs, []
        notes, self.notes = iter(self.notes), []
        if self.anchor:
            self.tag = self.tag or "p"
        for marks, text in runs:
            if text == NOTE:
                self._add_note(next(notes))
            elif self.tag == "pre":
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
        return _words(self.runs)

    def parted_by(self, tag: str) -> tuple[str, str]:
        """Return the words that a mark of this tag does not cover, and those that it does."""
        covered = [run for run in self.runs if any(mark.tag == tag for mark in run[0])]
        return _words([run for run in self.runs if run not in covered]), _words(covered)

    def html(self) -> str:
        """Return the content as HTML, without the leaf's own tag."""
        written: list[str] = []
        inside: Marks = ()
        notes = iter(self.notes)
        for marks, text in [*self.runs, ((), "")]:
            shared = len(_shared(inside, marks))
            written += [f"</{mark.tag}>" for mark in reversed(inside[shared:])]
            written += [f"<{mark.tag}{_written(mark.attributes)}>" for mark in marks[shared:]]
            if text == NOTE:
                written.append(f"{FOOTNOTE}{next(notes).html()}</span>")
            else:
                written.append("<br>" if text == BREAK else escape(text, quote=False))
            inside = marks
        return "".join(written)

    def _add_note(self, note: "Leaf") -> None:
        """Add the call of a note that says something: no mark covers it, for it becomes a link."""
        note.tidy()
        if note.runs:
            self.notes.append(note)
            self.runs.append(((), NOTE))

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
        if text and self.runs and self.runs[-1][0] == marks and self.runs[-1][1] not in _SIGNS:
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
    """What holds leaves and other blocks: the body, a list, an item, a quote, a table, a cell, a
    framed box (div), a figure; and a rule, a cut marker or a picture, which hold nothing.
    """

    tag: str
    attributes: Attributes = ()
    children: "list[Block | Leaf]" = field(default_factory=list)

    def tidy(self) -> None:
        """Drop what is empty; give every text of the body, a box or a quote its paragraph."""
        kept: list[Block | Leaf] = []
        for child in self._children():
            child.tidy()
            if isinstance(child, Leaf):
                if not child.runs:
                    continue
                follows_text = bool(kept) and isinstance(kept[-1], Leaf) and not kept[-1].tag
                if not child.tag and (self.tag in _OF_PARAGRAPHS or follows_text):
                    child.tag = "p"
            elif child.is_empty():
                continue
            kept.append(child)
        self.children = kept

    def leaves(self) -> list[Leaf]:
        """Return all the leaves inside, in reading order, each one before its notes."""
        found: list[Leaf] = []
        for child in self.children:
            found += [child, *child.notes] if isinstance(child, Leaf) else child.leaves()
        return found

    def blocks(self, tag: str) -> "list[Block]":
        """Return the blocks of this tag, in reading order."""
        found: list[Block] = []
        for child in self.children:
            if isinstance(child, Block):
                found += [child] if child.tag == tag else []
                found += child.blocks(tag)
        return found

    def is_empty(self) -> bool:
        """Tell whether nothing is lost without it; an empty cell keeps its place in a table."""
        if self.tag in CELLS or self.tag in ("hr", "img"):
            return False
        return not (self.has_words() if self.tag == "table" else self.children)

    def has_words(self) -> bool:
        """Tell whether anything is left to read, or to look at, inside."""
        return self.tag == "img" or any(
            isinstance(child, Leaf) or child.has_words() for child in self.children
        )

    def html(self) -> str:
        """Return the content as HTML, without the block's own tag."""
        return "".join(map(_element, self.children))

    def _children(self) -> "Iterator[Block | Leaf]":
        """The children; of a figure that has no picture, its caption, a text like another."""
        for child in self.children:
            if isinstance(child, Block) and child.tag == "figure" and not child.blocks("img"):
                for caption in child.children:
                    if isinstance(caption, Leaf):
                        runs = list(map(_without_credit, caption.runs))
                        yield Leaf("p", runs, caption.notes, caption.anchor)
            else:
                yield child


def _words(runs: list[Run]) -> str:
    return "".join(text for _marks, text in runs if text != NOTE).replace(BREAK, "\n")


def _without_credit(run: Run) -> Run:
    marks, text = run
    return tuple(mark for mark in marks if mark.tag != "small"), text


def _element(node: Block | Leaf) -> str:
    if not node.tag:
        return node.html()
    if isinstance(node, Block):
        kept = node.attributes
    else:
        kept = (("id", node.anchor),) if node.anchor else ()
    opening = f"<{node.tag}{_written(kept)}>"
    return opening if node.tag in ("hr", "img") else f"{opening}{node.html()}</{node.tag}>"


def _shared(first: Marks, second: Marks) -> Marks:
    pairs = zip(first, second, strict=False)
    return tuple(mark for mark, _same in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _written(attributes: Attributes) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes)

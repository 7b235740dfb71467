"""The blocks of a text, read line by line: paragraphs, lists, tables, rules, forced line breaks."""

import re

from articles.spip.shortcuts.tables import table_ends, table_html
from articles.spip.shortcuts.work import Work
from articles.spip.shortcuts.writer import Writer
from cgtdouanes.richtext.reader import MAX_NESTING

_ITEM = re.compile(r"-([*#]+)[ \t]*")
# “-5 %” is a number and “->” an arrow.
_DASH_ITEM = re.compile(r"-[ \t]+|-(?=[^\W\d]|[«\"“(\[{\ufdd0-\ufdd9])")
_RULE = re.compile(r"(?:-{4,}|_{4,})[ \t]*")
_DASH = re.compile(r"--[ \t]*")
_LINE_BREAK = re.compile(r"_[ \t]+")
_LISTS = {"*": "ul", "#": "ol"}


def blocks_html(work: Work, text: str) -> str:
    """Return a text, its emphases paired and its links set apart, as HTML for the sanitiser."""
    blocks = _Blocks(work)
    lines = text.split("\n")
    ends = table_ends(lines)
    number = 0
    while number < len(lines):
        line = lines[number]
        if line.startswith("|") and ends[number] >= 0:
            blocks.table("\n".join(lines[number : ends[number] + 1]))
            number = ends[number]
        else:
            blocks.line(line)
        number += 1
    blocks.end_of_lists()
    return blocks.writer.html()


class _Blocks:
    def __init__(self, work: Work) -> None:
        self.work = work
        self.writer = Writer(work)
        self.lists: list[str] = []
        self.dash_level = 0

    def line(self, line: str) -> None:
        if not line.strip():
            self.end_of_lists()
            self.writer.block("</p>")
        elif item := _ITEM.match(line):
            self.dash_level = 0
            self.item(len(item[1]), _LISTS[item[1][-1]], line[item.end() :])
        elif rule := _RULE.match(line):
            self.end_of_lists()
            self.writer.block("<hr>")
            self.writer.inline(line[rule.end() :])
        elif dash := _DASH.match(line):
            self.writer.line_break()
            self.writer.inline(f"— {line[dash.end() :]}")
        elif item := _DASH_ITEM.match(line):
            self.dash_level = self.dash_level or len(self.lists) + 1
            self.item(self.dash_level, "ul", line[item.end() :])
        else:
            forced = _LINE_BREAK.match(line)
            self.writer.line_break()
            self.writer.inline(line[forced.end() :] if forced else line)

    def item(self, depth: int, tag: str, text: str) -> None:
        """Write an item of a list, opening and closing the lists that its depth tells."""
        depth = min(depth, MAX_NESTING)
        tags = []
        while len(self.lists) > depth:
            tags.append(f"</li></{self.lists.pop()}>")
        if len(self.lists) == depth:
            if self.lists[-1] == tag:
                tags.append("</li><li>")
            else:
                tags.append(f"</li></{self.lists.pop()}>")
        while len(self.lists) < depth:
            self.lists.append(tag)
            tags.append(f"<{tag}><li>")
        self.writer.block("".join(tags))
        self.writer.inline(text)

    def table(self, source: str) -> None:
        self.end_of_lists()
        self.writer.block(table_html(self.work, source, self.cell))

    def cell(self, source: str) -> str:
        """Return the content of a cell: its lists and line breaks, and no table."""
        if "\n" not in source:
            writer = Writer(self.work)
            writer.inline(source)
            return writer.html()
        blocks = _Blocks(self.work)
        for line in source.split("\n"):
            blocks.line(line)
        blocks.end_of_lists()
        return blocks.writer.html()

    def end_of_lists(self) -> None:
        self.dash_level = 0
        if self.lists:
            self.writer.block("".join(f"</li></{tag}>" for tag in reversed(self.lists)))
            self.lists.clear()

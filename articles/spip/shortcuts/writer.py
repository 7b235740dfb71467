"""Writing the HTML of a text in order: an emphasis goes on from one block to the next."""

from articles.spip.shortcuts.work import (
    EM,
    END_EM,
    END_HEADING,
    END_STRONG,
    HEADINGS,
    STRONG,
    Work,
)

_OPENINGS = {STRONG: "strong", EM: "em"}
_CLOSINGS = {END_STRONG: "strong", END_EM: "em"}


class Writer:
    """What is written is not well-formed: the sanitiser opens and closes what is implied."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._written: list[str] = []
        self._depth = {"strong": 0, "em": 0}

    def html(self) -> str:
        """Return what was written; an emphasis still in progress ends there."""
        return "".join([*self._written, *(f"</{name}>" for name in self._inside()[::-1])])

    def inline(self, text: str) -> None:
        """Write a text of a line or more, without a meaning of its own for the ends of lines."""
        for mark, html in self._work.tokens(text):
            if not mark:
                self._written.append(html)
            elif mark in HEADINGS:
                self.block(f"<{HEADINGS[mark]}>")
            elif mark == END_HEADING:
                # It ends the heading in progress, of whatever level.
                self.block("</h2>")
            elif mark in _OPENINGS:
                self._open(_OPENINGS[mark])
            else:
                self._close(_CLOSINGS[mark])

    def block(self, tags: str) -> None:
        """Write tags that begin or end blocks; the emphases in progress stop before, and go on."""
        inside = self._inside()
        self._written += [f"</{name}>" for name in reversed(inside)]
        self._written.append(tags)
        self._written += [f"<{name}>" for name in inside]

    def line_break(self) -> None:
        """Break the line; at the beginning or the end of a block, the sanitiser drops it."""
        self._written.append("<br>")

    def _open(self, name: str) -> None:
        self._depth[name] += 1
        if self._depth[name] == 1:
            self._written.append(f"<{name}>")

    def _close(self, name: str) -> None:
        if self._depth[name]:
            self._depth[name] -= 1
            if not self._depth[name]:
                self._written.append(f"</{name}>")

    def _inside(self) -> list[str]:
        return [name for name, depth in self._depth.items() if depth]

"""The inline elements that are open where the reader stands, and what they say of its text."""

from cgtdouanes.richtext.tree import Mark, Marks

FOOTNOTE = Mark("footnote")
MAX_OPEN = 32
_BOUND_TO_A_LEAF = {"a", "abbr", "data", "small", "footnote"}


class OpenMarks:
    """Elements in the order of their opening; `marks` and `is_in_note` tell of the text to come."""

    def __init__(self) -> None:
        self.marks: Marks = ()
        self.is_in_note = False
        self._open: list[tuple[str, Marks, tuple[str, ...]]] = []

    def __len__(self) -> int:
        return len(self._open)

    def open(self, name: str, added: Marks, removed: tuple[str, ...]) -> None:
        """Open an element, with the marks that it adds and the tags that it undoes."""
        self._open.append((name, added, removed))
        self._find()

    def close(self, name: str) -> None:
        """Close the last element of this name, if one is open."""
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == name:
                del self._open[index]
                self._find()
                return

    def keep(self, count: int) -> None:
        """Close all but the first ones."""
        if len(self._open) > count:
            del self._open[count:]
            self._find()

    def leave_leaf(self) -> None:
        """Close what never covers more than one text: links, notes, a credit."""
        self._open = [opened for opened in self._open if not _is_bound(opened[1])]
        self._find()

    def _find(self) -> None:
        """Find what the open elements say: a citation holds words alone, and no link; what is open
        around a note says nothing of it.
        """
        marks: dict[str, Mark] = {}
        self.is_in_note = False
        for _name, added, removed in self._open:
            for tag in removed:
                marks.pop(tag, None)
            for mark in added:
                if mark is FOOTNOTE:
                    self.is_in_note = True
                    marks.clear()
                    continue
                if mark.tag in ("a", "data"):
                    marks.pop("a", None)
                marks.setdefault(mark.tag, mark)
                if mark.tag == "data":
                    self.marks = tuple(marks.values())
                    return
        self.marks = tuple(marks.values())


def _is_bound(added: Marks) -> bool:
    return any(mark.tag in _BOUND_TO_A_LEAF for mark in added)

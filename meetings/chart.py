"""The bar that shows how the demands are shared out: a segment for each group that has any."""

from dataclasses import dataclass

from meetings.tracker import Figures, Group

# The width that one digit needs on a telephone, in percents of the bar.
DIGIT = 3


@dataclass(frozen=True)
class Segment:
    """A group's part of the bar, in percents of its width, written as SVG reads them."""

    group: Group
    count: int
    start: str
    width: str
    middle: str
    has_room: bool

    @property
    def words(self) -> str:
        return self.group.counted(self.count)


def segments(figures: Figures) -> list[Segment]:
    """Return the segments from left to right; together they fill the bar."""
    found = []
    before = 0
    for share in figures.shares:
        if share.count:
            start, width = 100 * before / share.total, 100 * share.count / share.total
            found.append(
                Segment(
                    share.group,
                    share.count,
                    start=_percents(start),
                    width=_percents(width),
                    middle=_percents(start + width / 2),
                    has_room=width >= DIGIT * len(str(share.count)) + 1,
                )
            )
            before += share.count
    return found


def _percents(number: float) -> str:
    return f"{number:.3f}%"

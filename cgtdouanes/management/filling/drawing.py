"""The drawing that illustrates a report of the demo: an assembly, from behind, before a wall."""

import io
from collections.abc import Iterator

from PIL import Image, ImageDraw

_WIDTH, _HEIGHT = 1400, 800
_WALL, _FLOOR, _SHEET = "#e9dfcd", "#b8a486", "#fffdf8"
_COATS = ("#26343f", "#5b6b76", "#8a3b32", "#40584a", "#7b6a4f")


def assembly(people: int, lines: list[tuple[str, int]]) -> bytes:
    """Return a PNG: so many people look at so many lines of each colour, projected on a wall."""
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), _WALL)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 520, _WIDTH, _HEIGHT), fill=_FLOOR)
    draw.rectangle((300, 50, 1100, 480), fill=_SHEET, outline="#857965", width=3)
    _project(draw, [colour for colour, number in lines for _ in range(number)])
    for place, (x, y, size) in enumerate(_seats(people)):
        coat = _COATS[place * 7 % len(_COATS)]
        shoulders = (x - size, y, x + size, y + 3 * size)
        draw.rounded_rectangle(shoulders, radius=size, fill=coat)
        draw.ellipse((x - size * 0.6, y - size, x + size * 0.6, y + size * 0.3), fill="#5a4636")
    output = io.BytesIO()
    picture.save(output, "PNG")
    return output.getvalue()


def _project(draw: ImageDraw.ImageDraw, colours: list[str]) -> None:
    """Two columns of lines, as long as words are: now more, now less."""
    column = (len(colours) + 1) // 2
    for place, colour in enumerate(colours):
        x = 340 + 380 * (place // column)
        y = 75 + (place % column) * 390 // column
        draw.rounded_rectangle((x, y, x + 230 + place * 37 % 110, y + 11), radius=5, fill=colour)


def _seats(people: int) -> Iterator[tuple[int, int, int]]:
    """Rows that are larger, and fuller, as they are nearer."""
    row = 0
    while people > 0:
        size = 22 + 5 * row
        seated = min(people, 11 + row)
        step = _WIDTH // (12 + row)
        first = (_WIDTH - step * (seated - 1)) // 2
        for place in range(seated):
            yield first + step * place, 500 + 72 * row, size
        people -= seated
        row += 1

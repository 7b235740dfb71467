"""The demo: two years of a section, in files that are read and corrected like any text."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PASSWORD = "demo-demo-demo-demo"  # noqa: S105  public by design: production refuses these accounts
FENCE = "+++\n"
# The last of the fixed dates: what has not happened yet cannot be recorded.
TOLD_UNTIL = date(2026, 10, 19)


def rows(name: str) -> list[dict[str, Any]]:
    """The tables of a file: `rows("meetings")` are those of `meetings.toml`."""
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))[name]


def reports() -> Iterator[dict[str, Any]]:
    """The articles, oldest first: what stands between the fences, with `slug` and `body`.

    A file is named by its day and its slug. One that is scheduled comes out `published_in_days`
    after the filling. A body cites `{REV-2025-014}` or, by its key, a commitment; where
    the matter tells a `drawing`, `{drawing}` is where it stands.
    """
    for path in sorted((HERE / "reports").glob("*.html")):
        _, matter, body = path.read_text("utf-8").split(FENCE, 2)
        yield {"slug": path.stem[len("2025-01-29-") :], "body": body, **tomllib.loads(matter)}


def file(name: str) -> Path:
    return HERE / "files" / name

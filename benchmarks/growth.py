"""Whether a hundred times more rows slow down the pages of the site.

    .venv/bin/python -m benchmarks.growth 1000 100000 --keep /var/tmp/growth

fills one database for each number of reports (see `benchmarks.filling`) on a PostgreSQL server made
for that, asks each page of a visitor and of an adherent many times, the small site and the large
one in turn, and prints the medians and the median of the ratios of each turn: at most 1.5. Pages
that the workers keep are made afresh; “first” is when nothing is known yet of the figures either.
Then officers' pages, of which none should take more than a second, and the exports.

Beside the times, which depend on what else the machine does: how many queries each page makes, how
many rows these look at, and each scan of a whole large table, by their plans.

With `--keep`, databases stay in this folder, and are not filled again as long as they are there;
days were counted back from the one when they were. With `--sqlite`, the same on SQLite.
"""

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.answering import ADHERENT, DESK, LARGE, PAGES, VISITOR
from tests import programs
from tests.postgres import server

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, FIRST_ROUNDS = 21, 11
TARGET, SLOW = 1.5, 1.0


def main() -> None:
    """Fill, ask, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=int, nargs="*", default=[1000, 100_000])
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--only", choices=PAGES, help="the pages of one reader")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        databases = _sqlite if asked.sqlite else _postgresql
        filled = stack.enter_context(databases(asked.keep))
        urls = [filled(reports) for reports in asked.reports]
        sites = [
            stack.enter_context(_Site(url, f"{folder}/cache-{number}"))
            for number, url in enumerate(urls)
        ]
        for reader in [asked.only] if asked.only else PAGES:
            pages = {name: _compared(sites, reader, name) for name in PAGES[reader]}
            _print(reader, asked.reports, pages)


@contextlib.contextmanager
def _postgresql(kept: Path | None) -> Iterator[Callable[[int], str]]:
    """Give the address of a filled database for each size."""
    bin_dir = programs.postgres()
    if not bin_dir:
        sys.exit("PostgreSQL is missing: apt install postgresql")
    with server(bin_dir, kept=kept) as running:
        place = running.url.rpartition("/")[0]

        def told(sql: str) -> str:
            socket = place.removeprefix("postgres://postgres@/")
            command = [bin_dir / "psql", "-h", socket, "-U", "postgres", "-Atqc", sql]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603

        def filled(reports: int) -> str:
            name, filling = f"growth{reports}", f"growth{reports}_filling"
            if not told(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):  # noqa: S608
                told(f"DROP DATABASE IF EXISTS {filling}")
                told(f"CREATE DATABASE {filling}")
                _fill(reports, f"{place}/{filling}")
                told(f"ALTER DATABASE {filling} RENAME TO {name}")
            return f"{place}/{name}"

        yield filled


@contextlib.contextmanager
def _sqlite(kept: Path | None) -> Iterator[Callable[[int], str]]:
    """The same in files."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = kept or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)

        def filled(reports: int) -> str:
            path = folder / f"{reports}.sqlite3"
            if not path.exists():
                filling = Path(temporary, path.name)
                _fill(reports, f"sqlite:///{filling}")
                shutil.move(filling, path)
            return f"sqlite:///{path.resolve()}"

        yield filled


def _fill(reports: int, url: str) -> None:
    print(f"{reports} reports", flush=True)
    with _started("benchmarks.filling", str(reports), DATABASE_URL=url) as process:
        if process.wait():
            sys.exit("The database was not filled.")


def _started(module: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    is_asked = module == "benchmarks.answering"
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE if is_asked else None,
        stdout=subprocess.PIPE if is_asked else None,
        text=True,
    )


class _Site:
    """A process that asks its pages of one database: both sizes are asked in turn, so that what
    else the machine does weighs on both alike.
    """

    def __init__(self, url: str, cache: str) -> None:
        self._process = _started(
            "benchmarks.answering", DATABASE_URL=url, CACHE_URL=f"filecache://{cache}"
        )

    def __enter__(self) -> "_Site":
        self._answer()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)

    def ask(self, *question: str) -> Any:
        """Return the seconds of a page, `first` or `again`, or what its `queries` do."""
        assert self._process.stdin  # noqa: S101  for the type checker
        print(json.dumps(question), file=self._process.stdin, flush=True)
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout  # noqa: S101  for the type checker
        return json.loads(self._process.stdout.readline() or sys.exit("No answer."))


def _compared(sites: list[_Site], reader: str, name: str) -> dict[str, Any]:
    """What one page takes on each site: medians, and the ratios of the last to the first one."""
    found: dict[str, Any] = {
        what: [site.ask(reader, name, what) for site in sites]
        for what in ("first queries", "queries")
    }
    is_compared = reader in {VISITOR, ADHERENT}
    for what, rounds in (("first", FIRST_ROUNDS), ("again", ROUNDS)):
        turns = [
            [site.ask(reader, name, what) for site in sites]
            for _ in range(rounds if is_compared else 3)
        ]
        found[what] = [statistics.median(times) for times in zip(*turns, strict=True)]
        found[f"{what} ratio"] = statistics.median(turn[-1] / turn[0] for turn in turns)
    return found


def _print(reader: str, sizes: list[int], pages: dict[str, dict[str, Any]]) -> None:
    names = "".join(f"{size:>9}" for size in sizes)
    width = len(f"{names}   ratio")
    print(
        f"\n{'':<24}{'milliseconds':>{width}}{'the first time':>{width}}\n"
        f"{reader:<24}{names}   ratio{names}   ratio   queries    rows looked at, the first time"
    )
    for name, found in pages.items():
        told = f"{name:<24}"
        for what in ("again", "first"):
            told += "".join(f"{1000 * each:>9.1f}" for each in found[what])
            told += f"{found[f'{what} ratio']:>8.2f}"
        told += f"   {_each(found['queries'], 'count'):<11}"
        told += f"{_each(found['queries'], 'rows'):<16}{_each(found['first queries'], 'rows'):<16}"
        print(f"{told} {_remark(reader, found)}".rstrip(), flush=True)
    for what in ("queries", "first queries"):
        scans = {f"{name}: {scan}" for name in pages for scan in pages[name][what][-1]["scans"]}
        print(f"{len(scans)} {what} look at {LARGE} rows or more of a table by no index")
        for scan in sorted(scans):
            print(f"  {scan}")


def _each(found: list[dict[str, Any]], what: str) -> str:
    return "/".join(str(each[what]) for each in found)


def _remark(reader: str, found: dict[str, Any]) -> str:
    scanned = "scan " if found["queries"][-1]["scans"] else ""
    if reader in {VISITOR, ADHERENT} and found["again ratio"] > TARGET:
        return f"{scanned}over {TARGET}"
    if reader == DESK and found["first"][-1] > SLOW:
        return f"{scanned}over {SLOW} s"
    return scanned


if __name__ == "__main__":
    main()

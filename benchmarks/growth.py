"""Whether a hundred times more rows slow down what visitors ask for.

    .venv/bin/python -m benchmarks.growth 1000 100000

fills one database for each number of reports (see `benchmarks.filling`) on a PostgreSQL server made
for that and thrown away, asks each page of a visitor several times, and prints the medians and
their ratio: at most 1.5. With `--sqlite`, the same on SQLite. Pages that the workers keep are left
out: what is measured is the making of a page, once when nothing is known yet (“first”), then when
what the site knows of its figures still holds. The plan of every query is looked at, too: each scan
of a whole large table is printed. `--filled` names databases that are already filled, in the order
of the sizes.
"""

import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

from benchmarks.filling import DISCUSSED, FREQUENT, SELDOM, UNIQUE
from tests import programs
from tests.postgres import throw_away_server

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, FIRST_ROUNDS = 15, 5
TARGET = 1.5
# In rows.
LARGE = 2000
PATHS = {
    "home": "/",
    "list": "/articles/",
    "list, page 500": "/articles/?page=500",
    "rubrique, last page": "/rubriques/rubrique-3/?page=9999",
    "report": f"/articles/{DISCUSSED}/",
    "tracker": "/revendications/",
    "tracker, page 500": "/revendications/?page=500",
    "tracker, refused": "/revendications/?etat=refused",
    "commitments": "/engagements/",
    "meetings": "/reunions/",
    "meetings, last page": "/reunions/?page=9999",
    "search, frequent": f"/recherche/?q={FREQUENT}",
    "search, seldom": f"/recherche/?q={SELDOM}",
    "search, one report": f"/recherche/?q={UNIQUE}",
    "search, nothing": "/recherche/?q=admnistration",
    "calendar": "/reunions/calendrier.ics",
    "feed": "/articles/flux.atom",
    "sitemap": "/sitemap.xml",
    "sitemap, articles": "/sitemap-articles.xml",
}


def main() -> None:
    """Fill, ask, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=int, nargs="*", default=[1000, 100_000])
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--filled", nargs="+", metavar="DATABASE_URL")
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.answer:
        _answer()
        return
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        if not asked.filled:
            address = stack.enter_context(_databases(folder, asked.sqlite))
            asked.filled = [address(reports) for reports in asked.reports]
            for reports, url in zip(asked.reports, asked.filled, strict=True):
                print(f"{reports} reports", flush=True)
                _start("benchmarks.filling", str(reports), DATABASE_URL=url).wait()
        sites = [
            stack.enter_context(_Site(url, f"{folder}/cache-{number}"))
            for number, url in enumerate(asked.filled)
        ]
        _print(asked.reports, {name: _compared(sites, name) for name in PATHS})


@contextlib.contextmanager
def _databases(folder: str, sqlite: bool) -> Iterator[Any]:
    """Give the address of an empty database for each size."""
    if sqlite:
        yield lambda reports: f"sqlite:///{folder}/{reports}.sqlite3"
        return
    bin_dir = programs.postgres()
    if not bin_dir:
        sys.exit("PostgreSQL is missing: apt install postgresql")
    with throw_away_server(bin_dir) as url:
        socket, _, _ = url.removeprefix("postgres://postgres@/").rpartition("/")

        def address(reports: int) -> str:
            name = f"growth{reports}"
            command = [bin_dir / "createdb", "-h", f"/{socket.lstrip('/')}", "-U", "postgres", name]
            subprocess.run(command, check=True)  # noqa: S603
            return f"postgres://postgres@/{socket}/{name}"

        yield address


def _start(module: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.PIPE if "--answer" in arguments else None,
        stdout=subprocess.PIPE if "--answer" in arguments else None,
        text=True,
    )


class _Site:
    """A process that asks its pages of one database: both sizes are asked in turn, so that what
    else the machine does weighs on both alike.
    """

    def __init__(self, url: str, cache: str) -> None:
        self._process = _start(
            "benchmarks.growth", "--answer", DATABASE_URL=url, CACHE_URL=f"filecache://{cache}"
        )

    def __enter__(self) -> "_Site":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)

    def ask(self, name: str, what: str) -> Any:
        """Return the seconds of a page, `first` or `again`, or its `queries`."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin  # noqa: S101  for the type checker
        assert stdout  # noqa: S101  for the type checker
        print(json.dumps([name, what]), file=stdin, flush=True)
        return json.loads(stdout.readline())


def _compared(sites: list[_Site], name: str) -> list[dict[str, Any]]:
    """What one page takes on each site."""
    queries = [site.ask(name, "queries") for site in sites]
    times: dict[str, list[list[float]]] = {}
    for what, rounds in (("first", FIRST_ROUNDS), ("again", ROUNDS)):
        turns = [[site.ask(name, what) for site in sites] for _ in range(rounds)]
        times[what] = [list(each) for each in zip(*turns, strict=True)]
    return [
        {
            "first": statistics.median(times["first"][at]),
            "median": statistics.median(times["again"][at]),
            "least": min(times["again"][at]),
            "queries": found["count"],
            "scans": found["scans"],
        }
        for at, found in enumerate(queries)
    ]


def _answer() -> None:
    """Ask this process's own application, as a visitor, for what standard input says."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cgtdouanes.settings")
    warnings.simplefilter("ignore")
    django.setup()

    from django.conf import settings
    from django.test import Client, override_settings

    from cgtdouanes.pages.known import forget

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        visitor = Client(SERVER_NAME="127.0.0.1")
        for path in PATHS.values():
            visitor.get(path)
        for line in sys.stdin:
            name, what = json.loads(line)
            if what != "again":
                forget()
            ask = _queries if what == "queries" else _seconds
            print(json.dumps(ask(visitor, PATHS[name])), flush=True)


def _queries(visitor: Any, path: str) -> dict[str, Any]:
    """How many queries a page makes, and which large tables they read from end to end."""
    from django.db import connection

    queries: list[tuple[str, Any]] = []

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        visitor.get(path)
    scans = sorted({scan for query in queries for scan in _scans(*query)})
    return {"count": len(queries), "scans": scans}


def _seconds(visitor: Any, path: str) -> float:
    start = time.perf_counter()
    answer = visitor.get(path)
    if answer.status_code != 200:
        sys.exit(f"{path}: {answer.status_code}")
    return time.perf_counter() - start


def _scans(sql: str, params: Any) -> Iterator[str]:
    """The large tables that this query reads from end to end, and not by an index."""
    from django.db import connection

    if not sql.lstrip("( ").startswith("SELECT"):
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            plan = cursor.fetchone()[0]
            tables = list(_scanned(plan[0]["Plan"]))
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            steps = [row[3] for row in cursor.fetchall()]
            found = (re.fullmatch(r"SCAN (\w+)", step) for step in steps)
            tables = [each[1] for each in found if each]
        known = set(connection.introspection.table_names(cursor))
        for table in tables:
            if table not in known:
                continue
            cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {LARGE}) t")  # noqa: S608
            if cursor.fetchone()[0] == LARGE:
                yield f"{table}: {sql[:400]}"


def _scanned(plan: dict[str, Any]) -> Iterator[str]:
    if plan["Node Type"] == "Seq Scan":
        yield plan["Relation Name"]
    for each in plan.get("Plans", ()):
        yield from _scanned(each)


def _print(sizes: list[int], pages: dict[str, list[dict[str, Any]]]) -> None:
    print("\nMilliseconds: the median, the least, and the median of the first times.")
    columns = "".join(f"{f'{size} reports':>26}" for size in sizes)
    print(f"{'':<22}{columns}   ratios: median, least, first   queries")
    for name, rows in pages.items():
        keys = ("median", "least", "first")
        columns = "".join(
            f"{1000 * row['median']:>10.1f}{1000 * row['least']:>8.1f}{1000 * row['first']:>8.1f}"
            for row in rows
        )
        ratios = [rows[-1][key] / rows[0][key] for key in keys]
        told = "".join(f"{ratio:>8.2f}" for ratio in ratios)
        over = "" if ratios[0] <= TARGET else f"   over {TARGET}"
        queries = "/".join(str(row["queries"]) for row in rows)
        print(f"{name:<22}{columns}  {told}   {queries}{over}")
    scans = [f"{name}: {scan}" for name, rows in pages.items() for scan in rows[-1]["scans"]]
    print(f"\n{len(scans)} scans of a whole large table (over {LARGE} rows)")
    for scan in scans:
        print(f"  {scan}")


if __name__ == "__main__":
    main()

"""A process that asks its own application for pages, for `benchmarks.growth`.

It reads lines of JSON, `[reader, name, what]`, and answers each by one: the seconds that the page
took when nothing was known (`first`) or when what the site counts still held (`again`), or what its
queries did (`first queries`, `queries`). Pages that the workers keep are always made afresh.
"""

import json
import os
import re
import sys
import time
import warnings
from collections.abc import Iterator
from typing import Any

import django

from benchmarks.filling import DISCUSSED, FREQUENT, OFFICER, READER, SELDOM, UNIQUE

# In rows: looked at one after the other, so many are told.
LARGE = 2000
# Of a query that reads a whole table, in characters.
EXCERPT = 300
VISITOR, ADHERENT, DESK, WHOLE = "visitor", "adherent", "desk", "whole"
READ = {
    "home": "/",
    "list": "/articles/",
    "list, page 500": "/articles/?page={middle}",
    "list, last page": "/articles/?page=9999",
    "rubrique": "/rubriques/rubrique-3/",
    "rubrique, last page": "/rubriques/rubrique-3/?page=9999",
    "report": f"/articles/{DISCUSSED}/",
    "tracker": "/revendications/",
    "tracker, page 500": "/revendications/?page={middle_of_tracker}",
    "tracker, refused": "/revendications/?etat=refused",
    "tracker, words": f"/revendications/?q={SELDOM}",
    "tracker, a meeting's": "/revendications/?reunion=technical",
    "demand": "/revendications/{demand}/",
    "commitments": "/engagements/",
    "commitments, overdue": "/engagements/?etat=overdue",
    "commitments, last page": "/engagements/?page=9999",
    "meetings": "/reunions/",
    "meetings, last page": "/reunions/?page=9999",
    "meeting": "/reunions/reunion-7/",
    "search, frequent": f"/recherche/?q={FREQUENT}",
    "search, frequent, p. 9": f"/recherche/?q={FREQUENT}&page=9",
    "search, seldom": f"/recherche/?q={SELDOM}",
    "search, one report": f"/recherche/?q={UNIQUE}",
    "search, nothing": "/recherche/?q=admnistration",
}
PAGES = {
    VISITOR: READ
    | {
        "calendar": "/reunions/calendrier.ics",
        "feed": "/articles/flux.atom",
        "feed of a rubrique": "/rubriques/rubrique-3/flux.atom",
        "sitemap": "/sitemap.xml",
        "sitemap, articles": "/sitemap-articles.xml",
        "sitemap, articles, end": "/sitemap-articles.xml?p={last}",
    },
    ADHERENT: READ
    | {
        "calendar": "/reunions/calendrier/{calendar}.ics",
        "space": "/espace/",
        "news": "/espace/nouvelles/",
        "own reactions": "/espace/reactions/",
        "own demands": "/espace/revendications/",
    },
    # Officers' pages: how much they grow is told, and that none takes more than a second.
    DESK: {
        "home": "/admin/",
        "articles": "/admin/articles/article/",
        "articles, page 500": "/admin/articles/article/?p={page}",
        "articles, words": f"/admin/articles/article/?q={SELDOM}",
        "articles, drafts": "/admin/articles/article/?status__exact=draft",
        "article": "/admin/articles/article/{article}/change/",
        "article, versions": "/admin/articles/article/{article}/history/",
        "reactions": "/admin/articles/reaction/",
        "reactions, page 500": "/admin/articles/reaction/?p={page}",
        "reactions, words": f"/admin/articles/reaction/?q={SELDOM}",
        "reactions, pending": "/admin/articles/reaction/?status__exact=pending",
        "moderation": "/admin/articles/reaction/a-moderer/",
        "demands": "/admin/meetings/demand/",
        "demands, words": "/admin/meetings/demand/?q=rev-2",
        "commitments": "/admin/meetings/commitment/",
        "meetings": "/admin/meetings/meeting/",
        "memberships": "/admin/members/membership/",
        "meeting proposed": "/admin/autocomplete/?term=con&app_label=articles"
        "&model_name=article&field_name=meeting",
    },
    # What is as long as what it holds.
    WHOLE: {
        "sitemap, meetings": "/sitemap-reunions.xml",
        "sitemap, demands": "/sitemap-revendications.xml",
        "export, CSV": "/revendications/export.csv",
        "export, JSON": "/revendications/export.json",
        "own data": "/espace/donnees/",
    },
}


def main() -> None:
    """Answer what standard input asks, as each reader."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cgtdouanes.settings"
    warnings.simplefilter("ignore")
    django.setup()

    from django.conf import settings
    from django.core.management import call_command
    from django.test import override_settings

    from cgtdouanes.pages.known import forget

    call_command("migrate", verbosity=0)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES=settings.STORAGES | {"staticfiles": plain}, REQUIRE_SECOND_FACTOR=False
    ):
        readers, places = _readers(), _places()
        print(json.dumps("ready"), flush=True)
        for line in sys.stdin:
            reader, name, what = json.loads(line)
            path = PAGES[reader][name].format_map(places)
            if what.startswith("first"):
                forget()
            ask = _queries if what.endswith("queries") else _seconds
            print(json.dumps(ask(readers[reader], path)), flush=True)


def _readers() -> dict[str, Any]:
    from django.test import Client

    from members.models import User

    readers = {}
    for reader, email in ((VISITOR, ""), (ADHERENT, READER), (DESK, OFFICER), (WHOLE, READER)):
        readers[reader] = Client(SERVER_NAME="127.0.0.1")
        if email:
            readers[reader].force_login(
                User.objects.get(email=email),
                backend="allauth.account.auth_backends.AuthenticationBackend",
            )
    return readers


def _places() -> dict[str, Any]:
    """What addresses of this database alone hold: page 500 is the middle one of a smaller list."""
    from articles.models import Article
    from cgtdouanes.sitemaps import VISITOR as NOBODY
    from cgtdouanes.sitemaps import Articles
    from meetings.models import CalendarFeed, Demand
    from members.models import User

    return {
        "calendar": CalendarFeed.issue(User.objects.get(email=READER)),
        "article": Article.objects.get(slug=DISCUSSED).pk,
        "demand": Demand.objects.visible_to(NOBODY)[0].reference,
        "page": min(500, Article.objects.count() // 50),
        "middle": min(500, Article.objects.listed_for(NOBODY).count() // 40),
        "middle_of_tracker": min(500, Demand.objects.visible_to(NOBODY).count() // 40),
        "last": Articles().paginator.num_pages,
    }


def _get(reader: Any, path: str) -> None:
    answer = reader.get(path)
    if answer.status_code != 200:
        sys.exit(f"{path}: {answer.status_code}")
    for _ in answer:
        pass


def _seconds(reader: Any, path: str) -> float:
    start = time.perf_counter()
    _get(reader, path)
    return time.perf_counter() - start


def _queries(reader: Any, path: str) -> dict[str, Any]:
    """How many queries a page makes, how many rows they look at, and where by no index."""
    from django.db import connection

    queries: list[tuple[str, Any]] = []

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        queries.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        _get(reader, path)
    rows, scans = 0, set[str]()
    for sql, params in queries:
        if sql.lstrip("( ").startswith("SELECT"):
            explain = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
            for table, read in explain(sql, params):
                rows += read
                if table:
                    scans.add(f"{table}: {sql[sql.find(' FROM ') + 1 :][:EXCERPT]}")
    return {"count": len(queries), "rows": rows, "scans": sorted(scans)}


def _on_postgresql(sql: str, params: Any) -> Iterator[tuple[str, int]]:
    """For each place where a query reads: how many rows it looks at, and the table if it looks at
    many by no index.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
        plans = [cursor.fetchone()[0][0]["Plan"]]
    while plans:
        plan = plans.pop()
        plans += plan.get("Plans", ())
        if "Scan" in plan["Node Type"]:
            removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
            rows = plan["Actual Rows"] + sum(plan.get(name, 0) for name in removed)
            rows *= plan["Actual Loops"]
            is_whole = plan["Node Type"] == "Seq Scan" and rows >= LARGE
            yield plan["Relation Name"] if is_whole else "", rows


def _on_sqlite(sql: str, params: Any) -> Iterator[tuple[str, int]]:
    """The same; SQLite does not tell how many rows: the table may be large."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        for step in cursor.fetchall():
            found = re.fullmatch(r"SCAN (\w+)", step[3])
            if found and _is_large(found[1]):
                yield found[1], 0


def _is_large(table: str) -> bool:
    from django.db import connection

    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return False
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {LARGE}) t")  # noqa: S608
        return bool(cursor.fetchone()[0] == LARGE)


if __name__ == "__main__":
    main()

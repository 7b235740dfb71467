"""What the report costs to an adherent, with fifty reactions, beside a page that only stands there.

    .venv/bin/python -m benchmarks.adherent

fills a small database, and asks in turn, signed in, for the report and for a static template of the
same size given by a view of the same site; prints the requests per second of each, their ratio (the
target is 25 %), and how many queries the report makes (8 at most). In one process, without
gunicorn: both answers go through the same middleware. DATABASE_URL names another database, filled
already.
"""

import os
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import django

from benchmarks.filling import DISCUSSED, DISCUSSED_REACTIONS, READER, Sizes, fill

ROUNDS, REQUESTS = 15, 10
TARGET = 0.25
STATIC = "/benchmark/"
SIZES = Sizes(reports=40, reactions=10 * DISCUSSED_REACTIONS, meetings=40, demands=40)


def main() -> None:
    """Fill, ask, compare."""
    with tempfile.TemporaryDirectory() as folder:
        is_filled = "DATABASE_URL" in os.environ
        os.environ |= {
            "DATABASE_URL": os.environ.get("DATABASE_URL", f"sqlite:///{folder}/db.sqlite3"),
            "CACHE_URL": f"filecache://{folder}/cache",
            "DJANGO_SETTINGS_MODULE": "cgtdouanes.settings",
        }
        warnings.simplefilter("ignore")
        django.setup()
        if not is_filled:
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            fill(SIZES)
        _measure(Path(folder))


def _measure(folder: Path) -> None:
    from django.conf import settings
    from django.contrib.auth.decorators import login_required
    from django.db import connection
    from django.shortcuts import render
    from django.test import Client, override_settings
    from django.test.utils import CaptureQueriesContext
    from django.urls import path

    from cgtdouanes import urls
    from members.models import User

    static = login_required(lambda request: render(request, "benchmark.html"))
    pages = ModuleType("pages_of_the_benchmark")
    pages.urlpatterns = [path(STATIC.lstrip("/"), static), *urls.urlpatterns]  # type: ignore[attr-defined]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    templates = [settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], folder]}]
    with override_settings(
        ROOT_URLCONF=pages,
        STORAGES=settings.STORAGES | {"staticfiles": plain},
        TEMPLATES=templates,
    ):
        adherent = Client(SERVER_NAME="127.0.0.1")
        adherent.force_login(
            User.objects.get(email=READER),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        report = f"/articles/{DISCUSSED}/"
        page = adherent.get(report).content.decode()
        (folder / "benchmark.html").write_text(f"{{% verbatim %}}{page}{{% endverbatim %}}")
        with CaptureQueriesContext(connection) as captured:
            adherent.get(report)
        shown = page.count('id="reaction-')
        print(f"{report}: {len(page.encode())} bytes, {shown} reactions, {len(captured)} queries")
        rates = [(_rate(adherent, report), _rate(adherent, STATIC)) for _ in range(ROUNDS)]
    for at, name in enumerate(("report", "static template")):
        print(f"{name:<16}{statistics.median(rate[at] for rate in rates):8.0f} a second")
    ratio = statistics.median(ours / theirs for ours, theirs in rates)
    print(f"median ratio {ratio:.0%}; target {TARGET:.0%}")


def _rate(client: Any, address: str) -> float:
    start = time.process_time()
    for _ in range(REQUESTS):
        if client.get(address).status_code != 200:
            sys.exit(f"{address} is not answered")
    return REQUESTS / (time.process_time() - start)


if __name__ == "__main__":
    main()

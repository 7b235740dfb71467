"""What every test starts from: its settings, an empty cache, strict templates and order."""

import logging
from collections import deque
from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings as project_settings
from django.core.cache import cache
from django.http import FileResponse
from django.test import Client
from django.test.utils import override_settings

from cgtdouanes.operations.logs import DiscreetFormatter
from cgtdouanes.pages.known import forget
from tests.bucket_server import bucket, bucket_server, wherever_stored
from tests.strictness import forbid_undefined_variables, shuffle_unordered

__all__ = ["bucket", "bucket_server", "wherever_stored"]

ARGON2 = project_settings.PASSWORD_HASHERS


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-alone",
        action="store_true",
        help="leave out the tests that no database answers: they were run on another one",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--database-alone"):
        return
    asking = {item: _asks_the_database(item) for item in items}
    config.hook.pytest_deselected(items=[item for item, asks in asking.items() if not asks])
    items[:] = [item for item, asks in asking.items() if asks]


def _asks_the_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"})


@pytest.fixture(autouse=True, scope="session")
def _settings_for_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is written outside of temporary folders, and passwords cost nothing to hash."""
    changes = {
        "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        "ERASURE_LEDGER": tmp_path_factory.mktemp("ledger") / "erasures.jsonl",
        "LAST_BACKUP": tmp_path_factory.mktemp("backup") / "last.json",
        "MEDIA_ROOT": tmp_path_factory.mktemp("media"),
        "PAGES_FILE": tmp_path_factory.mktemp("pages") / "pages",
        "STATIC_ROOT": tmp_path_factory.mktemp("static"),
        "MAIL_LEAVES_AT_ONCE": False,
        # Most tests are about something else than how an officer signed in.
        "REQUIRE_SECOND_FACTOR": False,
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
        "STORAGES": project_settings.STORAGES
        | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
    }
    with override_settings(**changes), forbid_undefined_variables():
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Keep SQLite's test database in a file, as the site does: threads then wait for each other."""
    database = project_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        folder = tmp_path_factory.mktemp("database")
        database.setdefault("TEST", {})["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(autouse=True, scope="session")
def _unordered_queries_are_shuffled() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        shuffle_unordered(monkeypatch)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
    forget()


@pytest.fixture(autouse=True)
def _sent_files_are_closed(monkeypatch) -> Iterator[None]:
    """As a server closes them once sent; a test that looks at the status alone does not."""
    sent = []
    request = Client.request

    def remembered(client, **environ):
        response = request(client, **environ)
        sent.append(response)
        return response

    monkeypatch.setattr(Client, "request", remembered)
    yield
    for response in sent:
        if isinstance(response, FileResponse):
            deque(response.streaming_content, maxlen=0)


@pytest.fixture
def argon2(settings) -> None:
    """The password hashing of the site itself, slow on purpose."""
    settings.PASSWORD_HASHERS = ARGON2


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the site's own handler writes."""
    (handler,) = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, DiscreetFormatter)
    ]
    written = StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written

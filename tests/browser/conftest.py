"""The journeys' ground: the application as `make serve` starts it, and a browser that is watched.

Or, where INSTALLATION names a file that says where it is and what it was told, another application
that runs already (`python -m benchmarks.machines journeys`).

Every page is watched: whatever the test is about, it fails on an error in the console, on anything
that the Content-Security-Policy refuses, on a request to another host and on a server error.
"""

import contextlib
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests import programs
from tests.browser.crawl import Reached, crawl

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "demo-demo-demo-demo"
START_SECONDS = 180


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def installation() -> dict[str, Any]:
    """What is known of the application that runs already, if one does."""
    told = os.environ.get("INSTALLATION")
    return json.loads(Path(told).read_text()) if told else {}


@pytest.fixture(scope="session")
def folder(installation: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the application of the tests keeps its database, its files and its mail."""
    if installation:
        return Path(installation["site"]["folder"])
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def environment(installation: dict[str, Any], folder: Path) -> dict[str, str]:
    """What that application is told by its environment: for commands run beside it."""
    if installation:
        return os.environ | installation["site"]["environment"]
    return environment_of("127.0.0.1", folder, folder)


@pytest.fixture(scope="session")
def site(installation: dict[str, Any], environment: dict[str, str], folder: Path) -> Iterator[str]:
    """The address of the application, started with demo content in a folder of its own."""
    if installation:
        yield environment["SITE_URL"]
        return
    with served(environment, folder) as address:
        yield address


def environment_of(host: str, folder: Path, files: Path, **settings: str) -> dict[str, str]:
    """A folder and a port of its own for an application; `files` may be shared by several."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return os.environ | {
        "PORT": str(port),
        "SITE_URL": f"http://{host}:{port}",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "CACHE_URL": f"filecache://{folder}/cache",
        "EMAIL_URL": f"filemail://{folder}/mail",
        "ERASURE_LEDGER": f"{folder}/erasures.jsonl",
        "MEDIA_ROOT": f"{files}/media",
        # The journeys of a few minutes are those of the same few people.
        "REACTIONS_PACE": "1000",
        "STATIC_ROOT": f"{files}/static",
        **settings,
    }


@contextlib.contextmanager
def served(environment: dict[str, str], folder: Path) -> Iterator[str]:
    """Start the application as a person would, and stop it at the end; yield its address."""
    address = environment["SITE_URL"]
    log = folder / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            ["make", "serve"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait(address, server, log)
        yield address
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)
    assert " ERROR " not in log.read_text(), log.read_text()


def _wait(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urlopen(f"{address}/healthz", timeout=5).close()
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"`make serve` did not start:\n{log.read_text()}")
            time.sleep(0.2)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = programs.chromium()
    if not executable:
        (pytest.fail if programs.in_ci() else pytest.skip)("Chromium is not installed")
    # Whatever a page asks for, no other machine is reached. Chromium's sandbox refuses root.
    rules = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    options = [f"--host-resolver-rules={rules}"]
    if os.geteuid() == 0:
        options.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=options)
        yield browser
        browser.close()


class Watch:
    """What went wrong in the pages of a context."""

    def __init__(self, context: BrowserContext, site: str) -> None:
        self.problems: list[str] = []
        self.expected: list[str] = []
        self.host = urlsplit(site).netloc
        context.on("console", lambda message: self._console(message))
        context.on("weberror", lambda error: self.problems.append(f"script: {error.error}"))
        context.on("request", lambda request: self._request(request.url))
        context.on("response", self._response)

    def expect(self, pattern: str) -> None:
        """Admit what this journey provokes, such as the console's line about a refused page."""
        self.expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [
            problem
            for problem in self.problems
            if not any(re.search(pattern, problem) for pattern in self.expected)
        ]

    def _console(self, message) -> None:
        if message.type in {"error", "warning"}:
            page = message.page.url if message.page else ""
            source = message.location["url"]
            self.problems.append(f"console {message.type} on {page}: {message.text} ({source})")

    def _request(self, url: str) -> None:
        if urlsplit(url).netloc != self.host and not url.startswith(("about:", "blob:")):
            self.problems.append(f"request to another host: {url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status} for {response.url}")


OpenContext = Callable[..., BrowserContext]


@pytest.fixture
def open_context(browser: Browser, site: str) -> Iterator[OpenContext]:
    """Open watched browser windows; what went wrong in any of them fails the test at its end."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def _open(**options) -> BrowserContext:
        defaults = {"base_url": site, "locale": "fr-FR", "timezone_id": "Europe/Paris"}
        context = browser.new_context(**defaults | options)
        context.set_default_timeout(20_000)
        context.watch = Watch(context, options.get("base_url", site))
        opened.append((context, context.watch))
        return context

    yield _open
    for context, _ in opened:
        context.close()
    problems = dict.fromkeys(problem for _, watch in opened for problem in watch.unexpected())
    assert not problems, "\n".join(problems)


@pytest.fixture
def page(open_context: OpenContext) -> Page:
    return open_context().new_page()


def sign_in(page: Page, email: str) -> None:
    """Sign in as a person would, from the page's own link or from the page that asks for it."""
    if not page.url.endswith("/compte/login/") and "/compte/login/?" not in page.url:
        page.goto("/compte/login/")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/compte/login/" not in url)


@pytest.fixture(scope="session")
def pages_for(browser: Browser, site: str, session_of) -> Callable[..., list[Reached]]:
    """The pages that a person reaches; None is a visitor. The site is walked once for each."""
    walked: dict[tuple, list[Reached]] = {}

    def _pages(email: str | None, start: str = "/") -> list[Reached]:
        asked = (email, start)
        if asked not in walked:
            state = session_of(email) if email else None
            context = browser.new_context(base_url=site, storage_state=state)
            walked[asked] = crawl(context, start)
            context.close()
        return walked[asked]

    return _pages


@pytest.fixture(scope="session")
def session_of(browser: Browser, site: str) -> Callable[[str], dict]:
    """Sign a person in once, and give the session to every window that asks for it."""
    sessions: dict[str, dict] = {}

    def _session(email: str) -> dict:
        if email not in sessions:
            context = browser.new_context(base_url=site)
            sign_in(context.new_page(), email)
            sessions[email] = context.storage_state()
            context.close()
        return sessions[email]

    return _session

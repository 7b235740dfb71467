"""The site as a server runs it, in a folder of its own: gunicorn, and who starts it again."""

import contextlib
import os
import re
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 120
# As in deploy/systemd/section-web.service.
RESTART_SECONDS = 5


def free_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@dataclass
class Site:
    """A site with its own database, cache, files and log; `settings` are more of its environment.

    Its adherents and its officer are those of `faults.filling`.
    """

    folder: Path
    database: str
    settings: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def __post_init__(self) -> None:
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.log = self.folder / "log"
        self.media = Path(self.settings.get("MEDIA_ROOT", self.folder / "media"))
        self.environment = os.environ | {
            "SITE_URL": self.address,
            "SECRET_KEY": secrets.token_urlsafe(60),
            "PORT": str(port),
            "DATABASE_URL": self.database,
            "CACHE_URL": f"filecache://{self.folder}/cache",
            "EMAIL_URL": f"filemail://{self.folder}/mail",
            "MEDIA_ROOT": str(self.media),
            "STATIC_ROOT": str(self.folder / "static"),
            "ERASURE_LEDGER": str(self.folder / "erasures.jsonl"),
            "REQUIRE_SECOND_FACTOR": "false",
            "TRUSTED_PROXY_COUNT": "1",
            "REACTIONS_PACE": "1000000",
            "LOG_FORMAT": "json",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.settings,
        }
        self._stopping = Event()
        self._process: subprocess.Popen[bytes] | None = None

    def manage(self, *command: str) -> None:
        """Run a command of the site."""
        self.run("manage.py", *command)

    def run(self, *command: str) -> None:
        """Run Python in the environment of the site. Raises CalledProcessError."""
        with self.log.open("ab") as log:
            subprocess.run(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                check=True,
                stdout=log,
                stderr=log,
            )

    @contextlib.contextmanager
    def running(self) -> Iterator["Site"]:
        """Start gunicorn, and start it again whenever it ends, as systemd does."""
        self._stopping.clear()
        keeper = Thread(target=self._keep_running)
        keeper.start()
        try:
            self.wait_until_it_answers()
            yield self
        finally:
            self._stopping.set()
            keeper.join()

    def _keep_running(self) -> None:
        while not self._stopping.is_set():
            self._process = subprocess.Popen(
                [sys.executable, "-m", "cgtdouanes"],
                cwd=ROOT,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            # As the journal does: what the site may write itself has nothing to do with it.
            Thread(target=self._keep_log, args=[self._process.stdout], daemon=True).start()
            while self._process.poll() is None and not self._stopping.wait(0.05):
                pass
            if self._stopping.is_set():
                self._process.send_signal(signal.SIGTERM)
                try:
                    self._process.wait(60)
                except subprocess.TimeoutExpired:
                    os.killpg(self._process.pid, signal.SIGKILL)
                    self._process.wait()
                return
            # KillMode=mixed: what the main process leaves behind ends with it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._stopping.wait(RESTART_SECONDS)

    def _keep_log(self, lines: IO[bytes]) -> None:
        with lines, self.log.open("ab", buffering=0) as log:
            for line in lines:
                log.write(line)

    def wait_until_it_answers(self) -> None:
        """Return once the site and its database answer. Raises TimeoutError."""
        deadline = time.monotonic() + START_SECONDS
        while not self.is_healthy():
            if time.monotonic() > deadline:
                raise TimeoutError(f"The site does not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.1)

    def is_healthy(self) -> bool:
        """Tell what whoever watches the site would."""
        try:
            with urlopen(f"{self.address}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (HTTPError, OSError):
            return False

    @property
    def master(self) -> int:
        """The process that keeps the workers."""
        if self._process is None:
            raise RuntimeError("the site was not started")
        return self._process.pid

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{self.master}/task/{self.master}/children").read_text()
            return [int(each) for each in children.split()]
        return []

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What is really in the database, asked without the site."""
        if path := self.database.partition("sqlite:///")[2]:
            with contextlib.closing(sqlite3.connect(path)) as file:
                return file.execute(query).fetchall()
        folder, _, name = self.database.partition("@/")[2].rpartition("/")
        with psycopg.connect(f"postgresql://postgres@/{name}?host={folder}") as server:
            return server.execute(query).fetchall()

    def events(self) -> list[str]:
        """The loggers of the errors of the log, in order.

        Only the beginning of a line is read: those of two workers may be mixed further on.
        """
        return re.findall(r'"level": "ERROR", "logger": "([^"]*)"', self.log.read_text())


def prepare(site: Site, adherents: int = 6) -> None:
    """Make the tables, the people and what they talk about, and the static files."""
    site.manage("migrate", "--verbosity", "0")
    site.run("-m", "faults.filling", str(adherents))
    site.manage("collectstatic", "--noinput", "--verbosity", "0")

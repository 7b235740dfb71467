"""A throw-away PostgreSQL server, made from the installed programs and removed at the end."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

# What makes a server safe against power cuts makes it slow, and these data live for minutes.
FAST = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=64MB",
    "max_connections=60",
]
START_SECONDS = 30


class Server:
    """A server reachable only through a socket in its folder; `url` is its DATABASE_URL."""

    def __init__(
        self,
        bin_dir: Path,
        folder: str,
        settings: Sequence[str] = FAST,
        follows: "Server | None" = None,
    ) -> None:
        """Make it empty or, if it `follows` another one that runs, a hot standby of that one."""
        self.url = f"postgres://postgres@/{folder}/cgtdouanes"
        self._bin_dir = bin_dir
        self._folder = folder
        self._settings = settings
        self._log = Path(folder, "log")
        owner = _owner()
        if owner:
            shutil.chown(folder, **owner)
        self._as_owner = {**owner, "extra_groups": []} if owner else {}
        if not Path(folder, "data").exists():
            self._make_data(follows)

    def _make_data(self, follows: "Server | None") -> None:
        new = [self._bin_dir / "initdb", "--username", "postgres", "--auth", "trust"]
        new += ["--encoding", "UTF8", "--locale", "C.UTF-8"]
        if follows:
            new = [self._bin_dir / "pg_basebackup", "--host", follows._folder]
            new += ["--username", "postgres", "--write-recovery-conf", "--checkpoint", "fast"]
        subprocess.run(
            [*new, "--pgdata", f"{self._folder}/data", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            **self._as_owner,
        )

    def address(self, name: str) -> str:
        """The address of one of its databases, as psycopg reads it."""
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def start(self) -> None:
        """Start, and return once it answers. Raises RuntimeError with the server's own words."""
        command = [self._bin_dir / "postgres", "-D", f"{self._folder}/data", "-k", self._folder]
        command += ["-c", "listen_addresses="]
        for setting in self._settings:
            command += ["-c", setting]
        with self._log.open("ab") as output:
            # Its own session: Ctrl-C reaches the tests, and the server is stopped after them.
            self._process = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                start_new_session=True,
                **self._as_owner,
            )
        deadline = time.monotonic() + START_SECONDS
        ready = [self._bin_dir / "pg_isready", "--quiet", "--host", self._folder]
        while subprocess.run(ready, check=False).returncode != 0:
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = self._log.read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{said}")
            time.sleep(0.1)

    def hang(self) -> None:
        """Leave every process of it where it stands: connections stay open, nothing answers."""
        self._signal_all(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on from there."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: signal.Signals) -> None:
        """Signal the server first, which makes the others: each is the leader of its own group."""
        self._process.send_signal(number)
        pid = self._process.pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), number)

    def stop(self, mode: signal.Signals = signal.SIGINT) -> None:
        """Close open connections and stop (SIGINT: fast), or stop as it stands (SIGQUIT)."""
        self._process.send_signal(mode)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def server(
    bin_dir: Path,
    settings: Sequence[str] = FAST,
    kept: Path | None = None,
    follows: Server | None = None,
) -> Iterator[Server]:
    """Yield a server that runs, new and removed at the end. Raises as `Server.start` does.

    With `kept`, it is that of this folder, and stays there, stopped.
    """
    temporary = tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True)
    with contextlib.nullcontext(str(kept.resolve())) if kept else temporary as folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        made = Server(bin_dir, folder, settings, follows)
        try:
            made.start()
            yield made
        finally:
            made.stop()


@contextlib.contextmanager
def throw_away_server(bin_dir: Path) -> Iterator[str]:
    """Yield the DATABASE_URL of a new server. Raises as `Server.start` does."""
    with server(bin_dir) as made:
        yield made.url


def _owner() -> dict[str, str]:
    """Return whom the server runs as: it refuses root, so root lends it another account."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid}
    raise RuntimeError("PostgreSQL does not run as root, and there is no account to lend it.")

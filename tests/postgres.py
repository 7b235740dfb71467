"""A throw-away PostgreSQL server, made from the installed programs and removed at the end."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
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


@contextlib.contextmanager
def throw_away_server(bin_dir: Path) -> Iterator[str]:
    """Yield the DATABASE_URL of a new server, reachable only through a socket in a private folder.

    Raises RuntimeError with the server's own words when it does not start.
    """
    owner = _owner()
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        if owner:
            shutil.chown(folder, **owner)
        data, log = f"{folder}/data", Path(folder, "log")
        as_owner = {**owner, "extra_groups": []} if owner else {}
        subprocess.run(
            [bin_dir / "initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust"]
            + ["--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **as_owner,
        )
        command = [bin_dir / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses="]
        for setting in FAST:
            command += ["-c", setting]
        with log.open("wb") as output:
            # Its own session: Ctrl-C reaches the tests, and the server is stopped after them.
            server = subprocess.Popen(
                command,
                stdout=output,
                stderr=output,
                cwd=folder,
                start_new_session=True,
                **as_owner,
            )
        try:
            _wait(server, bin_dir, folder, log)
            yield f"postgres://postgres@/{folder}/cgtdouanes"
        finally:
            # Fast shutdown: open connections are closed, nothing is left running.
            server.send_signal(signal.SIGINT)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _owner() -> dict[str, str]:
    """Return whom the server runs as: it refuses root, so root lends it another account."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            return {"user": account.pw_uid, "group": account.pw_gid}
    raise RuntimeError("PostgreSQL does not run as root, and there is no account to lend it.")


def _wait(server: subprocess.Popen, bin_dir: Path, folder: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    ready = [bin_dir / "pg_isready", "--quiet", "--host", folder]
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")
        time.sleep(0.1)

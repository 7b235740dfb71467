"""A throw-away Redis server of this machine, which writes nothing to disk."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import programs

START_SECONDS = 30


@contextlib.contextmanager
def throw_away_redis(folder: Path) -> Iterator[str]:
    """Yield the CACHE_URL of a new server, reached by a socket in this folder."""
    program = programs.redis()
    if not program:
        (pytest.fail if programs.in_ci() else pytest.skip)("redis-server is not installed")
    server = start_redis(program, folder)
    try:
        yield url_of_redis(folder)
    finally:
        server.terminate()
        server.wait(10)


def start_redis(program: str, folder: Path) -> subprocess.Popen:
    """Start a server in this folder, empty, and return once it answers."""
    path = folder / "redis.sock"
    options = ["--port", "0", "--unixsocket", path, "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([program, *options], cwd=folder, stdout=subprocess.DEVNULL)
    _wait(server, path)
    return server


def url_of_redis(folder: Path) -> str:
    """The CACHE_URL of the server of this folder."""
    return f"redis://{folder / 'redis.sock'}"


def _wait(server: subprocess.Popen, path: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(path))
            return
        assert server.poll() is None, "redis-server did not start"
        assert time.monotonic() < deadline, "redis-server did not answer"
        time.sleep(0.02)

"""An S3 server of this machine, moto's, and a site whose files are in a bucket of it."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.conf import settings as project_settings

from cgtdouanes.stores.stored_at import stored_at

START_SECONDS = 60
_numbers = count()


@contextlib.contextmanager
def throw_away_bucket_server() -> Iterator[str]:
    """Yield the host and port of a new server, which has no bucket yet."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(server, port)
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def new_bucket(server: str, name: str) -> str:
    """Make a bucket that is empty and closed; return its address, as MEDIA_STORAGE has it."""
    urlopen(Request(f"http://{server}/{name}", method="PUT")).close()
    return f"s3+http://key:secret@{server}/{name}"


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[str]:
    with throw_away_bucket_server() as server:
        yield server


@pytest.fixture
def bucket(bucket_server: str, settings) -> str:
    """The site keeps its files in a bucket of its own; the bucket's name."""
    name = f"section-{next(_numbers)}"
    address = new_bucket(bucket_server, name)
    settings.MEDIA_STORAGE = address
    settings.STORAGES = project_settings.STORAGES | {
        "default": stored_at(address, "media"),
        "erasures": stored_at(address, "erasures"),
    }
    return name


@pytest.fixture(params=["in a folder", "in a bucket"])
def wherever_stored(request: pytest.FixtureRequest) -> None:
    """What is true of files is true wherever they are stored."""
    if request.param == "in a bucket":
        request.getfixturevalue("bucket")


def _wait(server: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urlopen(f"http://127.0.0.1:{port}/moto-api/", timeout=5).close()
            return
        except HTTPError:
            return
        except OSError:
            assert server.poll() is None, "moto did not start"
            assert time.monotonic() < deadline, "moto did not answer"
            time.sleep(0.1)

"""The site as a benchmark needs it: its demo in a temporary folder, behind gunicorn."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
APPLICATION = "cgtdouanes.wsgi:application"
SECONDS, CONNECTIONS = 5, 16


def with_demo(folder: Path) -> dict[str, str]:
    """Make the demo in this folder; return the environment in which the site shows it."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "CACHE_URL": f"filecache://{folder}/cache",
        "EMAIL_URL": f"filemail://{folder}/mail",
        "MEDIA_ROOT": f"{folder}/media",
        "STATIC_ROOT": f"{folder}/static",
    }
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"], ["demo"]):
        run(environment, "manage.py", *command)
    return environment


def run(environment: dict[str, str], *command: str) -> None:
    """Run Python on this command, silently, from the root of the project."""
    subprocess.run(  # noqa: S603
        [sys.executable, *command], cwd=ROOT, env=environment, check=True, capture_output=True
    )


@contextlib.contextmanager
def served(environment: dict[str, str], application: str = APPLICATION) -> Iterator[str]:
    """Start gunicorn on a free port of this machine, yield its address, stop it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", application],
        cwd=ROOT,
        env=environment | {"PORT": str(port), "SITE_URL": address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urlopen(address, timeout=5).close()  # noqa: S310
                break
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def requests_per_second(address: str, **headers: str) -> float:
    """Ask for it again and again, by CONNECTIONS connections during SECONDS."""
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt install wrk")
    options = ["-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
    for name, value in {"Accept-Encoding": "br", **headers}.items():
        options += ["-H", f"{name}: {value}"]
    said = subprocess.run(  # noqa: S603
        ["wrk", *options, address],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if not found or "Non-2xx" in said:
        sys.exit(said)
    return float(found[1])

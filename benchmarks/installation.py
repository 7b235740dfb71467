"""A site on several machines, each a folder of its own: nothing is shared but what servers hold.

PostgreSQL, Redis and an S3 server (moto's) are started for the occasion, and nginx in front, with
the rules of `deploy/nginx.conf`. All of it goes at the end.
"""

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psycopg

from tests import programs
from tests.bucket_server import new_bucket, throw_away_bucket_server
from tests.postgres import throw_away_server
from tests.redis_server import throw_away_redis
from tests.suite import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache")
START_SECONDS = 120


@dataclass
class Servers:
    """What all machines share, by their addresses."""

    postgresql: str
    redis: str
    buckets: str

    def database(self, name: str) -> str:
        """Make an empty database; return its DATABASE_URL."""
        beginning, _, _ = self.postgresql.rpartition("/")
        where = f"host={beginning.partition('@/')[2]} user=postgres dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        return f"{beginning}/{name}"


@contextlib.contextmanager
def servers(folder: Path) -> Iterator[Servers]:
    """Start them; stop them at the end."""
    bin_dir = programs.postgres()
    if not bin_dir:
        sys.exit("PostgreSQL is missing: apt install postgresql")
    with (
        throw_away_server(bin_dir) as postgresql,
        throw_away_redis(folder) as redis,
        throw_away_bucket_server() as buckets,
    ):
        yield Servers(postgresql, redis, buckets)


@dataclass
class Installation:
    """A site that is running: its address, that of each machine, and what each is told."""

    folder: Path
    address: str
    environment: dict[str, str]
    machines: list[str] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def manage(self, *command: str) -> None:
        """Run a command on the first machine. Raises CalledProcessError."""
        subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *command],
            cwd=self.folder / "machine0",
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def logs(self) -> str:
        """Return what all the machines have said."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("machine*.log")))


@contextlib.contextmanager
def installed(
    shared: Servers, folder: Path, *, name: str, host: str = "127.0.0.1", **settings: str
) -> Iterator[Installation]:
    """Install the site with its demo on two machines, and serve it at one address."""
    port, *ports = free_ports(3)
    address = f"http://{host}:{port}"
    at = {"site": 0, "strict": 1}[name]
    environment = ENVIRONMENT | {
        "SITE_URL": address,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": shared.database(name),
        "CACHE_URL": f"{shared.redis}?db={at}",
        "MEDIA_STORAGE": new_bucket(shared.buckets, name),
        "EMAIL_URL": f"filemail://{folder}/mail",
        "TRUSTED_PROXY_COUNT": "1",
        "REQUIRE_SECOND_FACTOR": "false",
        "PUBLISH_EVERY": "20",
        "WEB_CONCURRENCY": "1",
        # The journeys of a few minutes are those of the same few people.
        "REACTIONS_PACE": "1000",
        **settings,
    }
    site = Installation(folder, address, environment)
    machines = [folder / f"machine{number}" for number in range(len(ports))]
    for machine in machines:
        shutil.copytree(ROOT, machine, ignore=NOT_COPIED)
    for command in (["collectstatic", "--noinput", "-v0"], ["migrate", "-v0"], ["demo"]):
        site.manage(*command)
    for machine in machines[1:]:
        shutil.copytree(machines[0] / "var" / "static", machine / "var" / "static")
    with contextlib.ExitStack() as running:
        for number, machine_port in enumerate(ports):
            site.processes.append(running.enter_context(_gunicorn(site, number, machine_port)))
            site.machines.append(f"http://127.0.0.1:{machine_port}")
        running.enter_context(proxy(folder / "nginx", port, ports))
        yield site


@contextlib.contextmanager
def _gunicorn(site: Installation, number: int, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with (site.folder / f"machine{number}.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"],
            cwd=site.folder / f"machine{number}",
            env=site.environment | {"PORT": str(port)},
            stdout=log,
            stderr=log,
        )
    with _stopped_at_the_end(process):
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield process


@contextlib.contextmanager
def proxy(folder: Path, port: int, ports: list[int]) -> Iterator[None]:
    """Start nginx on a port of this machine, before gunicorn on each of these."""
    nginx = programs.nginx()
    if not nginx:
        sys.exit("nginx is missing: apt install nginx-light")
    folder.mkdir()
    rules = re.search(
        r"\n    location / \{\n        proxy_pass.*?\n    \}\n",
        (ROOT / "deploy" / "nginx.conf").read_text(),
        re.DOTALL,
    )
    assert rules, "deploy/nginx.conf has changed"  # noqa: S101
    # Without a certificate here, and on a port that is part of the address; what a machine that is
    # away could not take, another one does.
    ours = rules[0].replace("X-Forwarded-Proto https", "X-Forwarded-Proto $scheme")
    ours = ours.replace("Host $host", "Host $http_host")
    ours = ours.replace("proxy_next_upstream off", "proxy_next_upstream error")
    kept = "".join(
        f"{kind}_temp_path {folder}/{kind}; "
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    account = "user root root;" if os.geteuid() == 0 else ""
    machines = "".join(f"server 127.0.0.1:{each}; " for each in ports)
    (folder / "nginx.conf").write_text(
        f"{account} daemon off; pid {folder}/pid; error_log {folder}/error.log crit;\n"
        f"events {{}}\nhttp {{ {kept} access_log off;\n"
        f"upstream section {{ {machines} keepalive 16; }}\n"
        f"server {{ listen 127.0.0.1:{port}; client_max_body_size 64m; {ours} }} }}\n"
    )
    process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")])  # noqa: S603
    with _stopped_at_the_end(process):
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield


@contextlib.contextmanager
def _stopped_at_the_end(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def free_ports(number: int) -> list[int]:
    """Return ports of this machine that nobody listens on."""
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


def wait_for(address: str) -> None:
    """Wait until it answers well. Exits when it does not for too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            urlopen(address, timeout=5).close()  # noqa: S310
            return
        time.sleep(0.1)
    sys.exit(f"{address} does not answer")

"""`make test`: every check of the project, one after the other, and what came of each at the end.

A failing stage does not stop the next ones, so that one run tells all.
"""

import contextlib
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import programs
from tests.postgres import throw_away_server

PYTHON = [sys.executable, "-m"]
MANAGE = [sys.executable, "-X", "dev", "-W", "error", "manage.py"]
# What the person running the tests has set for their own installation must not change the answers.
OWN_SETTINGS = {
    *re.findall(r"env\.\w+\(\s*\"(\w+)\"", Path("cgtdouanes/settings.py").read_text("utf-8")),
    *("MAKEFLAGS", "MAKELEVEL", "MFLAGS"),
}
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
PASSED, FAILED, MISSING = "passed", "FAILED", "NOT RUN"


@dataclass
class Result:
    """What came of one stage, as the closing table shows it."""

    name: str
    outcome: str
    seconds: float
    remark: str = ""


def title(name: str) -> None:
    """Open a stage on the screen."""
    print(f"\n\033[1m── {name}\033[0m" if sys.stdout.isatty() else f"\n── {name}", flush=True)


def run(name: str, command: list[str], **environment: str) -> Result:
    """Run one stage, showing its output as it comes; keep the last line of pytest as a remark."""
    title(name)
    start = time.monotonic()
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=ENVIRONMENT | environment,
    ) as process:
        tail = b""
        try:
            while chunk := os.read(process.stdout.fileno(), 8192):
                sys.stdout.buffer.write(chunk)
                sys.stdout.buffer.flush()
                tail = (tail + chunk)[-2000:]
        except SystemExit:
            # As Ctrl-C would: pytest then closes the servers and browsers that it opened.
            process.send_signal(signal.SIGINT)
            raise
    last_line = tail.decode(errors="replace").strip().rpartition("\n")[2].strip("= ")
    return Result(
        name,
        PASSED if process.returncode == 0 else FAILED,
        time.monotonic() - start,
        last_line if "pytest" in command else "",
    )


def missing(name: str, program: str) -> Result:
    """Say plainly that a stage cannot run here; in CI that is a failure."""
    remark = f"{program} is not installed"
    title(name)
    print(f"{remark}.", flush=True)
    return Result(name, FAILED if programs.in_ci() else MISSING, 0, remark)


def static_stages(folder: str) -> list[Callable[[], Result]]:
    """Return the stages that read the code and the settings without running the application."""
    database = {"DATABASE_URL": f"sqlite:///{folder}/empty.sqlite3"}
    production = database | {
        "SITE_URL": "https://section.example.net",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "EMAIL_URL": "smtp+tls://user:password@mail.example.net:587",
        "DEFAULT_FROM_EMAIL": "section@example.net",
        "CACHE_URL": f"filecache://{folder}/cache",
        "MEDIA_ROOT": f"{folder}/media",
        "STATIC_ROOT": f"{folder}/static",
    }
    deploy = ["check", "--deploy", "--fail-level", "WARNING", "--database", "default"]
    return [
        lambda: run("ruff check", [*PYTHON, "ruff", "check", "."]),
        lambda: run("ruff format", [*PYTHON, "ruff", "format", "--check", "."]),
        lambda: run("mypy", [*PYTHON, "mypy"], **database),
        lambda: run("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"], **database),
        lambda: run("check --deploy", [*MANAGE, *deploy], **production),
    ]


def running_stages() -> list[Callable[[], Result]]:
    """Return the stages that run the application."""
    pytest = [*PYTHON, "pytest", "-q"]
    if sys.stdout.isatty():
        pytest.append("--color=yes")
    unit = [*pytest, "-m", "not browser", "-n", "2"]
    return [
        lambda: run("tests on SQLite", unit),
        lambda: on_postgres("tests on PostgreSQL", [*unit, "--database-alone"]),
        lambda: in_browser("browser journeys", [*pytest, "-m", "browser"]),
    ]


def on_postgres(name: str, command: list[str]) -> Result:
    """Run the tests on the server of TEST_DATABASE_URL, else on a throw-away one."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return run(name, command, DATABASE_URL=url)
    bin_dir = programs.postgres()
    if not bin_dir:
        return missing(name, "PostgreSQL")
    try:
        with throw_away_server(bin_dir) as url:
            return run(name, command, DATABASE_URL=url)
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return Result(name, FAILED, 0, "the throw-away server did not start")


def in_browser(name: str, command: list[str]) -> Result:
    """Run the journeys, where there is a browser."""
    if not programs.chromium():
        return missing(name, "Chromium")
    return run(name, [*command, "-n", "2"])


def summary(results: list[Result]) -> int:
    """Print the closing table and return the exit status."""
    title("summary")
    for result in results:
        print(f"{result.outcome:8} {result.name:20} {result.seconds:6.1f} s  {result.remark}")
    failed = [result.name for result in results if result.outcome == FAILED]
    print(f"\nFAILED: {', '.join(failed)}" if failed else "\nNo stage failed.", flush=True)
    return 1 if failed else 0


def main(quick: bool) -> int:
    """Run the stages; an interruption still closes what was started and tells what is known."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        stages = static_stages(folder) + ([] if quick else running_stages())
        for stage in stages:
            results.append(stage())
        return summary(results)
    results.append(Result("interrupted", FAILED, 0, "the stages after this line were not run"))
    summary(results)
    return 130


if __name__ == "__main__":
    sys.exit(main(quick="--quick" in sys.argv[1:]))

"""Programs that the tests need and that are not Python packages."""

import os
import shutil
from pathlib import Path


def postgres() -> Path | None:
    """Return the folder of the newest installed PostgreSQL server's programs, or None."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda path: int(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def chromium() -> str | None:
    """Return the path of Chromium (the variable CHROMIUM first), or None."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next(filter(None, (shutil.which(name) for name in names if name)), None)


def java() -> str | None:
    """Return the path of Java, which the HTML checker is written in, or None."""
    return shutil.which("java")


def nginx() -> str | None:
    """Return the path of nginx, or None; Debian keeps it out of people's PATH."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")


def redis() -> str | None:
    """Return the path of a Redis server, or of Valkey, which is the same to us, or None."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def in_ci() -> bool:
    """Tell whether a missing program is a failure rather than a remark."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}

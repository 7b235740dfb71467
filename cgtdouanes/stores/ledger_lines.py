"""Where the lines of the ledger of erasures are: in a file, or each in a file of the bucket.

They are only ever added, by any machine, even by several at once.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages


def lines() -> Iterator[str]:
    """Give them all, some perhaps twice. Raises OSError.

    Where there is a bucket, a file that stands beside it is read too: a copy, after the bucket was
    lost.
    """
    path = Path(settings.ERASURE_LEDGER)
    if path.exists():
        yield from path.read_text(encoding="utf-8").splitlines()
    if _is_in_bucket():
        bucket = storages["erasures"]
        for name in bucket.listdir("")[1]:
            with bucket.open(name) as file:
                yield from file.read().decode().splitlines()


def add(named: Mapping[str, str]) -> int:
    """Add the lines that are not there yet, each under its name, and return how many.

    Raises OSError.
    """
    if _is_in_bucket():
        bucket = storages["erasures"]
        known = set(bucket.listdir("")[1])
        missing = {name: line for name, line in named.items() if name not in known}
        for name, line in missing.items():
            bucket.save(name, ContentFile(f"{line}\n".encode()))
    else:
        written = set(lines())
        missing = {name: line for name, line in named.items() if line not in written}
        if missing:
            _append("".join(f"{line}\n" for line in missing.values()))
    return len(missing)


def _is_in_bucket() -> bool:
    return "erasures" in settings.STORAGES


def _append(text: str) -> None:
    path = Path(settings.ERASURE_LEDGER)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            # A line that was cut short must not spoil the next one.
            text = text if file.read(1) == b"\n" else f"\n{text}"
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())

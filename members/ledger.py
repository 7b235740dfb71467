"""The ledger of erasures: a file beside the database, so that a restored backup can replay them.

Its lines hold no personal data: the fingerprint of an account, the day, and what was decided. It
only grows. The table `Erasure` is written in the transaction of each departure; the file is copied
from it, and whatever stopped a copy is made up for by the next one.
"""

import json
import os
from datetime import date
from pathlib import Path

from django.conf import settings

from members.models import Erasure


def copy() -> int:
    """Add to the file the erasures that it lacks, and return how many. Raises OSError."""
    known = {erasure.account for erasure in read()}
    missing = [erasure for erasure in Erasure.objects.all() if erasure.account not in known]
    if missing:
        _append("".join(_line(erasure) for erasure in missing))
    return len(missing)


def read() -> list[Erasure]:
    """Return the erasures of the file, unsaved; a line cut short by a power cut is left out."""
    path = Path(settings.ERASURE_LEDGER)
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [erasure for line in lines if (erasure := _erasure(line))]


def _line(erasure: Erasure) -> str:
    facts = {
        "account": erasure.account,
        "on": erasure.on.isoformat(),
        "words_erased": erasure.words_erased,
        "resigned": erasure.resigned,
    }
    return f"{json.dumps(facts)}\n"


def _erasure(line: str) -> Erasure | None:
    try:
        facts = json.loads(line)
        return Erasure(
            account=str(facts["account"]),
            on=date.fromisoformat(facts["on"]),
            words_erased=bool(facts["words_erased"]),
            resigned=bool(facts["resigned"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def _append(lines: str) -> None:
    path = Path(settings.ERASURE_LEDGER)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            # A line that was cut short must not spoil the next one.
            lines = lines if file.read(1) == b"\n" else f"\n{lines}"
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())

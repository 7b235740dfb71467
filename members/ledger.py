"""The ledger of erasures: beside the database, so that a restored backup can replay them.

Its lines hold no personal data: the fingerprint of an account, the day, and what was decided. It
only grows. The table `Erasure` is written in the transaction of each departure; the ledger is
copied from it, and whatever stopped a copy is made up for by the next one.
"""

import json
from datetime import date

from cgtdouanes.stores import ledger_lines
from members.models import Erasure


def copy() -> int:
    """Add to the ledger the erasures that it lacks, and return how many. Raises OSError."""
    return ledger_lines.add({each.account: _line(each) for each in Erasure.objects.all()})


def read() -> list[Erasure]:
    """Return the erasures of the ledger, unsaved; a line cut short by a power cut is left out."""
    return [erasure for line in ledger_lines.lines() if (erasure := _erasure(line))]


def _line(erasure: Erasure) -> str:
    facts = {
        "account": erasure.account,
        "on": erasure.on.isoformat(),
        "words_erased": erasure.words_erased,
        "resigned": erasure.resigned,
    }
    return json.dumps(facts)


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

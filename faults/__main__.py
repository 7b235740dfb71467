"""`python -m faults [NAME …]`: make these faults (all by default), and say what came of each."""

import signal
import sys
from importlib import import_module

NAMES = ["killed", "postgresql", "disk", "mail", "cache"]


def main(names: list[str]) -> int:
    """Return the exit status: 1 when something was lost, doubled, shown, or slow to come back."""
    if unknown := set(names) - set(NAMES):
        sys.exit(f"Unknown: {', '.join(sorted(unknown))}. Choose among {', '.join(NAMES)}.")
    # As Ctrl-C would: what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    is_good = True
    for name in names or NAMES:
        for report in import_module(f"faults.{name}").main():
            print(report, flush=True)
            is_good = is_good and report.is_good
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

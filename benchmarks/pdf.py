"""What the PDF of a report costs: to make, to serve, and to a crowd that asks before it is made.

    .venv/bin/python -m benchmarks.pdf

starts the site with its demo in a temporary folder; asks at once, by two hundred connections, for
a PDF that nobody has made; then for those of some other articles, one by one; then again and again
for the first (wrk, 16 connections), and for the page of its report.
"""

import statistics
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from benchmarks.site import requests_per_second, served, with_demo

CROWD = 200
FIRST = "plan-probite-et-protection"
OTHERS = (
    *("cinquante-et-un-et-un-mur", "neuf-degres", "dix-heures-a-mi-chemin"),
    *("effectifs-2026-neuf-chaises", "aeroport-vingt-six-minutes", "un-chauffage-au-printemps"),
    *("une-annee-de-section-ligne-par-ligne", "travail-de-nuit-cinquante-huit-reponses"),
)


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with served(with_demo(folder)) as site:
            address = _pdf(site, FIRST)
            began_at = time.perf_counter()
            with ThreadPoolExecutor(CROWD) as crowd:
                answers = list(crowd.map(_ask, [address] * CROWD))
            seconds = time.perf_counter() - began_at
            statuses = Counter(status for status, _, _ in answers)
            files = len(list((folder / "media/remade/pdf").iterdir()))
            told = ", ".join(f"{count} times {status}" for status, count in statuses.items())
            print(f"{CROWD} at once: {told}, in {seconds:.1f} s; files made: {files}")
            taken = [_ask(_pdf(site, slug))[1] for slug in OTHERS]
            print(
                f"made on request: median {statistics.median(taken):.2f} s, "
                f"from {min(taken):.2f} to {max(taken):.2f} s"
            )
            size = _ask(address)[2]
            print(f"served, {size} bytes: {requests_per_second(address):.0f}/s")
            print(f"its page: {requests_per_second(f'{site}/articles/{FIRST}/'):.0f}/s")


def _pdf(site: str, slug: str) -> str:
    return f"{site}/articles/{slug}/impression.pdf"


def _ask(address: str) -> tuple[int, float, int]:
    """Return the status, the seconds that it took and the size."""
    began_at = time.perf_counter()
    try:
        with urlopen(address, timeout=60) as answer:  # noqa: S310
            return answer.status, time.perf_counter() - began_at, len(answer.read())
    except HTTPError as error:
        return error.code, time.perf_counter() - began_at, 0


if __name__ == "__main__":
    main()

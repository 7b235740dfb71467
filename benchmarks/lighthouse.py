"""What Lighthouse says of the main pages, on a telephone and on a desk.

    .venv/bin/python -m benchmarks.lighthouse [--adherent] [PATH …]

starts the site with its demo in a temporary folder and runs Lighthouse on its pages, as a visitor
or signed in as the adherent of the demo; prints the four scores out of 100 and, below a page, each
audit that costs it points. Target: 100 for performance and accessibility; the exit status is 1 when
a page misses it. The score of performance moves with what else the machine does: run it alone.
Node.js fetches Lighthouse (npx).
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.site import run, served, with_demo
from benchmarks.weight import ADHERENT, HEAVY, REPORT, sign_in
from tests import programs

# The last one that Node.js 18 and 20 can run.
LIGHTHOUSE = "lighthouse@12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
HELD = ("performance", "accessibility")
FORMS = {"mobile": [], "desktop": ["--preset=desktop"]}
# It gives a page up when the machine does too much else.
TRIES = 3
PAGES = [REPORT, HEAVY, "/articles/", "/revendications/", "/"]


def main(paths: list[str], is_adherent: bool) -> int:
    """Ask of each page in turn, print, and return the exit status."""
    chromium = programs.chromium()
    if not chromium or not shutil.which("npx"):
        sys.exit("Chromium or Node.js is missing: apt install chromium nodejs npm")
    missed = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = with_demo(folder)
        run(environment, "-m", "benchmarks.heavy_report")
        with served(environment) as site:
            options = _signed_in(site, chromium, folder) if is_adherent else []
            print(f"{'':<46}{''.join(f'{each:>16}' for each in CATEGORIES)}")
            for path in paths or PAGES:
                for form, preset in FORMS.items():
                    report = _report(f"{site}{path}", [*options, *preset], chromium, folder)
                    missed = _print(f"{path} {form}", report) or missed
    return int(missed)


def _signed_in(site: str, chromium: str, folder: Path) -> list[str]:
    """The option by which Lighthouse sends the cookies of the adherent."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_sandbox())
        page = browser.new_page(base_url=site)
        sign_in(page, ADHERENT)
        cookies = page.context.cookies()
        browser.close()
    file = folder / "headers.json"
    value = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
    file.write_text(json.dumps({"Cookie": value}))
    return [f"--extra-headers={file}"]


def _sandbox() -> list[str]:
    """Chromium's sandbox refuses root."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []


def _report(address: str, options: list[str], chromium: str, folder: Path) -> dict[str, Any]:
    file = folder / "report.json"
    command = [
        *("npx", "--yes", LIGHTHOUSE, address),
        *("--quiet", "--output=json", f"--output-path={file}"),
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={' '.join(['--headless=new', *_sandbox()])}",
        *options,
    ]
    environment = os.environ | {"CHROME_PATH": chromium}
    for _ in range(TRIES):
        done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603
        if not done.returncode:
            break
    else:
        sys.exit(done.stderr)
    report: dict[str, Any] = json.loads(file.read_text())
    return report


def _print(name: str, report: dict[str, Any]) -> bool:
    """Print one line of scores, and what costs points; tell whether the target is missed."""
    categories = report["categories"]
    scores = {each: round(100 * (categories[each]["score"] or 0)) for each in CATEGORIES}
    print(f"{name:<46}{''.join(f'{scores[each]:>16}' for each in CATEGORIES)}", flush=True)
    for category in CATEGORIES:
        for reference in categories[category]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 1:
                told = audit.get("displayValue", "")
                print(f"    {category}: {audit['score']:.2f} {audit['title']} {told}".rstrip())
    return any(scores[each] < 100 for each in HELD)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adherent", action="store_true")
    parser.add_argument("paths", nargs="*", metavar="PATH")
    asked = parser.parse_args()
    sys.exit(main(asked.paths, asked.adherent))

"""What each page weighs for who opens it for the first time, and whether it moves while it comes.

    .venv/bin/python -m benchmarks.weight [PATH …]

starts the site with its demo in a temporary folder, opens its pages in Chromium, each with an empty
cache, at the width of a telephone and of a desk, over a slow network; prints every request with the
bytes that were transferred for it (headers included), and for each page the total, the heaviest
font, the requests to other hosts and the layout shift (https://web.dev/articles/cls). An adherent
comes from the sign-in page, whose files they have. Pictures that an officer put in a text are told
apart. Targets: 30 kB for a report with all it needs, 25 kB for a font, no other host, no shift; the
exit status is 1 when a page misses one.
"""

import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks import heavy_report
from benchmarks.site import run, served, with_demo
from tests import programs

TARGET, TARGET_FONT = 30_000, 25_000
WIDTHS = (390, 1280)
HOST = "127.0.0.1"
REPORT = f"/articles/{heavy_report.MODEL}/"
HEAVY = f"/articles/{heavy_report.SLUG}/"
VISITOR, ADHERENT = "visitor", "adherente@example.org"
PASSWORD = "demo-demo-demo-demo"  # noqa: S105  of the demo, and nothing else
PAGES = {
    VISITOR: ["/", REPORT, HEAVY, "/articles/", "/revendications/"],
    ADHERENT: [REPORT, HEAVY, "/articles/", "/revendications/"],
}
# What Lighthouse calls a slow 4G: late files would be seen to come late.
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SHIFTS = """
window.shifts = [];
new PerformanceObserver(list => {
    for (const entry of list.getEntries())
        if (!entry.hadRecentInput)
            window.shifts.push([entry.value, entry.sources.map(
                source => (source.node?.outerHTML ?? source.node?.nodeName ?? '').slice(0, 60))]);
}).observe({type: 'layout-shift', buffered: true});
"""
GO_DOWN = """async () => {
    for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight / 2) {
        scrollTo({top, behavior: 'instant'});
        await new Promise(resolve => setTimeout(resolve, 100));
    }
}"""


@dataclass
class Transfer:
    """One request, and its bytes as transferred, headers included."""

    address: str = ""
    kind: str = ""
    encoding: str = ""
    size: int = 0

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    @property
    def is_picture_of_text(self) -> bool:
        return self.path.startswith("/images/")


@dataclass
class Opening:
    """What one page took to open, at one width."""

    reader: str
    path: str
    width: int
    transfers: dict[str, Transfer] = field(default_factory=dict)
    shifts: list[tuple[float, list[str]]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(each.size for each in self.transfers.values()) - self.pictures

    @property
    def pictures(self) -> int:
        return sum(each.size for each in self.transfers.values() if each.is_picture_of_text)

    @property
    def heaviest_font(self) -> int:
        fonts = [each.size for each in self.transfers.values() if each.kind == "Font"]
        return max(fonts, default=0)

    @property
    def elsewhere(self) -> list[str]:
        addresses = [each.address for each in self.transfers.values()]
        return [each for each in addresses if urlsplit(each).hostname != HOST]

    @property
    def shift(self) -> float:
        return sum(value for value, _ in self.shifts)

    def faults(self) -> list[str]:
        """The targets that it misses."""
        found = []
        is_report = self.path.startswith("/articles/") and self.path != "/articles/"
        if is_report and self.total > TARGET:
            found.append(f"over {TARGET}")
        if self.heaviest_font > TARGET_FONT:
            found.append(f"a font over {TARGET_FONT}")
        if self.elsewhere:
            found.append("asks another host")
        if self.shift:
            found.append("moves")
        return found


def main(paths: list[str]) -> int:
    """Open, print, and return the exit status."""
    chromium = programs.chromium()
    if not chromium:
        sys.exit("Chromium is missing: apt install chromium")
    pages = {VISITOR: paths} if paths else PAGES
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        environment = with_demo(Path(name))
        run(environment, "-m", "benchmarks.heavy_report")
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        with served(environment) as site:
            openings = [
                opened(browser, site, reader, path, width)
                for reader in pages
                for path in pages[reader]
                for width in WIDTHS
            ]
        browser.close()
    for opening in openings:
        _print(opening)
    return _sum_up(openings)


def opened(browser: Browser, site: str, reader: str, path: str, width: int) -> Opening:
    """Open the page in a window of its own, with an empty cache."""
    context = browser.new_context(
        base_url=site,
        viewport={"width": width, "height": 844 if width < 600 else 900},
        is_mobile=width < 600,
        device_scale_factor=2 if width < 600 else 1,
        locale="fr-FR",
    )
    page = context.new_page()
    if reader != VISITOR:
        sign_in(page, reader)
    page.add_init_script(SHIFTS)
    opening = Opening(reader, path, width)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    _watch(session, opening)
    _load(page, path, opening)
    context.close()
    return opening


def sign_in(page: Page, email: str) -> None:
    """Sign this person of the demo in."""
    page.goto("/compte/login/", wait_until="networkidle")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form [type=submit]").first.click()
    page.wait_for_url(lambda url: "/compte/login/" not in url)
    # Not the page that follows the sign-in, which has files of its own.
    page.goto("about:blank")


def _watch(session: CDPSession, opening: Opening) -> None:
    def of(event: dict) -> Transfer:
        return opening.transfers.setdefault(event["requestId"], Transfer())

    def sent(event: dict) -> None:
        transfer = of(event)
        transfer.address, transfer.kind = event["request"]["url"], event.get("type", "")

    def received(event: dict) -> None:
        headers = {key.lower(): value for key, value in event["response"]["headers"].items()}
        of(event).encoding = headers.get("content-encoding", "")

    def finished(event: dict) -> None:
        of(event).size = int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.responseReceived", received)
    session.on("Network.loadingFinished", finished)


def _load(page: Page, path: str, opening: Opening) -> None:
    """Open the page, wait until nothing comes any more, then go down to its end."""
    answer = page.goto(path, wait_until="networkidle")
    if not answer or answer.status != 200:
        sys.exit(f"{path} is not answered")
    icon = page.locator("link[rel=icon]").get_attribute("href")
    page.evaluate(GO_DOWN)
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => null)")
    opening.shifts = page.evaluate("window.shifts")
    if icon and all(each.path != icon for each in opening.transfers.values()):
        # A browser without a window does not ask for the icon of its tab.
        before = set(opening.transfers)
        page.goto(icon, wait_until="networkidle")
        for key in set(opening.transfers) - before:
            opening.transfers[key].kind = "Icon"


def _print(opening: Opening) -> None:
    print(f"\n{opening.path}   {opening.reader}, {opening.width} px")
    for each in opening.transfers.values():
        name = each.address if each.address in opening.elsewhere else each.path
        print(f"{each.size:>9} {each.kind:<11}{each.encoding:<5}{name}")
    for value, nodes in opening.shifts:
        print(f"    shift {value:.4f}  {'  '.join(nodes)}")


def _sum_up(openings: list[Opening]) -> int:
    print(f"\n{'':<52}{'bytes':>8}{'pictures':>10}{'font':>8}{'shift':>8}")
    missed = False
    for each in openings:
        faults = each.faults()
        missed = missed or bool(faults)
        name = f"{each.path} {'' if each.reader == VISITOR else 'adherent '}{each.width}"
        print(
            f"{name:<52}{each.total:>8}{each.pictures:>10}{each.heaviest_font:>8}{each.shift:>8.4f}"
            f"   {', '.join(faults)}".rstrip()
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

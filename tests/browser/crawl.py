"""Every address that a person can reach by following the links of the site."""

from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.urls import resolve
from playwright.sync_api import BrowserContext

# Enough of each kind: the tenth article is made like the first ones.
OF_EACH_KIND = 2


@dataclass(frozen=True)
class Reached:
    """What a link leads to: its path with its query, and the name of the URL that serves it."""

    path: str
    name: str
    status: int
    html: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        href = dict(attrs).get("href")
        if tag == "a" and href:
            self.found.append(href)


def crawl(context: BrowserContext, start: str) -> list[Reached]:
    """Return the HTML pages that links lead to, at most two of each kind.

    A page whose query says more (an answer, a second page of a list) counts as another kind.
    The site and its desk, /admin/, are walked apart: the links from one to the other are not taken,
    nor the many ways in which the desk sorts and filters its lists.
    """
    pages: list[Reached] = []
    count: dict[tuple[str, str], int] = {}
    seen, waiting = {start}, [start]
    while waiting:
        path = waiting.pop(0)
        kind = _kind(path)
        if count.get(kind, 0) >= OF_EACH_KIND:
            continue
        response = context.request.get(path)
        if "text/html" not in response.headers.get("content-type", ""):
            continue
        count[kind] = count.get(kind, 0) + 1
        html = response.text()
        pages.append(Reached(path, kind[0], response.status, html))
        links = _Links()
        links.feed(html)
        for href in links.found:
            url = urlsplit(urljoin(response.url, href))
            link = url.path + (f"?{url.query}" if url.query else "")
            ours = url.netloc == urlsplit(response.url).netloc
            aside = _on_the_desk(link) != _on_the_desk(start) or (_on_the_desk(link) and url.query)
            if ours and not aside and link not in seen:
                seen.add(link)
                waiting.append(link)
    return pages


def _on_the_desk(path: str) -> bool:
    return path.startswith("/admin/")


def _kind(path: str) -> tuple[str, str]:
    url = urlsplit(path)
    names = "&".join(sorted(part.partition("=")[0] for part in url.query.split("&")))
    return resolve(url.path).view_name, names

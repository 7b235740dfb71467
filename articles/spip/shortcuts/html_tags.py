"""The HTML that the writers put among their shortcuts: what a body keeps of it, and bare addresses.

No tag is copied: the ones that are kept are written again with the attributes that mean something.
"""

import re
from html import escape

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts.addresses import EMAIL, anchor_id, destination, own_path, relative
from articles.spip.shortcuts.figures import figure, is_shown, linked
from articles.spip.shortcuts.work import Work, escaped
from cgtdouanes.text.markup import Token, attributes

_INLINE = frozenset(
    {"abbr", "acronym", "b", "cite", "code", "del", "em", "font", "i", "ins", "kbd", "s", "samp"}
    | {"small", "span", "strike", "strong", "sub", "sup", "tt", "u"}
)
_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "div", "figcaption", "figure"}
    | {"fieldset", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "legend", "li"}
    | {"main", "nav", "ol", "p", "pre", "section", "ul"}
    | {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
)
# The nearest thing that a body knows.
_SAME_AS = {
    **{"quote": "blockquote", "dd": "p", "details": "div", "summary": "p"},
    **{"menu": "ul", "dir": "ul", "listing": "pre", "xmp": "pre", "plaintext": "pre"},
    **{"big": "strong", "mark": "strong", "dfn": "em", "var": "em", "q": "em"},
}
_WITHOUT_MEANING = frozenset(
    {"basefont", "bdi", "bdo", "blink", "body", "col", "colgroup", "data", "dl", "head", "hgroup"}
    | {"html", "intro", "label", "nobr", "rp", "rt", "ruby", "sc", "spacer", "time", "wbr"}
)
_REFUSED = frozenset(
    {"applet", "area", "audio", "base", "bgsound", "button", "canvas", "circle", "datalist"}
    | {"dialog", "embed", "form", "frameset", "g", "iframe", "input", "link", "map", "marquee"}
    | {"meta", "meter", "noframes", "noscript", "object", "optgroup", "option", "output", "param"}
    | {"path", "picture", "progress", "script", "select", "source", "style", "svg", "template"}
    | {"textarea", "title", "track", "video"}
)
_SHOWN_FROM_ELSEWHERE = frozenset({"iframe", "embed", "video", "audio", "source"})
_ATTRIBUTES = {
    "abbr": ("title",),
    "acronym": ("title",),
    "ol": ("start",),
    "td": ("colspan", "rowspan"),
    "th": ("scope", "colspan", "rowspan"),
}
_TAG = r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*(?::[a-z]+)?)(?P<given>(?:[\s/][^<>]*)?)>"
_LINKED_PICTURE = r"<a\b(?P<link>[^<>]*)>\s*<img\b(?P<picture>[^<>]*)>\s*</a\s*>"
_URL = (
    r"(?<![\w/@.-])(?P<url>(?:https?://|www\.)[\w-]+(?:\.[\w-]+)+[^\s\"'\[\]{})<>|\ufdd0-\ufdd9]*)"
)
_EMAIL = rf"(?<![\w.+-])(?P<email>{EMAIL})"
_KNOWN = _INLINE | _BLOCKS | _REFUSED | {"a", "br", "img"}
_MARKUP = re.compile("|".join((_LINKED_PICTURE, _TAG, _URL, _EMAIL)))
_AFTER_A_URL = ".,;:!?"
_BREAKS = re.compile(r"(?:<br\b[^<>]*>\s*){2,}", re.IGNORECASE)


class _Markup:
    """Reads the tags of a text in order: what is inside a link becomes no link by itself."""

    def __init__(self, work: Work, in_link: bool) -> None:
        self.work = work
        self.in_link = in_link
        self.links: list[bool] = []

    def html(self, match: re.Match[str]) -> str | None:
        """Return what is shown in place of a tag or an address; None leaves it as it is."""
        if match["picture"] is not None:
            return self.linked_picture(match)
        if match["url"]:
            return self.bare_address(match["url"])
        if match["email"]:
            self.work.report(ProblemKind.PERSONAL_DATUM, match["email"])
            return None
        name = _SAME_AS.get(match["name"].lower(), match["name"].lower())
        if name in _WITHOUT_MEANING or ":" in name:
            return ""
        if name == "dt":
            return "</strong></p>" if match["end"] else "<p><strong>"
        if name not in _KNOWN:
            self.work.report(ProblemKind.UNKNOWN_MODEL, match[0])
            return escaped(self.work.plain(match[0]))
        return self.end(name) if match["end"] else self.start(name, match)

    def start(self, name: str, match: re.Match[str]) -> str:
        given = self.given(name, match["given"])
        if name in _REFUSED or any(attribute.startswith("on") for attribute in given):
            self.work.report(ProblemKind.REMOVED_HTML, match[0])
        anchor = anchor_id(given.get("id", "") or (given.get("name", "") if name == "a" else ""))
        target = f'<a id="{anchor}"></a>' if anchor else ""
        if name == "a":
            return target + self.open_link(given)
        if name == "img":
            return self.picture(given)
        if name in _SHOWN_FROM_ELSEWHERE and given.get("src", "").startswith(("http", "//")):
            address = given["src"] if given["src"].startswith("http") else f"https:{given['src']}"
            return self.link(address) or ""
        if name in _REFUSED:
            return ""
        kept = _ATTRIBUTES.get(name, ("style",) if name in _INLINE else ())
        written = [f' {key}="{escape(given[key])}"' for key in kept if given.get(key)]
        return f"<{name}{''.join(written)}>{target}"

    def end(self, name: str) -> str:
        if name == "a":
            return "</a>" if self.links and self.links.pop() else ""
        return f"</{name}>" if name in _INLINE or name in _BLOCKS else ""

    def given(self, name: str, source: str) -> dict[str, str]:
        return attributes(Token("start", 0, 0, name, self.work.plain(source)))

    def open_link(self, given: dict[str, str]) -> str:
        found = destination(self.work, given["href"]) if given.get("href") else None
        is_link = bool(found and found.url) and not self.in_link
        self.links.append(is_link)
        if found is None or not is_link:
            return ""
        title = f' title="{escape(given["title"])}"' if given.get("title") else ""
        return f'<a href="{escape(found.url)}"{title}>'

    def bare_address(self, url: str) -> str | None:
        if self.in_link or any(self.links):
            return None
        address = url.rstrip(_AFTER_A_URL)
        link = self.link(address)
        return f"{link}{url[len(address) :]}" if link else None

    def link(self, address: str) -> str | None:
        found = destination(self.work, address)
        if found is None or not found.url:
            return None
        return f'<a href="{escape(found.url)}">{escaped(address)}</a>'

    def picture(self, given: dict[str, str]) -> str:
        source, alt = given.get("src", "").strip(), given.get("alt", "")
        path = own_path(self.work.site.address, source)
        document = self.work.site.file(relative(source) if path is None else path)
        if document is None or not document.url:
            self.work.report(ProblemKind.MISSING_DOCUMENT, source)
            link = self.link(source) if source.startswith(("http:", "https:")) else None
            return link or escaped(alt)
        if not is_shown(document):
            return f'<a href="{escape(document.url)}">{escaped(alt or document.title)}</a>'
        alt = alt or document.alt
        if not alt:
            self.work.report(ProblemKind.MISSING_ALT, source)
        return figure(document, given.get("align", "").lower(), alt)

    def linked_picture(self, match: re.Match[str]) -> str:
        shown = self.picture(self.given("img", match["picture"]))
        address = self.given("a", match["link"]).get("href", "")
        found = destination(self.work, address) if address else None
        if found is None or not found.url:
            return shown
        words = escaped(found.title)
        return linked(shown, found.url, words) or f'<a href="{escape(found.url)}">{words}</a>'


def with_tags_apart(work: Work, text: str, *, in_link: bool = False) -> str:
    """Set apart the tags of a text, and the addresses that become links by themselves."""
    markup = _Markup(work, in_link)

    def shown(match: re.Match[str]) -> str:
        html = markup.html(match)
        return match[0] if html is None else work.put(html)

    return _MARKUP.sub(shown, text)


def with_paragraphs(text: str) -> str:
    """Return a text where what follows two line breaks in HTML is a paragraph, even in a list."""
    return _BREAKS.sub("<p>", text)


def from_html(work: Work, source: str) -> str:
    """Return what a body keeps of an HTML in which no shortcut is read."""
    return work.html(with_tags_apart(work, source))

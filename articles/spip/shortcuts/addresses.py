"""Where the addresses that a text names lead now: pages of the old site, other sites, mail."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.text import slugify

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts.work import Work
from articles.spip.site import Target
from cgtdouanes.richtext.marks import ANCHOR, MAX_URL
from cgtdouanes.text.markup import decode

_SHORTCUT = re.compile(r"\s*([^\W\d_]*)\s*([0-9]{1,9})(?:\?[^#]*)?(?:#(\S*))?\s*")
# SPIP's names of what a link leads to, and their old forms; a number alone is an article.
_KINDS = {
    **dict.fromkeys(("", "art", "article"), "article"),
    **dict.fromkeys(("rub", "rubrique"), "rubrique"),
    **dict.fromkeys(("aut", "auteur"), "auteur"),
    **dict.fromkeys(("doc", "im", "img", "image", "emb", "document"), "document"),
    **dict.fromkeys(("br", "breve", "brève"), "brève"),
    **{"mot": "mot", "site": "site", "syndic": "site", "groupe": "groupe"},
}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
EMAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
_EMAIL = re.compile(EMAIL)
_WITHOUT_BRACES = str.maketrans("", "", "{}")
_IS_ADDRESS = re.compile(r"[^\s./?]*[./?]\S*")
_STEPS = re.compile(r"^(?:\.{0,2}/)+")
_MAX_ANCHOR = 60
_UNSEEN = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True)
class Destination:
    """Where a link leads: `url` is empty when nowhere; `title` is for a link without words."""

    url: str
    title: str


def destination(work: Work, address: str) -> Destination | None:
    """Return where an address leads, and report what a person should look at.

    None when it is no address at all: the text is then better left as it was typed.
    """
    address = decode(work.plain(address)).strip()
    if not address:
        work.report(ProblemKind.DEAD_LINK, "[->]")
        return None
    if (match := _SHORTCUT.fullmatch(address)) and (kind := _KINDS.get(match[1].lower())):
        return _numbered(work, kind, int(match[2]), match[3] or "")
    if address.startswith("#"):
        return Destination(with_anchor("", address[1:]), address[1:])
    if _EMAIL.fullmatch(address):
        work.report(ProblemKind.PERSONAL_DATUM, address)
        return Destination(f"mailto:{address}", address)
    if address.lower().startswith("www."):
        address = f"http://{address}"
    if scheme := _SCHEME.match(address):
        return _absolute(work, address, scheme[1].lower())
    found = _found(work, address, relative(address))
    return found if found.url or _IS_ADDRESS.fullmatch(address) else None


def own_path(site_address: str, url: str) -> str | None:
    """Return the path and query of an address on the old site itself, or None for another."""
    if not _is_well_formed(url) or not _is_well_formed(site_address):
        return None
    parts, site = urlsplit(url), urlsplit(site_address)
    if _host(parts.netloc) != _host(site.netloc):
        return None
    path = parts.path.removeprefix(site.path.rstrip("/")).lstrip("/")
    return f"{path}?{parts.query}" if parts.query else path


def anchor_id(name: str) -> str:
    """Return the id that an anchor of the old site has in a body; empty when it has none."""
    slug = slugify(name.replace("_", "-"))[:_MAX_ANCHOR]
    return f"{ANCHOR}{slug}" if slug else ""


def with_anchor(url: str, name: str) -> str:
    anchor = anchor_id(name)
    return f"{url}#{anchor}" if anchor else url


def relative(address: str) -> str:
    """Return an address that is not absolute as seen from the root of the old site."""
    return _STEPS.sub("", address)


def _host(netloc: str) -> str:
    return netloc.lower().rpartition("@")[2].removeprefix("www.")


def _numbered(work: Work, kind: str, number: int, anchor: str) -> Destination:
    target = _target(work, kind, number)
    title = target.title if target and target.title else f"{kind} {number}"
    if target is None or not target.url:
        work.report(ProblemKind.DEAD_LINK, f"{kind} {number}")
        return Destination("", title)
    return Destination(with_anchor(target.url, anchor), title)


def _target(work: Work, kind: str, number: int) -> Target | None:
    site = work.site
    if kind == "document":
        document = site.document(number)
        title = document.title.translate(_WITHOUT_BRACES) if document else ""
        return Target(document.url, title) if document else None
    find = {
        "article": site.article,
        "rubrique": site.rubrique,
        "auteur": site.author,
        "mot": site.mot,
    }
    return find[kind](number) if kind in find else None


def _absolute(work: Work, address: str, scheme: str) -> Destination:
    if scheme in ("http", "https") and _is_well_formed(address):
        path = own_path(work.site.address, address)
        if path is not None:
            return _found(work, address, f"{path}#{address.partition('#')[2]}")
        return Destination(_UNSEEN.sub(lambda match: f"%{ord(match[0]):02X}", address), address)
    if scheme in ("mailto", "tel") and len(address) <= MAX_URL:
        words = address.partition(":")[2].partition("?")[0]
        work.report(ProblemKind.PERSONAL_DATUM, words)
        return Destination(address, words)
    work.report(ProblemKind.UNSAFE_LINK, address)
    return Destination("", address)


def _is_well_formed(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname) and len(url) <= MAX_URL
    except ValueError:
        return False


def _found(work: Work, address: str, path: str) -> Destination:
    path, _hash, anchor = path.partition("#")
    target = work.site.at(path)
    if target is None:
        work.report(ProblemKind.DEAD_LINK, address)
        return Destination("", address)
    return Destination(with_anchor(target.url, anchor), target.title or address)

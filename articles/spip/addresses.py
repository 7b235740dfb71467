"""The addresses that a SPIP site gives to its pages, in every form that its versions have used.

An object has one address that stands for all its numbered ones, `/spip.php?article12`; the others
are read here. A "propre" address bears the title, between marks that tell its kind.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, unquote

_NUMBERED = re.compile(r"(article|rubrique|mot)([1-9]\d{0,17})", re.IGNORECASE)
_FIRST_VERSIONS = re.compile(r"(article|rubrique|mot|imprimer|backend)\.php3?", re.IGNORECASE)
_PRIVATE_SPACE = re.compile(r"/(?:[^/]+/)?ecrire(?:/.*)?", re.IGNORECASE)
# The pages of a SPIP site that hang on no object, and what these are here.
_PAGES = {
    "sommaire": "home",
    "plan": "list",
    "login": "sign-in",
    "identifiants": "sign-in",
    "spip_pass": "sign-in",
}
# What may follow the address of any page, and asks for no other.
_OF_ANY_PAGE = frozenset({"lang", "var_mode", "fbclid", "gclid", "utm_source", "utm_medium"})
_ENTRANCES = frozenset({"spip.php", "spip.php3", "index.php"})
# Around the title in "propre" addresses: -Rubrique-, +-Mot-+, @Site@.
_MARKS = "-+@_"
_ENDINGS = re.compile(r"(?:\.html?)?/?$", re.IGNORECASE)
LONGEST = 500


@dataclass(frozen=True)
class OldAddress:
    """What an address asks for.

    `paths` are those under which it may be known, the likeliest first. `page` is "print" for the
    impression, or one of the pages that hang on no object: "feed", "search" (of `words`), "home",
    "list", "sign-in", "desk".
    """

    paths: Sequence[str] = ()
    page: str = ""
    words: str = ""


def numbered(kind: str, number: int | str) -> str:
    """Return the address that stands for all the numbered ones of this object."""
    return f"/spip.php?{kind}{number}"


def object_of(path: str) -> tuple[str, int] | None:
    """Return the kind and the number of the object that such an address stands for."""
    match = _NUMBERED.fullmatch(path.removeprefix(numbered("", "")))
    return (match[1].lower(), int(match[2])) if match else None


def unmarked(path: str) -> str:
    """Return an address without the marks around its title: it is kept so."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{name.strip(_MARKS)}"


def read(path: str, query: str) -> OldAddress:
    """Return what an address of the old site asks for; `path` is decoded and begins with a slash.

    An address of no known form is looked up as it stands.
    """
    if len(path) > LONGEST or len(query) > LONGEST:
        return OldAddress()
    folder, _slash, name = path.rpartition("/")
    if name.lower() in _ENTRANCES:
        asks = {key for key, _value in parse_qsl(query, keep_blank_values=True)} - _OF_ANY_PAGE
        return _asked_of(folder, query) if asks else OldAddress(page="home")
    if _PRIVATE_SPACE.fullmatch(path):
        return OldAddress(page="desk")
    if match := _FIRST_VERSIONS.fullmatch(name):
        return _page_of(match[1].lower(), parse_qs(query))
    # Those of rubriques may end with a slash, and be followed by the number of a page.
    asked = _asked_of(folder, query) if query and not name else OldAddress()
    if asked.page:
        return asked
    if match := _NUMBERED.fullmatch(_bare(path).rpartition("/")[2]):
        return OldAddress([_of(match)])
    return OldAddress([*asked.paths, *_spellings(path)])


def _asked_of(folder: str, query: str) -> OldAddress:
    """Return what a query asks of the entrance of the site that is in this folder."""
    pairs = parse_qsl(query, keep_blank_values=True)
    if not pairs:
        return OldAddress()
    for key, value in pairs:
        if not value and (match := _NUMBERED.fullmatch(key)):
            return OldAddress([_of(match)])
    asked = parse_qs(query)
    if file := asked.get("file"):
        # Where the old site watched over its documents.
        return OldAddress([f"{folder}/IMG/{file[0]}"])
    if "page" in asked or _ids(asked):
        return _page_of(asked.get("page", [""])[0], asked)
    # The "propres-qs" form: the title is the query.
    first, value = pairs[0]
    return OldAddress(_spellings(f"/{first}")) if not value else OldAddress()


def _page_of(page: str, asked: dict[str, list[str]]) -> OldAddress:
    """Return what a page of the old site, named with its parameters, asks for."""

    ids = _ids(asked)
    if page in ids:
        return OldAddress([ids[page]])
    if page.startswith("imprim") or page == "print":
        return OldAddress([ids["article"]] if "article" in ids else [], page="print")
    if page.startswith("backend"):
        return OldAddress([ids["rubrique"]] if "rubrique" in ids else [], page="feed")
    if page == "recherche":
        return OldAddress(page="search", words=asked.get("recherche", [""])[0])
    # Pages of plugins, and forms about an object: the object itself.
    if ids:
        return OldAddress(list(ids.values())[:1])
    return OldAddress(page=_PAGES.get(page, ""))


def _ids(asked: dict[str, list[str]]) -> dict[str, str]:
    """Return the numbered addresses of the objects that the parameters name, by their kinds."""
    found = {}
    for kind in ("article", "rubrique", "mot"):
        if match := _NUMBERED.fullmatch(f"{kind}{asked.get(f'id_{kind}', [''])[0]}"):
            found[kind] = _of(match)
    return found


def _of(match: re.Match[str]) -> str:
    return numbered(match[1].lower(), match[2])


def _bare(path: str) -> str:
    """Return an address without the slash or the “.html” that may end it."""
    return _ENDINGS.sub("", path)


def _spellings(path: str) -> list[str]:
    """Return the ways in which one address may have been kept, without repeating any."""
    bare = _bare(path)
    spelled = dict.fromkeys((path, bare, unmarked(bare), unquote(path)))
    return [each for each in spelled if each not in ("", "/")]

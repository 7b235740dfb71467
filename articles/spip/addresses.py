"""The addresses that a SPIP site gives to its pages, in every form that its versions have used.

An object has one address that stands for all its numbered ones, `/spip.php?article12`; the others
are read here. A "propre" address bears the title, between marks that tell its kind.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, unquote

_NUMBERED = re.compile(r"(article|rubrique|mot)([1-9]\d{0,17})")
_PAGE = re.compile(r"(article|rubrique|mot)([1-9]\d{0,17})(?:\.html?)?")
_FIRST_VERSIONS = re.compile(r"(article|rubrique|mot|imprimer|backend)\.php3?")
_ENTRANCES = frozenset({"spip.php", "spip.php3", "index.php"})
# Around the title in "propre" addresses: -Rubrique-, +-Mot-+, @Site@.
_MARKS = "-+@_"
_ENDINGS = re.compile(r"(?:\.html?|/)$")
LONGEST = 500


@dataclass(frozen=True)
class OldAddress:
    """What an address asks for.

    `paths` are those under which it may be known, the likeliest first. `page` is "print" for the
    impression, or one of the pages that hang on no object: "feed", "search" (of `words`), "home".
    """

    paths: Sequence[str] = ()
    page: str = ""
    words: str = ""


def numbered(kind: str, number: int | str) -> str:
    """Return the address that stands for all the numbered ones of this object."""
    return f"/spip.php?{kind}{number}"


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
    name = path.rpartition("/")[2]
    if name in _ENTRANCES or (query and not name):
        return _through_an_entrance(name, query)
    if match := _FIRST_VERSIONS.fullmatch(name):
        asked = parse_qs(query)
        return _page_of(match[1], asked)
    if match := _PAGE.fullmatch(name):
        return OldAddress([numbered(match[1], match[2])])
    return OldAddress(_spellings(path))


def _through_an_entrance(name: str, query: str) -> OldAddress:
    pairs = parse_qsl(query, keep_blank_values=True)
    if not pairs:
        return OldAddress(page="home") if name else OldAddress()
    first, value = pairs[0]
    if not value and (match := _NUMBERED.fullmatch(first)):
        return OldAddress([numbered(match[1], match[2])])
    asked = parse_qs(query)
    if pages := asked.get("page"):
        return _page_of(pages[0], asked)
    # The "propres-qs" form: the title is the query.
    return OldAddress(_spellings(f"/{first}")) if not value else OldAddress()


def _page_of(page: str, asked: dict[str, list[str]]) -> OldAddress:
    """Return what a page of the old site, named with its parameters, asks for."""

    def object_of(kind: str) -> list[str]:
        match = _NUMBERED.fullmatch(f"{kind}{asked.get(f'id_{kind}', [''])[0]}")
        return [numbered(match[1], match[2])] if match else []

    if page in ("article", "rubrique", "mot"):
        return OldAddress(object_of(page))
    if page.startswith("imprim") or page == "print":
        return OldAddress(object_of("article"), page="print")
    if page.startswith("backend"):
        return OldAddress(object_of("rubrique"), page="feed")
    if page == "recherche":
        return OldAddress(page="search", words=asked.get("recherche", [""])[0])
    return OldAddress(page="home") if page == "sommaire" else OldAddress()


def _spellings(path: str) -> list[str]:
    """Return the ways in which one address may have been kept, without repeating any."""
    bare = _ENDINGS.sub("", path)
    spelled = dict.fromkeys((path, bare, unmarked(bare), unquote(path)))
    return [each for each in spelled if each != "/"]

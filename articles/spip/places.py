"""Where the things that the old site's texts name are here: the answers that a text asks for.

The file of a document gets its address when it is stored: until then a stand-in holds its place.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from urllib.parse import unquote, urlencode

from django.urls import reverse
from django.utils import timezone

from articles.spip import addresses
from articles.spip.files import name_of
from articles.spip.illustrations import Illustrations, Size, key_of
from articles.spip.plain_pages import url_of
from articles.spip.rows import SpipFile
from articles.spip.shortcuts import convert_line
from articles.spip.shortcuts.addresses import own_path, relative
from articles.spip.site import Nowhere, SpipDocument, Target
from articles.spip.source import Dump

STAND_IN = "/document-de-l-ancien-site/"
_STANDS_IN = re.compile(rf"{STAND_IN}(\d+)/")
_IMAGES = "IMG/"
_REMEMBERED = 2000


class Places:
    """What the old site's objects are here. `asked_for` notes the documents that a text names, and
    `shown` the pictures among them.

    `slugs` are the addresses of the articles by their old numbers, `categories` those of the
    rubriques, `redirects` the kind and number that SPIP showed in place of an article.
    `is_reserved` is asked the numbers of an article and of its rubrique; `accepts` tells a document
    whose file is kept here from any other.
    """

    def __init__(
        self,
        dump: Dump,
        slugs: Mapping[int, str],
        categories: Mapping[int, Target],
        redirects: Mapping[int, tuple[str, int]],
        is_reserved: Callable[[int, int], bool],
        illustrations: Illustrations,
        accepts: Callable[[SpipFile], bool],
    ) -> None:
        self._dump = dump
        self._slugs = slugs
        self._categories = categories
        self._redirects = redirects
        self._is_reserved = is_reserved
        self._illustrations = illustrations
        self._accepts = accepts
        self._words = dump.keywords()
        self._attached: Collection[int] = ()
        self.asked_for: dict[int, SpipFile] = {}
        self.shown: dict[int, SpipFile] = {}
        self.unknown: set[int] = set()
        self.language = dump.meta("langue_site", "fr")
        self.showed_what_is_to_come = dump.meta("post_dates", "non") == "oui"
        self.address = dump.meta("adresse_site").rstrip("/")
        self.article = lru_cache(_REMEMBERED)(self._article)

    def follow(self, kind: str, number: int) -> tuple[str, int]:
        """Return what is shown in place of this object, itself most often."""
        for _ in range(len(self._redirects)):
            if kind != "article" or number not in self._redirects:
                break
            kind, number = self._redirects[number]
        return kind, number

    def _article(self, number: int) -> Target | None:
        """An article that is out; nobody learns the title of another by a link to it."""
        kind, number = self.follow("article", number)
        if kind == "rubrique":
            return self.rubrique(number)
        slug, found = self._slugs.get(number), self._dump.entry(number)
        if not slug or not found:
            return None
        if found.state != "publie" or (found.on and found.on > timezone.now()):
            return None
        if self._is_reserved(number, found.rubrique):
            # Its address here bears its title.
            return Target(addresses.numbered("article", number), "article réservé aux adhérent·es")
        return Target(reverse("articles:detail", args=[slug]), _title(found.title))

    def begin(self, attached: Collection[int] = ()) -> None:
        """Forget the documents of the article before; `attached` are those of this one here."""
        self._attached = attached
        self.asked_for = {}
        self.shown = {}
        self.unknown = set()

    def rubrique(self, number: int) -> Target | None:
        return self._categories.get(number)

    def author(self, number: int) -> Target | None:
        """Nobody has a page here: nothing tells who belongs to the section."""
        return None

    def mot(self, number: int) -> Target | None:
        if not (word := self._words.get(number)):
            return None
        title = _title(word)
        return Target(f"{reverse('search')}?{urlencode({'q': title})}", title)

    def document(self, number: int) -> SpipDocument | None:
        file = self.asked_for.get(number) or next(iter(self._dump.files([number])), None)
        if file is None:
            self.unknown.add(number)
            return None
        self.asked_for[number] = file
        if file.is_remote:
            return _described(file, file.address)
        if size := self._illustrations.size(file):
            self.shown[number] = file
            return _described(file, reverse("articles:picture", args=[key_of(file)]), size)
        is_kept = self._accepts(file) or number in self._attached
        return _described(file, stand_in(number) if is_kept else "")

    def file(self, path: str) -> SpipDocument | None:
        number = self._dump.file_at(path.removeprefix(_IMAGES))
        return self.document(number) if number else None

    def at(self, path: str) -> Target | None:
        before, _, query = path.partition("?")
        if not path:
            return Target(reverse("home"), "")
        if before.startswith(_IMAGES):
            return self._at_file(unquote(before))
        asked = addresses.read(f"/{unquote(before)}", query)
        if asked.page != "desk" and (page := url_of(asked)):
            return Target(page, "")
        found = (self._target(kind, number) for kind, number in self._objects(asked))
        return next(filter(None, found), None)

    def shown_instead(self, redirection: str) -> tuple[str, int] | None:
        """Return the article or rubrique of the old site that a redirection to an address shows."""
        is_whole = "://" in redirection
        path = own_path(self.address, redirection) if is_whole else relative(redirection)
        before, _, query = (path or "").partition("#")[0].partition("?")
        found = next(self._objects(addresses.read(f"/{unquote(before)}", query)), None)
        return found if found and found[0] in ("article", "rubrique") else None

    def _objects(self, asked: addresses.OldAddress) -> Iterator[tuple[str, int]]:
        """Give what an address may ask for, the likeliest first."""
        for path in asked.paths:
            if found := addresses.object_of(path):
                yield found
            if found := self._dump.object_at(path.strip("/")):
                yield found

    def _at_file(self, path: str) -> Target | None:
        found = self.file(path)
        return Target(found.url, _title(found.title)) if found and found.url else None

    def _target(self, kind: str, number: int) -> Target | None:
        find: dict[str, Callable[[int], Target | None]] = {
            "article": self.article,
            "rubrique": self.rubrique,
            "mot": self.mot,
        }
        return find[kind](number) if kind in find else None


def stand_in(number: int) -> str:
    """Return the address that a document has in a text until its file is stored."""
    return f"{STAND_IN}{number}/"


def with_addresses(html: str, of: Mapping[int, str]) -> str:
    """Put the addresses of the stored files in place of what stood for them."""
    return _STANDS_IN.sub(lambda match: of.get(int(match[1]), match[0]), html)


def _title(source: str) -> str:
    return convert_line(source, Nowhere()).text


def _described(file: SpipFile, url: str, size: Size | None = None) -> SpipDocument:
    return SpipDocument(
        url=url,
        title=file.title or ("" if file.is_remote or size else name_of(file)),
        description=file.description,
        credits=file.credits,
        alt=file.alt,
        width=size.width if size else 0,
        height=size.height if size else 0,
        is_picture=size is not None,
        extension=file.extension,
    )

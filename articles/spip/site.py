"""What a text of the old site may name, and the answers that turning it into HTML needs."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Target:
    """A page or a file as it is here now: `url` is a path of this site, `title` plain text."""

    url: str
    title: str


@dataclass(frozen=True)
class SpipDocument:
    """A file of the old site; `url` is where it is read here, empty where it is not kept.

    A body shows the pictures whose address is one of `richtext.pictures`, `/images/<uuid>/`; a
    picture that has another one becomes a link, as any other document does. `title`, `description`
    and `credits` are as SPIP stores them: shortcuts, not HTML. A size in pixels is 0 where it is
    unknown.
    """

    url: str
    title: str = ""
    description: str = ""
    credits: str = ""
    alt: str = ""
    width: int = 0
    height: int = 0
    is_picture: bool = False
    extension: str = ""


class Site(Protocol):
    """Where the things that the old site's texts name are now; None for what was not found."""

    @property
    def address(self) -> str:
        """The old site's own address, such as “https://section.example.org”; may be empty."""

    def article(self, number: int) -> Target | None: ...

    def rubrique(self, number: int) -> Target | None: ...

    def author(self, number: int) -> Target | None: ...

    def mot(self, number: int) -> Target | None: ...

    def document(self, number: int) -> SpipDocument | None:
        """Return a document, even one whose file is missing or refused."""

    def file(self, path: str) -> SpipDocument | None:
        """Return a document by its old path, such as “IMG/jpg/salle.jpg”; None as `document`."""

    def at(self, path: str) -> Target | None:
        """Return what an address of the old site leads to: its path and query, no first slash."""


class Nowhere:
    """A site that knows nothing: what a title names is not looked up, for it may name itself."""

    address = ""

    def article(self, number: int) -> Target | None:
        return None

    rubrique = author = mot = article

    def document(self, number: int) -> SpipDocument | None:
        return None

    def file(self, path: str) -> SpipDocument | None:
        return None

    def at(self, path: str) -> Target | None:
        return None

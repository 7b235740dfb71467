"""What is read of the old site, row by row: texts as SPIP stores them, with its shortcuts."""

from dataclasses import dataclass, replace
from datetime import datetime

_SCHEMES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class SpipRubrique:
    """`parent` is 0 for a rubrique at the top."""

    number: int
    parent: int
    title: str
    summary: str
    text: str

    def at_the_top(self) -> "SpipRubrique":
        return replace(self, parent=0)


@dataclass(frozen=True, slots=True)
class SpipArticle:
    """An article; `leads_to` is where SPIP redirects it, `names` are those that sign it."""

    number: int
    rubrique: int
    kicker: str
    title: str
    subtitle: str
    summary: str
    lead: str
    text: str
    postscript: str
    on: datetime | None
    written_on: datetime | None
    changed_on: datetime | None
    state: str
    forum: str
    language: str
    site_name: str
    site_url: str
    leads_to: str
    names: tuple[str, ...]
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpipFile:
    """A document; `path` is relative to IMG/, or an address where the file is remote."""

    number: int
    path: str
    title: str
    description: str
    credits: str
    alt: str
    width: int
    height: int
    extension: str
    mode: str
    is_remote: bool

    @property
    def address(self) -> str:
        """Where a remote file is, empty when that is no address of the web."""
        return self.path if self.is_remote and self.path.startswith(_SCHEMES) else ""

    @property
    def is_logo(self) -> bool:
        return self.mode in ("logoon", "logooff")

    @property
    def is_thumbnail(self) -> bool:
        """Whether it only stands for another document in the lists."""
        return self.mode == "vignette"


@dataclass(frozen=True, slots=True)
class SpipMessage:
    """A message of a forum. Neither the address of its author nor that of their machine is read."""

    number: int
    article: int
    parent: int
    on: datetime | None
    title: str
    text: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class SpipUrl:
    """An address of an object; `within` is the rubrique whose address comes before, 0 for none."""

    path: str
    number: int
    within: int

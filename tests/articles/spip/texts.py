"""What the texts of a test may name, in memory: their articles, documents and addresses."""

from dataclasses import dataclass, field

import pytest

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts import convert
from articles.spip.site import SpipDocument, Target

PICTURE = "/images/0f8fad5b-d9cb-469f-a165-70867728950e/"


@dataclass
class NamedPlaces:
    address: str = "https://ancien.example.org"
    articles: dict[int, Target] = field(default_factory=dict)
    rubriques: dict[int, Target] = field(default_factory=dict)
    authors: dict[int, Target] = field(default_factory=dict)
    mots: dict[int, Target] = field(default_factory=dict)
    documents: dict[int, SpipDocument] = field(default_factory=dict)
    files: dict[str, SpipDocument] = field(default_factory=dict)
    addresses: dict[str, Target] = field(default_factory=dict)

    def article(self, number: int) -> Target | None:
        return self.articles.get(number)

    def rubrique(self, number: int) -> Target | None:
        return self.rubriques.get(number)

    def author(self, number: int) -> Target | None:
        return self.authors.get(number)

    def mot(self, number: int) -> Target | None:
        return self.mots.get(number)

    def document(self, number: int) -> SpipDocument | None:
        return self.documents.get(number)

    def file(self, path: str) -> SpipDocument | None:
        return self.files.get(path)

    def at(self, path: str) -> Target | None:
        return self.addresses.get(path)


NOWHERE = NamedPlaces()

SITE = NamedPlaces(
    articles={12: Target("/articles/effectifs/", "Effectifs : le compte n’y est pas")},
    rubriques={3: Target("/rubriques/comptes-rendus/", "Comptes rendus")},
    authors={7: Target("/recherche/?q=Camille", "Camille")},
    mots={5: Target("/recherche/?q=Paie", "Paie")},
    documents={
        1: SpipDocument(
            PICTURE,
            title="Le quai",
            description="Vu de la {brigade}",
            credits="Section",
            alt="Un quai désert",
            width=1200,
            height=800,
            is_picture=True,
            extension="jpg",
        ),
        2: SpipDocument(PICTURE, is_picture=True, extension="png"),
        4: SpipDocument("/documents/tract.pdf", title="Le {tract}", extension="pdf"),
    },
    files={
        "IMG/jpg/quai.jpg": SpipDocument(PICTURE, width=40, height=30, is_picture=True),
        "IMG/pdf/tract.pdf": SpipDocument("/documents/tract.pdf", title="Le tract"),
    },
    addresses={
        "Effectifs": Target("/articles/effectifs/", "Effectifs"),
        "spip.php?article12": Target("/articles/effectifs/", "Effectifs"),
        "IMG/pdf/tract.pdf": Target("/documents/tract.pdf", "Le tract"),
    },
)


def html(source: str, site: NamedPlaces = SITE) -> str:
    return convert(source, site).html


def problems(source: str, site: NamedPlaces = SITE) -> list[tuple[ProblemKind, str]]:
    return [(problem.kind, problem.detail) for problem in convert(source, site).problems]


def cases(*groups: dict[str, tuple[str, str]]) -> list:
    """Return texts and what is expected of them as parameters of a test, each by its name."""
    return [pytest.param(*case, id=name) for group in groups for name, case in group.items()]

"""SPIP's shortcuts become the HTML that a body keeps."""

from dataclasses import dataclass, field

from articles.spip.shortcuts import convert, convert_line
from articles.spip.site import SpipDocument, Target


@dataclass
class FakeSite:
    """An old site that knows what a test gives it, by number."""

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


def html(source: str, **known: dict) -> str:
    return convert(source, FakeSite(**known)).html


def test_a_blank_line_ends_a_paragraph():
    assert html("Un\n\nDeux\n \nTrois") == "<p>Un</p><p>Deux</p><p>Trois</p>"


def test_the_order_of_a_title_is_not_printed():
    assert convert_line("10. Le plan", FakeSite()).text == "Le plan"
    assert convert_line("2025 : bilan", FakeSite()).text == "2025 : bilan"

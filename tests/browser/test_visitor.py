"""A visitor reads a report down to where it is reserved, prints it, and is told how to read on."""

import io
import re

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

REPORT = "/articles/plan-probite-et-protection/"
TITLE = "Plan probité et protection"
CATEGORY = "Réunions techniques et groupes de travail"
# The order in which the impression shows its parts, as the section's readers know it.
IMPRESSION = [
    "Posté le 29 janvier 2025",
    "Réunion technique",
    TITLE,
    "Promise à l’issue du",
    "la cartographie des risques, par ateliers",
    "Cartographier, mais avec qui",
    "Nous l’avons obtenu.",
    "(Lire la suite…)",
    "Version en ligne",
    "Réagir",
    "L’espace de réaction aux articles est réservé aux adhérents de la CGT Douanes.",
]
RESERVED = ["Travailler autrement", "qui regarde", "protection fonctionnelle"]


def plain(text: str) -> str:
    """The text with ordinary spaces and apostrophes, whatever typography has put in it."""
    return " ".join(text.split()).replace("’", "'")


def assert_in_order(text: str, parts: list[str]) -> None:
    position = 0
    for part in parts:
        found = text.find(plain(part), position)
        assert found >= 0, f"{part!r} is missing, or not after the part before it:\n{text}"
        position = found + len(part)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def visitor(open_context, request) -> Page:
    return open_context(java_script_enabled=request.param).new_page()


def test_from_the_home_page_to_a_report(visitor):
    visitor.goto("/")
    expect(visitor).to_have_title(re.compile("CGT Douanes"))
    visitor.get_by_role("navigation").get_by_role("link", name="Comptes rendus").click()
    visitor.get_by_role("link", name=CATEGORY).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text(CATEGORY)
    visitor.locator("main").get_by_role("link", name=TITLE).first.click()
    expect(visitor.get_by_role("heading", level=1)).to_contain_text(TITLE)


def test_a_report_down_to_the_cut(visitor):
    visitor.goto(REPORT)
    text = plain(visitor.locator("main").inner_text())
    assert "Posté le 29 janvier 2025" in text
    assert plain("Nous l’avons obtenu. (Lire la suite…)") in text
    assert not [word for word in RESERVED if word in visitor.content()]
    visitor.get_by_role("link", name="(Lire la suite…)").click()
    expect(visitor).to_have_url(re.compile(f"/compte/login/\\?next={REPORT}"))
    expect(visitor.get_by_role("heading", level=1)).to_be_visible()


def test_reactions_are_announced_but_not_shown(visitor):
    visitor.goto(REPORT)
    text = plain(visitor.locator("main").inner_text())
    assert "réservé" in text
    assert visitor.locator("main textarea").count() == 0


def test_the_impression(visitor):
    visitor.goto(REPORT)
    visitor.get_by_role("link", name="Version imprimable").click()
    expect(visitor).to_have_url(re.compile(f"{REPORT}impression/$"))
    text = plain(visitor.locator("body").inner_text())
    assert_in_order(text, IMPRESSION)
    assert not [word for word in RESERVED if word in visitor.content()]
    assert visitor.get_by_role("img", name="CGT Douanes").evaluate("logo => logo.naturalWidth > 0")


def test_the_impression_prints_on_paper(page, site):
    page.goto(f"{REPORT}impression/")
    printed = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    text = plain(" ".join(sheet.extract_text() for sheet in printed.pages))
    assert plain("Nous l’avons obtenu.") in text
    assert 1 <= len(printed.pages) <= 4


def test_the_report_itself_prints_without_the_menus(page):
    page.goto(REPORT)
    page.emulate_media(media="print")
    expect(page.locator("main h1")).to_be_visible()
    expect(page.get_by_role("navigation").first).to_be_hidden()


@pytest.mark.parametrize(
    "path", ["/", "/reunions/", "/revendications/", "/recherche/?q=probite", "/engagements/"]
)
def test_no_form_and_no_button_is_printed_with_a_list(page, path):
    page.goto(path)
    page.emulate_media(media="print")
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main form:visible, .pagination:visible, .no-print:visible")).to_have_count(
        0
    )


def test_the_pdf(page, site):
    page.goto(f"{REPORT}impression/")
    response = page.request.get(f"{REPORT}impression.pdf")
    assert response.status == 200
    assert response.headers["content-type"] == "application/pdf"
    pdf = PdfReader(io.BytesIO(response.body()))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"].startswith("fr")
    assert "/StructTreeRoot" in root
    assert TITLE in plain(pdf.metadata.title)
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    sheets = [plain(sheet.extract_text()) for sheet in pdf.pages]
    for number, sheet in enumerate(sheets, start=1):
        assert re.search(rf"\b{number} ?/ ?{len(sheets)}\b", sheet)
    text = " ".join(sheets)
    assert plain("Nous l’avons obtenu.") in text
    assert f"{site}{REPORT}" in text
    assert not [word for word in RESERVED if word in text]

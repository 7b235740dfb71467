"""A reader searches: from any page, by telephone or not, with or without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_pages import OVERFLOW, violations

RESERVED = "protection fonctionnelle"


@pytest.fixture(params=[390, 1280])
def visitor(open_context, request) -> Page:
    size = {"width": request.param, "height": 800}
    return open_context(viewport=size, reduced_motion="reduce").new_page()


def looks_right(page: Page) -> None:
    assert page.evaluate(OVERFLOW) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []


def test_from_any_page_to_an_answer(visitor):
    visitor.goto("/reunions/")
    visitor.get_by_role("navigation").get_by_role("link", name="Rechercher").click()
    expect(visitor).to_have_title(re.compile("^Recherche"))
    looks_right(visitor)
    visitor.get_by_label("Mots à chercher").fill("horaire nuits")
    visitor.keyboard.press("Enter")
    expect(visitor).to_have_title(re.compile(r"^«\shoraire nuits\s»\s: recherche"))
    expect(visitor.get_by_role("heading", level=2)).to_contain_text("résultats pour")
    expect(visitor.locator("mark").first).to_have_text(re.compile("(horaire|nuit)s?", re.I))
    looks_right(visitor)
    kinds = visitor.get_by_role("navigation", name="Types de résultats")
    kinds.get_by_role("link", name="Revendications").click()
    expect(visitor.locator(".result .kicker").first).to_contain_text("Revendication REV-")
    expect(visitor.get_by_label("Mots à chercher")).to_have_value("horaire nuits")
    looks_right(visitor)
    title = visitor.locator(".result h3 a").first
    name = title.inner_text()
    title.click()
    expect(visitor.get_by_role("heading", level=1)).to_have_text(name)


def test_narrowed_down_then_nothing_then_everywhere(visitor):
    visitor.goto("/recherche/?q=horaires")
    visitor.get_by_label("Rubrique").select_option("Vie de la section")
    visitor.get_by_role("button", name="Rechercher").click()
    heading = visitor.get_by_role("heading", level=2)
    visitor.get_by_label("Mots à chercher").fill("REV-2025-014")
    visitor.get_by_role("button", name="Rechercher").click()
    expect(heading).to_contain_text("Aucun résultat")
    looks_right(visitor)
    visitor.get_by_role("link", name="les voir").click()
    expect(visitor.locator(".result .kicker").first).to_have_text("Revendication REV-2025-014")


def test_a_slip_is_explained(visitor):
    visitor.goto("/recherche/?q=brigdae")
    visitor.get_by_role("link", name=re.compile("brigade")).click()
    expect(visitor.locator("mark").first).to_have_text(re.compile("brigade", re.I))


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_from_the_home_page(open_context, script):
    page = open_context(java_script_enabled=script).new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("réunion technique")
    page.get_by_role("button", name="Rechercher").click()
    expect(page.locator(".result").first).to_be_visible()


def test_what_is_reserved_is_found_once_signed_in(open_context, session_of):
    visitor = open_context().new_page()
    visitor.goto(f'/recherche/?q="{RESERVED}"&type=articles')
    before = visitor.locator(".result").count()
    expect(visitor.get_by_role("link", name="connectez-vous")).to_be_visible()
    adherent = open_context(storage_state=session_of("adherente@example.org")).new_page()
    adherent.goto(f'/recherche/?q="{RESERVED}"&type=articles')
    assert adherent.locator(".result").count() > before
    expect(adherent.get_by_role("link", name="connectez-vous")).to_have_count(0)

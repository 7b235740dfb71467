"""An officer cites a demand and a commitment in a report, by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_pages import OVERFLOW, violations_on_the_desk
from tests.browser.waiting import wait_for_selection

LABEL = "Citer une revendication ou un engagement"
REFERENCE = re.compile(r"REV-\d{4}-\d{3}")
TODAY = re.compile(r"aujourd’hui\s: .+ \(depuis le")
ON_PAPER = re.compile(r"état au .+, jour de la publication\s: ")


@pytest.fixture
def article(page: Page) -> Page:
    """The form of a new article, in the hands of an officer."""
    sign_in(page, "redactrice@example.org")
    page.goto("/admin/articles/article/add/")
    expect(writing(page)).to_be_visible()
    return page


def writing(page: Page) -> Locator:
    return page.locator(".ProseMirror[contenteditable=true]")


def cited(page: Page) -> Locator:
    return writing(page).locator(".citation")


def button(page: Page) -> Locator:
    return page.get_by_role("button", name=LABEL)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog", name=LABEL)


def results(page: Page) -> Locator:
    return dialog(page).get_by_role("listitem").get_by_role("button")


def type_words(page: Page, words: str) -> None:
    """Write in the editor, and wait until it has them: a dialog remembers where one was."""
    page.keyboard.type(words)
    expect(writing(page)).to_contain_text(words)


def body(page: Page) -> Locator:
    return page.locator("textarea[name=body]")


def cite_by_mouse(page: Page) -> str:
    """Cite the first demand that is offered, found again by its reference; return it."""
    button(page).click()
    expect(results(page).first).to_contain_text(REFERENCE)
    reference = REFERENCE.search(results(page).first.text_content())[0]
    dialog(page).get_by_label("Référence ou mots").fill(reference.lower())
    expect(dialog(page).get_by_role("status")).to_have_text("Un résultat.")
    results(page).first.click()
    expect(dialog(page)).to_have_count(0)
    expect(cited(page).first).to_contain_text(reference)
    expect(writing(page)).to_be_focused()
    return reference


def cite_by_keyboard(page: Page) -> None:
    """Cite the first commitment that is offered, without a mouse."""
    button(page).focus()
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Référence ou mots")).to_be_focused()
    page.keyboard.type("engagement")
    expect(results(page).first).to_contain_text("Engagement")
    page.keyboard.press("ArrowDown")
    expect(results(page).first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(results(page).nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(results(page).first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(dialog(page).get_by_label("Référence ou mots")).to_be_focused()
    page.keyboard.press("Enter")
    expect(results(page).first).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog(page)).to_have_count(0)
    expect(writing(page)).to_be_focused()


def test_from_the_editor_to_the_reader_and_to_paper(article, open_context):
    page = article
    page.locator("[name=title]").press_sequentially("Ce qui était demandé, ce qui était promis")
    page.locator("[name=category]").select_option(index=1)
    writing(page).click()
    type_words(page, "Nous demandons : ")
    reference = cite_by_mouse(page)
    type_words(page, ", et l’on nous a promis : ")
    cite_by_keyboard(page)
    expect(cited(page)).to_have_count(2)
    expect(cited(page).nth(1)).to_contain_text("Engagement")
    type_words(page, ". Fin.")
    written = re.compile(
        rf'^<p>Nous demandons : <data value="{reference}">{reference}</data>, et l’on nous a '
        r'promis : <data value="engagement-\d+">engagement de l’administration</data>. Fin.</p>$'
    )
    expect(body(page)).to_have_value(written)

    with page.context.expect_page() as opened:
        page.get_by_role("button", name=re.compile("Aperçu")).click()
    expect(opened.value.locator(".prose .citation__state")).to_have_text([TODAY, TODAY])
    opened.value.close()

    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    expect(body(page)).to_have_value(written)
    expect(cited(page).first).to_contain_text(f"{reference}\u202f: ")
    expect(cited(page).nth(1)).to_contain_text("Engagement")
    page.get_by_role("button", name="Publier").click()
    expect(page.locator(".messagelist")).to_contain_text("L’article est publié")
    address = page.locator(".messagelist a").get_attribute("href")

    visitor = open_context(viewport={"width": 390, "height": 800}).new_page()
    visitor.goto(address)
    states = visitor.locator(".prose .citation__state")
    expect(states).to_have_text([TODAY, TODAY])
    assert visitor.evaluate(OVERFLOW) == []
    visitor.goto(f"{address}impression/")
    expect(visitor.locator(".citation__state")).to_have_text([ON_PAPER, ON_PAPER])
    assert visitor.evaluate(OVERFLOW) == []
    visitor.goto(address)
    visitor.locator(".prose").get_by_role("link", name=reference).click()
    expect(visitor).to_have_url(re.compile(f"/revendications/{reference}/$"))


def test_a_citation_is_undone_deleted_copied_and_pasted_whole(article):
    page = article
    writing(page).click()
    type_words(page, "Voir ")
    reference = cite_by_mouse(page)
    element = f'<data value="{reference}">{reference}</data>'
    expect(body(page)).to_have_value(f"<p>Voir {element}</p>")
    page.keyboard.press("Control+z")
    expect(cited(page)).to_have_count(0)
    page.keyboard.press("Control+Shift+z")
    expect(cited(page)).to_have_count(1)
    page.keyboard.press("End")
    type_words(page, "!")
    page.keyboard.press("Backspace")
    expect(body(page)).to_have_value(f"<p>Voir {element}</p>")
    page.keyboard.press("Backspace")
    expect(cited(page)).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(cited(page)).to_have_count(1)
    page.keyboard.press("Control+a")
    wait_for_selection(writing(page), empty=False)
    page.keyboard.press("Control+c")
    page.keyboard.press("ArrowRight")
    wait_for_selection(writing(page), empty=True)
    page.keyboard.press("Control+v")
    expect(cited(page)).to_have_count(2)
    expect(cited(page).nth(1)).to_contain_text(f"{reference}\u202f: ")
    expect(body(page)).to_have_value(re.compile(f"{element}.*{element}"))


def test_what_is_selected_is_not_lost(article):
    page = article
    writing(page).click()
    type_words(page, "Des mots choisis")
    page.keyboard.press("Control+a")
    wait_for_selection(writing(page), empty=False)
    reference = cite_by_mouse(page)
    expect(body(page)).to_have_value(
        f'<p>Des mots choisis<data value="{reference}">{reference}</data></p>'
    )


def test_the_dialog_is_left_without_a_trace(article):
    page = article
    writing(page).click()
    type_words(page, "Rien")
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: dialog(page).get_by_role("button", name="Annuler").click(),
    ):
        button(page).click()
        expect(results(page).first).to_be_visible()
        leave()
        expect(dialog(page)).to_have_count(0)
        expect(writing(page)).to_be_focused()
    expect(body(page)).to_have_value("<p>Rien</p>")
    button(page).click()
    page.keyboard.type("zzzzz")
    expect(dialog(page).get_by_role("status")).to_have_text("Rien ne correspond à ces mots.")
    page.keyboard.press("Enter")
    expect(dialog(page).get_by_label("Référence ou mots")).to_be_focused()


def test_a_search_that_fails_says_what_to_do(article):
    page = article
    page.context.watch.expect("citations")
    page.route("**/citations/**", lambda route: route.abort())
    button(page).click()
    expect(dialog(page).get_by_role("status")).to_contain_text("Vérifiez votre connexion")
    page.unroute("**/citations/**")
    page.keyboard.press("Enter")
    expect(results(page).first).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dialog_is_accessible_and_fits_a_telephone(article, scheme):
    page = article
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": 390, "height": 700})
    button(page).click()
    expect(results(page).first).to_be_visible()
    box = dialog(page).bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= 390
    assert box["y"] + box["height"] <= 700
    expect(dialog(page).get_by_role("button", name="Annuler")).to_be_in_viewport(ratio=1)
    assert violations_on_the_desk(page) == []
    results(page).first.click()
    expect(cited(page)).to_have_count(1)
    assert violations_on_the_desk(page) == []

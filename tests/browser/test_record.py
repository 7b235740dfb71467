"""An officer runs a meeting: planned after another one, held, followed up, told in a report."""

import io
import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfWriter

from tests.browser.conftest import sign_in
from tests.browser.waiting import until

BEFORE = "Bilan de l’été et aires d’autoroute"
TITLE = "L’abri de l’aire nord, séance de l’essai"
OURS = "Les gants de l’hiver"
REFERENCE = "REV-2026-005"
DEMAND = "Un abri ventilé sur l’aire d’autoroute nord"
PROMISE = "Les dix-huit auront leur première visite avant la fin d’octobre."
NEW_PROMISE = "L’abri sera monté avant le printemps."
QUOTE = "Nous avons fini par convaincre le concessionnaire."
YESTERDAY = date.today() - timedelta(days=1)
# Typography narrows the spaces of what is shown.
SPACES = {ord("\u202f"): " "}


@pytest.fixture
def officer(page: Page) -> Page:
    sign_in(page, "redactrice@example.org")
    return page


@pytest.fixture
def notice() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def told(place: Locator) -> str:
    return place.inner_text().translate(SPACES)


def save(page: Page) -> None:
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def point(page: Page, title: str) -> Locator:
    return page.locator(f"[data-agenda-item][data-agenda-name='{title}']")


def plan(page: Page) -> str:
    """Plan the meeting from the officers' home page, with what is owed; return its page."""
    page.goto("/admin/")
    page.locator(".todo", has_text="Comptes rendus à rédiger").get_by_role(
        "link", name=BEFORE
    ).click()
    page.get_by_role("link", name="Préparer la réunion suivante").click()
    expect(page.get_by_label("Type de réunion")).to_have_value("health_panel")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=starts_at_0]").fill("16/01/2031")
    page.locator("[name=starts_at_1]").fill("13:30")
    page.locator("[name=delegation]").fill("Trois représentants du personnel.")
    page.locator("[name=agenda_items-0-title]").fill(OURS)
    page.locator("[name=_save]").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Ce qui reste dû")
    page.get_by_label(DEMAND).check()
    page.get_by_label(re.compile(re.escape(PROMISE))).check()
    page.get_by_role("button", name="Mettre à l’ordre du jour").click()
    expect(page.locator(".messagelist .success")).to_contain_text("2 points sont ajoutés")
    expect(page.locator("[data-agenda-item]").get_by_role("link", name=REFERENCE)).to_be_visible()
    return page.get_by_role("link", name="Voir sur le site").get_attribute("href")


def receive_the_notice(page: Page, notice: bytes) -> None:
    file = {"name": "Convocation.pdf", "mimeType": "application/pdf", "buffer": notice}
    page.locator("[name=documents-0-kind]").select_option("convening_notice")
    page.locator("[name=documents-0-title]").fill("Convocation de l’essai")
    page.locator("[name=documents-0-file]").set_input_files(file)
    page.locator("[name=documents-0-received_on]").fill((YESTERDAY - timedelta(15)).isoformat())
    page.locator("[name=documents-0-visibility]").select_option("public")
    save(page)


def hold(page: Page) -> None:
    """Note what was said. No journey waits for a day to come: the meeting was yesterday."""
    page.locator("[name=starts_at_0]").fill(f"{YESTERDAY:%d/%m/%Y}")
    page.locator("[name=status]").select_option("held")
    save(page)
    ours = point(page, OURS)
    ours.get_by_label("Ce que l’administration a présenté").fill("Une commande est partie.")
    ours.get_by_label("Nature de la suite").select_option("information")
    ours.get_by_label("Suite donnée").last.fill("Livraison en deux semaines.")
    save(page)


def follow_up(page: Page) -> None:
    page.get_by_role("link", name="Noter les suites").click()
    came_up = page.get_by_role("group", name=DEMAND)
    came_up.get_by_label("Ce qu’elle est devenue").select_option("granted")
    came_up.get_by_label("Réponse de l’administration").fill("L’abri est commandé.")
    came_up.get_by_label("Citation").fill(QUOTE)
    promise = page.get_by_role("group", name="Nouvel engagement").first
    promise.get_by_label("Au point").select_option(label=OURS)
    promise.get_by_label("Mots exacts").fill(NEW_PROMISE)
    promise.get_by_label("Pris par").fill("la présidente de la formation spécialisée")
    page.get_by_role("button", name="Enregistrer les suites").click()
    expect(page.locator(".messagelist .success")).to_have_text("2 suites sont notées.")
    page.get_by_role("link", name="Revenir à la réunion").click()


def report(page: Page) -> str:
    """Make the draft with a click too many, rewrite it and publish it; return its address."""
    page.get_by_role("button", name="Rédiger le compte rendu").dblclick()
    page.wait_for_url(re.compile("/admin/articles/article/"))
    writing = page.locator(".ProseMirror[contenteditable=true]")
    expect(writing.locator("h2")).to_have_text([OURS, re.compile(DEMAND), re.compile("Engagement")])
    expect(page.locator("[name=kicker]")).to_have_value("Formation spécialisée")
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    # What it cites is asked for once the editor is there.
    until(page, lambda: NEW_PROMISE in told(writing))
    draft = told(writing)
    for words in (
        "Trois représentants du personnel.",
        "Une commande est partie.",
        REFERENCE,
        "obtenue. L’abri est commandé.",
        QUOTE,
        NEW_PROMISE,
    ):
        assert words in draft
    page.locator("[name=title]").fill("Un abri, à force de le demander")
    page.locator("[name=slug]").fill("un-abri-a-force-de-le-demander")
    page.get_by_role("button", name="Publier").click()
    expect(page.locator(".messagelist")).to_contain_text("L’article est publié")
    return page.locator(".messagelist a").get_attribute("href")


def test_from_the_planning_to_the_published_report(officer, open_context, notice):
    visitor = open_context(viewport={"width": 390, "height": 800}).new_page()
    address = plan(officer)
    visitor.goto(address)
    expect(visitor.locator("main")).to_contain_text("Prévue")
    expect(visitor.get_by_role("heading", name=DEMAND)).to_be_visible()
    visitor.goto(f"/revendications/{REFERENCE}/")
    planned = visitor.locator(".timeline__step--planned", has_text="séance de l’essai")
    expect(planned).to_contain_text("16\u202fjanvier\u202f2031")

    receive_the_notice(officer, notice)
    hold(officer)
    follow_up(officer)
    article = report(officer)

    officer.goto("/admin/")
    late = officer.locator(".todo", has_text="Comptes rendus à rédiger")
    expect(late).to_contain_text(BEFORE)
    expect(late).not_to_contain_text("séance de l’essai")

    visitor.goto(address)
    assert "Livraison en deux semaines." in told(visitor.locator("main"))
    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="Convocation de l’essai").click()
    assert download.value.path().read_bytes() == notice
    visitor.get_by_role("link", name="Un abri, à force de le demander").click()
    expect(visitor).to_have_url(re.compile(f"{article}$"))
    citation = visitor.locator(".prose .citation", has_text=REFERENCE)
    expect(citation).to_contain_text(re.compile("aujourd’hui.: obtenue"))
    citation.get_by_role("link").click()
    assert f"« {QUOTE} »" in told(visitor.locator(".timeline"))
    visitor.goto("/engagements/")
    register = told(visitor.locator("main"))
    assert f"« {NEW_PROMISE} »" in register
    assert register.index("en retard de") < register.index(NEW_PROMISE)

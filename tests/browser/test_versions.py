"""An article is written, reviewed, scheduled, published, corrected, compared, taken up again."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_officer import writing

TITLE = "Huit emplois, l’essai des versions"


def choose_category(page: Page) -> None:
    page.locator("#id_category").select_option(index=1)


def write(page: Page, words: str) -> None:
    writing(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(words)


def versions_of(page: Page) -> None:
    page.get_by_role("link", name="Versions et publication").click()


def test_from_the_first_words_to_an_older_version_taken_up_again(open_context):
    writer, reader = open_context().new_page(), open_context().new_page()
    sign_in(writer, "redactrice@example.org")
    writer.goto("/admin/articles/article/add/")
    writer.locator("#id_title").press_sequentially(TITLE)
    choose_category(writer)
    write(writer, "La direction créera huit emplois.")
    expect(writer.locator("[data-autosave-status]")).to_contain_text("Saisie gardée")
    writer.locator("input[name=_continue]").click()
    address = f"/articles/{writer.locator('#id_slug').input_value()}/"
    versions_of(writer)
    writer.get_by_role("button", name="Demander une relecture").click()
    expect(writer.locator("#content")).to_contain_text("En relecture")

    second = open_context().new_page()
    sign_in(second, "secretaire@example.org")
    second.goto(writer.url)
    second.get_by_role("button", name="Approuver la version 1").click()
    expect(second.locator("#content")).to_contain_text("Approuvée")
    later = timezone.localtime() + timedelta(days=1)
    second.get_by_label("Jour").fill(f"{later:%Y-%m-%d}")
    second.get_by_label("Heure").fill("18:30")
    second.get_by_role("button", name="Programmer").click()
    expect(second.locator("#content")).to_contain_text("Programmé : il paraîtra le")
    reader.context.watch.expect(r"console error on .*status of 404")
    assert reader.goto(address).status == 404
    second.get_by_role("button", name="Publier maintenant").click()
    expect(second.locator("#content")).to_contain_text("Publié le")
    assert reader.goto(address).status == 200
    expect(reader.locator(".prose")).to_contain_text("créera huit emplois")

    writer.goto(writer.url.replace("history/", "change/"))
    write(writer, "La direction créera neuf emplois.")
    writer.locator("input[name=_continue]").click()
    reader.reload()
    expect(reader.locator(".prose")).to_contain_text("créera huit emplois")
    writer.get_by_label("Pourquoi cette modification").fill("le nombre d’emplois est corrigé")
    writer.get_by_role("button", name="Publier les modifications").click()
    reader.reload()
    expect(reader.locator(".prose")).to_contain_text("créera neuf emplois")
    expect(reader.locator(".modifications")).to_contain_text("le nombre d’emplois est corrigé")

    writer.get_by_role("link", name=TITLE).first.click()
    writer.goto("/admin/articles/article/")
    writer.get_by_role("link", name=TITLE).first.click()
    versions_of(writer)
    writer.get_by_role("button", name="Comparer les deux versions choisies").click()
    expect(writer.locator(".differences del")).to_contain_text("huit")
    expect(writer.locator(".differences ins")).to_contain_text("neuf")
    writer.get_by_role("button", name="Reprendre la version 1").click()
    expect(writer.locator("#content")).to_contain_text("reprend la version 1")
    writer.get_by_role("button", name="Publier les modifications").click()
    reader.reload()
    expect(reader.locator(".prose")).to_contain_text("créera huit emplois")

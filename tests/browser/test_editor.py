"""An officer writes with all that the editor knows, mends what stops readers, and publishes."""

import io
import re

from PIL import Image
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.browser.conftest import sign_in
from tests.browser.waiting import until


def photograph() -> dict:
    output = io.BytesIO()
    Image.new("RGB", (1300, 500), "#3b6d8c").save(output, "JPEG")
    return {"name": "IMG_0042.jpg", "mimeType": "image/jpeg", "buffer": output.getvalue()}


def begin(page: Page, title: str) -> Locator:
    sign_in(page, "redactrice@example.org")
    page.goto("/admin/articles/article/add/")
    page.locator("[name=title]").press_sequentially(title)
    page.locator("[name=category]").select_option(index=1)
    writing = page.locator("#article_form .ProseMirror[contenteditable=true]").first
    writing.click()
    return writing


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def test_a_report_with_all_that_the_editor_knows(page: Page) -> None:
    writing = begin(page, "Un port à deux vitesses")
    page.keyboard.type("Les agents manquent")

    button(page, "Note de bas de page").click()
    page.keyboard.type("Chiffres du ")
    page.keyboard.press("Control+b")
    page.keyboard.type("1er octobre")
    button(page, "Insérer la note").click()
    page.keyboard.type(" depuis deux ans.")
    page.keyboard.press("Enter")

    page.keyboard.type("Dix emplois, tout de suite.")
    button(page, "Encadré").click()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    button(page, "Insérer un tableau").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Légende").fill("Effectifs & <absents>")
    dialog.get_by_label("Lignes", exact=True).fill("2")
    dialog.get_by_label("Colonnes", exact=True).fill("2")
    dialog.get_by_label("La première ligne donne").uncheck()
    button(page, "Insérer le tableau").click()
    for word in ("Site", "Présents", "Valserre", "38"):
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    page.keyboard.press("Control+End")

    button(page, "Illustration").click()
    dialog.get_by_label("Image", exact=True).set_input_files(photograph())
    button(page, "Insérer l’illustration").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Décrivez l’image")
    dialog.get_by_label("Texte de remplacement").fill("Un quai vide")
    dialog.get_by_label("Légende").fill("Le quai, en octobre")
    dialog.get_by_label("Crédit").fill("la section")
    button(page, "Insérer l’illustration").click()
    expect(writing.locator("figure img")).to_be_visible()
    page.keyboard.type("La fin.")

    button(page, "Publier").click()
    expect(page.locator(".messagelist .warning")).to_contain_text("pas encore publié")
    notice = page.get_by_role("region", name="À corriger pour que tout le monde puisse lire")
    expect(notice.get_by_role("listitem")).to_have_count(1)
    expect(notice).to_contain_text("n’a pas de cellules d’en-tête")

    writing.locator("td").first.click()
    button(page, "Titres de colonnes sur la première ligne").click()
    button(page, "Publier").click()
    expect(page.locator(".messagelist .success")).to_contain_text("L’article est publié")
    page.locator(".messagelist .success a").click()

    article = page.locator(".prose")
    expect(article.locator(".encadre")).to_have_text("Dix emplois, tout de suite.")
    expect(article.locator("caption")).to_have_text("Effectifs & <absents>")
    expect(article.locator("thead th[scope=col]")).to_have_text(["Site", "Présents"])
    picture = article.get_by_role("img", name="Un quai vide")
    picture.scroll_into_view_if_needed()
    are_there = "[...document.images].every((image) => image.naturalWidth > 1)"
    until(page, lambda: page.evaluate(are_there))
    expect(article.locator("figcaption")).to_contain_text("Le quai, en octobre")
    call = article.get_by_role("link", name="Note 1", exact=True)
    call.press("Enter")
    expect(page).to_have_url(re.compile("#note-1$"))
    expect(page.locator("#note-1")).to_contain_text("Chiffres du 1er octobre")
    page.get_by_role("link", name="Revenir à l’appel de la note 1").press("Enter")
    expect(page).to_have_url(re.compile("#appel-1$"))

    answer = page.request.get(page.get_by_role("link", name="PDF").get_attribute("href"))
    (sheet,) = PdfReader(io.BytesIO(answer.body())).pages
    text = " ".join(sheet.extract_text().split())
    assert "Chiffres du 1er octobre" in text.replace("\u202f", " ")
    assert text.index("Chiffres du") > text.index("La fin.")
    assert len(sheet.images) == 1


def test_a_note_and_a_picture_are_corrected_by_the_keyboard_and_survive_a_second_look(
    page: Page,
) -> None:
    begin(page, "Une note reprise")
    page.keyboard.type("Un mot")
    page.keyboard.press("Control+Alt+f")
    page.keyboard.type("Une faute")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+Alt+f")
    button(page, "Insérer la note").click()
    expect(page.get_by_role("alert")).to_have_text("Écrivez le texte de la note.")
    page.locator("dialog .ProseMirror").press_sequentially("Une faute")
    button(page, "Insérer la note").press("Enter")
    page.keyboard.type(", puis un autre.")

    button(page, "Illustration").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Image", exact=True).set_input_files(photograph())
    dialog.get_by_label("Image décorative").check()
    button(page, "Insérer l’illustration").click()
    expect(page.locator("figure img")).to_be_visible()
    page.locator("[name=_continue]").click()

    page.get_by_role("button", name="Note : Une faute").press("Enter")
    page.keyboard.press("Control+a")
    page.keyboard.type("Corrigée")
    button(page, "Enregistrer la note").click()
    page.locator("figure img").click()
    button(page, "Illustration").click()
    dialog.get_by_label("Image décorative").uncheck()
    dialog.get_by_label("Texte de remplacement").fill("Un quai")
    dialog.get_by_label("Crédit").fill("la section")
    dialog.get_by_label("Place", exact=True).select_option("right")
    button(page, "Enregistrer").last.click()
    page.locator("[name=_continue]").click()
    body = page.locator("textarea[name=body]").input_value()
    assert body.startswith('<p>Un mot<span class="footnote">Corrigée</span>, puis un autre.</p>')
    assert 'class="figure figure--right"' in body
    assert 'alt="Un quai"' in body
    assert '<figcaption><small class="credit">la section</small></figcaption>' in body

    # What was given is found again; taken away, nothing of it stays.
    page.locator("figure img").click()
    page.keyboard.press("Delete")
    expect(page.locator("figure")).to_have_count(0)
    button(page, "Illustration").click()
    expect(dialog.get_by_role("list", name="Images de ce texte").locator("img")).to_have_count(1)
    dialog.get_by_role("button", name="Annuler").click()

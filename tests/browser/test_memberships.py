"""The secretary imports the list that a spreadsheet exported, corrects it, and takes it back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.test_pages import OVERFLOW, violations_on_the_desk

LIST = """Adhérent·es au 25 novembre;;;;;
N° adhérent·e;NOM;Prénom;Courriel;Date d’adhésion;Payé jusqu’au;Grade
D-0142;Bruyère;Maëlle;;;31/12/2098;C1
D-0057;Genêt;Yannick;;;31/12/2099;IR
E-0901;LEFÈVRE;Œnone;oenone.lefevre@example.org;{joined};31/12/2098;C2
"""
WRONG, RIGHT = LIST.format(joined="31/02/2026"), LIST.format(joined="28/02/2026")


@pytest.fixture
def secretary(page: Page) -> Page:
    sign_in(page, "secretaire@example.org")
    page.goto("/admin/members/membership/")
    page.get_by_role("link", name="Importer").click()
    return page


def send(page: Page, text: str) -> None:
    content = text.encode("cp1252")
    file = {"name": "adherents.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("Fichier", exact=True).set_input_files(file)
    page.get_by_role("button", name="Voir ce que l’import ferait").click()


def is_readable(page: Page) -> None:
    """Accessible, and no wider than a telephone."""
    assert violations_on_the_desk(page) == []
    size = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate(OVERFLOW) == []
    page.set_viewport_size(size)


def test_the_secretary_imports_a_list_and_takes_it_back(secretary):
    page = secretary
    send(page, WRONG)
    expect(page.get_by_text("« 31/02/2026 » n’existe pas dans le calendrier")).to_be_visible()
    expect(page.get_by_text("Ligne 5")).to_be_visible()
    expect(page.get_by_role("button", name="Confirmer l’import")).to_have_count(0)
    is_readable(page)

    send(page, RIGHT)
    expect(page.get_by_role("link", name="1 adhésion à créer")).to_be_visible()
    expect(page.get_by_role("link", name="1 adhésion à modifier")).to_be_visible()
    expect(page.get_by_text("l’import ne vous touche pas")).to_be_visible()
    expect(page.get_by_text("Une colonne n’est pas lue : « Grade »")).to_be_visible()
    is_readable(page)
    page.get_by_role("button", name="Confirmer l’import").click()
    expect(page.get_by_text("Import enregistré : 1 adhésion créée, 1 modifiée")).to_be_visible()

    page.locator("#searchbar").fill("lefevre oenone")
    page.keyboard.press("Enter")
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    expect(page.locator("#result_list")).to_contain_text("E-0901")

    page.get_by_role("link", name="Importer").click()
    page.get_by_role("link", name="Annuler cet import…").click()
    is_readable(page)
    page.get_by_role("button", name="Annuler l’import").click()
    done = "L’import est annulé. 1 adhésion supprimée. 1 adhésion remise comme avant."
    expect(page.get_by_text(done)).to_be_visible()
    page.goto("/admin/members/membership/?q=E-0901")
    expect(page.locator("#result_list")).to_have_count(0)

    page.goto("/admin/members/auditentry/")
    for action in ("aperçu d’un import", "annulation d’un import", "recherche"):
        expect(page.locator("#result_list").get_by_text(action).first).to_be_visible()


def test_a_column_is_named_by_the_officer(secretary):
    page = secretary
    send(page, RIGHT.replace("N° adhérent·e", "Réf."))
    expect(page.get_by_text("Dites quelle colonne contient le numéro")).to_be_visible()
    is_readable(page)
    page.get_by_label("Réf.").select_option(label="Numéro d’adhérent·e")
    page.get_by_role("button", name="Relire le fichier avec ces colonnes").click()
    expect(page.get_by_role("link", name="1 adhésion à créer")).to_be_visible()
    page.get_by_role("button", name="Abandonner").click()
    expect(page.get_by_text("Le fichier est effacé : rien n’a été importé")).to_be_visible()

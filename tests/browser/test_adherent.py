"""An adherent reads what is reserved, reacts, corrects, deletes; a lapsed one is told why not."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in

REPORT = "/articles/plan-probite-et-protection/"
WORDS_AFTER_THE_CUT = "qui regarde"


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def adherent(open_context, request) -> Page:
    """Signed in by the form, with words of her own that no other test uses."""
    page = open_context(java_script_enabled=request.param).new_page()
    sign_in(page, "adherente@example.org")
    page.words = f"Merci pour ce compte rendu, {request.node.name}."
    return page


def reaction(page: Page, words: str):
    return page.locator(".reaction", has_text=words)


def react(page: Page, words: str) -> None:
    page.goto(REPORT)
    page.get_by_label("Votre réaction").fill(words)
    page.get_by_role("button", name="Publier ma réaction").click()
    expect(reaction(page, words)).to_have_count(1)


def test_signs_in_where_the_text_is_cut_and_reads_on(page):
    page.goto(REPORT)
    page.get_by_role("link", name="(Lire la suite…)").click()
    sign_in(page, "adherente@example.org")
    expect(page).to_have_url(re.compile(f"{REPORT}$"))
    expect(page.locator("main")).to_contain_text(WORDS_AFTER_THE_CUT)
    expect(page.locator("main")).not_to_contain_text("(Lire la suite…)")


def test_reacts_answers_corrects_and_deletes(adherent):
    page, words = adherent, adherent.words
    react(page, words)
    expect(page.get_by_role("link", name="Ne pas répondre")).to_be_hidden()

    reaction(page, words).get_by_role("link", name="Répondre").click()
    expect(page.get_by_role("link", name="Ne pas répondre")).to_be_visible()
    page.get_by_label("Votre réaction").fill(f"Une réponse : {words}")
    page.get_by_role("button", name="Publier ma réaction").click()
    answer = page.locator(".answers .reaction", has_text=f"Une réponse : {words}")
    expect(answer).to_have_count(1)
    expect(answer.get_by_role("link", name="Répondre")).to_have_count(0)

    answer.get_by_role("link", name="Modifier").click()
    page.get_by_label("Votre réaction").fill(f"Une réponse corrigée : {words}")
    page.get_by_role("button", name="Enregistrer").click()
    corrected = page.locator(".answers .reaction", has_text=f"Une réponse corrigée : {words}")
    expect(corrected).to_contain_text("Modifiée")
    corrected.get_by_text("lire le texte d’avant").click()
    expect(corrected.get_by_text(f"Une réponse : {words}")).to_be_visible()

    corrected.get_by_role("link", name="Supprimer").click()
    page.get_by_role("button", name="Supprimer").click()
    expect(reaction(page, f"Une réponse corrigée : {words}")).to_have_count(0)
    expect(reaction(page, words)).to_have_count(1)


def test_a_double_click_stores_one_reaction(open_context):
    page = open_context().new_page()
    sign_in(page, "adherente@example.org")
    page.goto(REPORT)
    words = "Deux clics, une seule réaction."
    page.get_by_label("Votre réaction").fill(words)
    page.get_by_role("button", name="Publier ma réaction").dblclick()
    expect(reaction(page, words)).to_have_count(1)
    page.goto(REPORT)
    expect(reaction(page, words)).to_have_count(1)


def test_the_same_form_sent_from_two_windows_stores_one_reaction(open_context):
    context = open_context(java_script_enabled=False)
    words = "Le même formulaire envoyé deux fois."
    first, second = context.new_page(), context.new_page()
    sign_in(first, "adherente@example.org")
    for page in (first, second):
        page.goto(REPORT)
        page.get_by_label("Votre réaction").fill(words)
    for page in (first, second):
        page.get_by_role("button", name="Publier ma réaction").click()
    expect(reaction(second, words)).to_have_count(1)


def test_what_was_written_when_the_session_had_ended_comes_back(adherent):
    page, words = adherent, f"Écrit entre deux prises de service. {adherent.words}"
    page.context.watch.expect(r"console error on .*status of 403")
    page.goto(REPORT)
    page.get_by_label("Votre réaction").fill(words)
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Publier ma réaction").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connectez-vous pour envoyer")
    given_back = page.get_by_label("Votre texte, à copier")
    expect(given_back).to_have_value(words)
    waits_in_the_tab = "with JavaScript" in words
    if waits_in_the_tab:
        expect(page.get_by_text("Gardé dans cet onglet")).to_be_visible()
    page.locator("main").get_by_role("link", name="Se connecter").click()
    sign_in(page, "adherente@example.org")
    expect(page).to_have_url(re.compile(f"{REPORT}#reagir$"))
    field = page.get_by_label("Votre réaction")
    if waits_in_the_tab:
        expect(field).to_have_value(words)
        expect(page.get_by_text("Ce n’est pas encore envoyé")).to_be_visible()
    else:
        field.fill(words)
    page.get_by_role("button", name="Publier ma réaction").click()
    expect(reaction(page, words)).to_have_count(1)
    page.goto(REPORT)
    expect(page.get_by_label("Votre réaction")).to_have_value("")


def test_an_empty_reaction_is_not_sent(adherent):
    page = adherent
    page.goto(REPORT)
    before = page.locator(".reaction").count()
    page.get_by_role("button", name="Publier ma réaction").click()
    page.goto(REPORT)
    expect(page.locator(".reaction")).to_have_count(before)


def test_signs_out(adherent):
    page = adherent
    page.goto("/espace/")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()
    page.goto("/espace/")
    expect(page.get_by_label("Mot de passe", exact=True)).to_be_visible()


def test_a_lapsed_member_is_told_why(page):
    sign_in(page, "ancien@example.org")
    page.goto(REPORT)
    expect(page.locator("#reactions")).to_contain_text("Votre cotisation n’est plus à jour")
    expect(page.locator("main textarea")).to_have_count(0)
    expect(page.locator(".reaction")).to_have_count(0)
    expect(page.locator("main")).not_to_contain_text(WORDS_AFTER_THE_CUT)

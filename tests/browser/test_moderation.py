"""A reaction is signalled, hidden with a reason, contested by its author, and shown for good."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in

REPORT = "/articles/plan-probite-et-protection/"
QUEUE = "/admin/articles/reaction/a-moderer/"
MINE = "/espace/reactions/"


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def as_person(open_context, request):
    """Open the site on a telephone, signed in as this person."""

    def _as(email: str) -> Page:
        options = {"java_script_enabled": request.param, "viewport": {"width": 390, "height": 844}}
        page = open_context(**options).new_page()
        sign_in(page, email)
        return page

    _as.name = "avec script" if request.param else "sans script"
    return _as


def decide(page: Page, words: str, decision: str, reason: str) -> None:
    """Find the reaction in the queue, and decide there."""
    page.goto(QUEUE)
    card = page.locator(".moderated", has_text=words)
    card.get_by_label(decision).check()
    card.get_by_label("Motif").fill(reason)
    card.get_by_role("button", name="Décider").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_reaction_is_signalled_hidden_contested_and_shown_for_good(as_person):
    words = f"Des mots vifs, {as_person.name}."
    author = as_person("adherente@example.org")
    author.goto(REPORT)
    author.get_by_label("Votre réaction").fill(words)
    author.get_by_role("button", name="Publier ma réaction").click()
    expect(author.locator(".reaction", has_text=words)).to_have_count(1)

    colleague = as_person("redactrice@example.org")
    colleague.goto(REPORT)
    colleague.locator(".reaction", has_text=words).get_by_role("link", name="Signaler").click()
    colleague.get_by_label("Elle attaque ou insulte quelqu’un").check()
    colleague.get_by_label("Précisions").fill("Elle vise le chef d’unité.")
    colleague.get_by_role("button", name="Envoyer le signalement").click()
    expect(colleague.locator("main")).to_contain_text("votre signalement est transmis")

    secretary = as_person("secretaire@example.org")
    secretary.goto("/admin/")
    expect(secretary.locator(".todo", has_text="Réactions à modérer")).to_contain_text(words)
    secretary.goto(QUEUE)
    card = secretary.locator(".moderated", has_text=words)
    expect(card).to_contain_text("Elle vise le chef d’unité.")
    expect(card).not_to_contain_text("Solène")
    decide(secretary, words, "La masquer", "Met une personne en cause.")
    expect(secretary.locator(".moderated", has_text=words)).to_have_count(0)

    author.goto(MINE)
    own = author.locator(".reaction", has_text=words)
    expect(own).to_contain_text("Met une personne en cause.")
    expect(own).not_to_contain_text("Yannick")
    own.get_by_role("link", name="Contester la décision").click()
    expect(author.locator("main")).to_contain_text("Une autre personne que celle qui a décidé")
    author.get_by_label("Pourquoi la décision").fill("Je ne nomme personne.")
    author.get_by_role("button", name="Envoyer mon recours").click()
    expect(author.locator(".reaction", has_text=words)).to_contain_text("pas encore de réponse")

    secretary.goto(QUEUE)
    card = secretary.locator(".moderated", has_text=words)
    expect(card).to_contain_text("Je ne nomme personne.")
    expect(card.get_by_role("button", name="Décider")).to_have_count(0)

    other = as_person("admin@example.org")
    decide(other, words, "La montrer", "En effet, personne n’est nommé.")
    author.goto(MINE)
    own = author.locator(".reaction", has_text=words)
    expect(own).to_contain_text("cette décision est définitive")
    colleague.goto(REPORT)
    expect(colleague.locator(".reaction", has_text=words)).to_have_count(1)


def test_one_says_a_word_in_one_tap_by_the_keyboard_too_and_calls_a_colleague(as_person):
    page = as_person("adherente@example.org")
    page.goto("/articles/douze-heures-le-projet-est-retire/")
    useful = page.get_by_role("button", name="Utile")
    expect(useful).to_have_attribute("aria-pressed", "false")
    useful.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Utile 1 personne")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="Utile").click()
    expect(page.get_by_role("button", name="Utile")).to_have_attribute("aria-pressed", "false")

    words = f"Merci pour les carnets, {as_person.name}."
    page.get_by_label("Votre réaction").fill(words)
    page.get_by_text("Mentionner quelqu’un").first.click()
    page.get_by_label("Quart de nuit").check()
    page.get_by_role("button", name="Publier ma réaction").click()
    posted = page.locator(".reaction", has_text=words)
    expect(posted.locator(".mention")).to_have_text("@Quart de nuit")

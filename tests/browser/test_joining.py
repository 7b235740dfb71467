"""Coming in: the section invites somebody, who opens an account; or a visitor asks for access."""

import email
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from email import policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, sign_in
from tests.browser.test_pages import SCHEMES, STILL, WIDTHS, violations
from tests.browser.test_sign_in import telephone

REPORT = "/articles/plan-probite-et-protection/"
CHOSEN = "quatre mots mis bout à bout"
LETTER_SECONDS = 30

LinkFor = Callable[[str], str]


@pytest.fixture
def link_for(folder: Path) -> LinkFor:
    """Wait for the letter that bears an invitation to this address, and return its link."""

    def _link(address: str) -> str:
        deadline = time.monotonic() + LETTER_SECONDS
        while time.monotonic() < deadline:
            for file in (folder / "mail").glob("*.log"):
                for letter in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n"):
                    message = email.message_from_bytes(letter.lstrip(), policy=policy.default)
                    body = message.get_body(("plain",))
                    found = body and re.search(r"/invitation/\S+", body.get_content())
                    if found and message["To"] == address:
                        return found[0]
            time.sleep(0.2)
        raise AssertionError(f"no invitation was sent to {address}")

    return _link


@pytest.fixture
def secretary(open_context, session_of) -> Page:
    return open_context(storage_state=session_of("secretaire@example.org")).new_page()


def add_dates_and_save(page: Page) -> None:
    today = date.today()
    page.locator("#id_joined_on").fill(f"{today - timedelta(days=30):%d/%m/%Y}")
    page.locator("#id_paid_until").fill(f"{today + timedelta(days=300):%d/%m/%Y}")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def open_account(page: Page, link: str, display_name: str) -> None:
    page.goto(link)
    page.get_by_label("Nom affiché").fill(display_name)
    page.get_by_label("Mot de passe", exact=True).fill(CHOSEN)
    page.get_by_label("Le même, encore une fois").fill(CHOSEN)
    page.get_by_role("button", name="Ouvrir mon compte").click()
    page.wait_for_url("**/espace/")
    expect(page.locator("main")).to_contain_text("Votre compte est ouvert")


def is_accessible(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == []


@pytest.mark.parametrize("with_javascript", [True, False])
def test_an_adherent_is_invited_and_reacts(secretary, open_context, link_for, with_javascript):
    name = "Rosalie" if with_javascript else "Églantine"
    address = f"{'rosalie' if with_javascript else 'eglantine'}@example.org"
    desk = secretary
    desk.goto("/admin/members/membership/add/")
    desk.locator("#id_number").fill(f"D-{name}")
    desk.locator("#id_first_name").fill(name)
    desk.locator("#id_last_name").fill("Nerprun")
    desk.locator("#id_email").fill(address)
    add_dates_and_save(desk)
    desk.get_by_role("link", name=f"D-{name}").first.click()
    desk.get_by_role("link", name="Inviter…").click()
    expect(desk.locator("#content")).to_contain_text(address)
    desk.get_by_role("button", name="Envoyer l’invitation").click()
    expect(desk.locator(".messagelist")).to_contain_text(f"L’invitation est envoyée à {address}")
    link = link_for(address)

    page = open_context(java_script_enabled=with_javascript, **STILL).new_page()
    open_account(page, link, f"{name} du port")
    page.goto(REPORT)
    words = f"Bonjour, je suis {name}."
    page.get_by_label("Votre réaction").fill(words)
    page.get_by_role("button", name="Publier ma réaction").click()
    reaction = page.locator(".reaction", has_text=words)
    expect(reaction).to_contain_text(f"{name} du port")

    other = open_context().new_page()
    other.context.watch.expect("status of 404")
    assert other.goto(link).status == 404
    other.goto("/compte/login/")
    other.get_by_label("Adresse e-mail").fill(address)
    other.get_by_label("Mot de passe", exact=True).fill(CHOSEN)
    other.get_by_role("button", name="Se connecter").click()
    expect(other.get_by_role("heading", name="Mon espace")).to_be_visible()

    desk.reload()
    expect(desk.locator(".field-access")).to_contain_text("compte ouvert")


def test_a_double_click_opens_the_account_once(secretary, open_context, link_for):
    desk, address = secretary, "aubin.genevrier@example.org"
    desk.goto("/admin/members/membership/?q=D-0187")
    desk.get_by_role("link", name="D-0187").click()
    desk.get_by_role("link", name="Inviter de nouveau").click()
    desk.get_by_role("button", name="Remplacer l’invitation").dblclick()
    expect(desk.locator(".messagelist")).to_contain_text("L’invitation est envoyée")
    page = open_context().new_page()
    page.goto(link_for(address))
    page.get_by_label("Mot de passe", exact=True).fill(CHOSEN)
    page.get_by_label("Le même, encore une fois").fill(CHOSEN)
    page.get_by_role("button", name="Ouvrir mon compte").dblclick()
    expect(page.get_by_role("heading", name="Mon espace")).to_be_visible()


def test_an_account_is_opened_without_a_password(site, secretary, open_context, link_for):
    desk, address = secretary, "prunelle@example.org"
    desk.goto("/admin/members/membership/add/")
    desk.locator("#id_number").fill("D-0202")
    desk.locator("#id_first_name").fill("Prunelle")
    desk.locator("#id_last_name").fill("Aulne")
    desk.locator("#id_email").fill(address)
    add_dates_and_save(desk)
    desk.get_by_role("link", name="D-0202").first.click()
    desk.get_by_role("link", name="Inviter…").click()
    desk.get_by_role("button", name="Envoyer l’invitation").click()
    link = link_for(address)
    without = open_context(java_script_enabled=False).new_page()
    without.goto(link)
    expect(without.get_by_role("button", name="Utiliser une clé d’accès")).to_be_hidden()
    # Passkeys need a name of a site; an address made of numbers is not one.
    page = open_context(base_url=site.replace("127.0.0.1", "localhost")).new_page()
    page.context.watch.expect("request to another host: http://localhost:")
    telephone(page)
    page.goto(link)
    page.get_by_role("button", name="Utiliser une clé d’accès").dblclick()
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/compte/login/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    expect(page.get_by_role("heading", name="Mon espace")).to_be_visible()
    expect(page.locator("main")).to_contain_text(address)


def test_a_visitor_asks_and_comes_in(secretary, open_context, link_for):
    address = "fantine@example.org"
    page = open_context(**STILL).new_page()
    page.goto("/compte/login/")
    page.get_by_role("link", name="demandez un accès").click()
    expect(page.get_by_label("Laissez ce champ vide")).to_be_hidden()
    page.get_by_label("Prénom").fill("Fantine")
    page.get_by_label("Nom", exact=True).fill("Sureau")
    page.get_by_label("Adresse e-mail").fill(address)
    page.get_by_label("Message").fill("J’ai remis mon bulletin à la permanence.")
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.get_by_role("heading", name="Votre demande est envoyée")).to_be_visible()
    is_accessible(page)

    desk = secretary
    desk.goto("/admin/")
    desk.locator("#content").get_by_role("link", name="Répondre aux demandes").click()
    row = desk.locator("#result_list tr", has_text="Fantine Sureau")
    expect(row).to_contain_text("—")
    row.get_by_role("link").click()
    decision = desk.url
    desk.get_by_role("link", name="Créer son adhésion").click()
    expect(desk.locator("#id_first_name")).to_have_value("Fantine")
    desk.locator("#id_number").fill("D-0901")
    add_dates_and_save(desk)
    desk.goto(decision)
    desk.get_by_label("Fantine Sureau, D-0901").check()
    desk.get_by_role("button", name="Accepter et inviter").click()
    expect(desk.locator(".messagelist")).to_contain_text(f"Une invitation est envoyée à {address}")
    expect(desk.locator("#result_list tr", has_text="Fantine Sureau")).to_contain_text("acceptée")

    open_account(page, link_for(address), "Fantine")


def test_the_pages_of_an_invitation_are_accessible(secretary, open_context, link_for, environment):
    desk, address = secretary, "capucine.meleze@example.org"
    desk.goto("/admin/members/membership/add/")
    desk.locator("#id_number").fill("D-0190")
    desk.locator("#id_first_name").fill("Capucine")
    desk.locator("#id_last_name").fill("Mélèze")
    desk.locator("#id_email").fill(address)
    add_dates_and_save(desk)
    desk.get_by_role("link", name="Inviter qui n’a pas de compte").click()
    desk.get_by_role("button", name="Envoyer les invitations").click()
    expect(desk.locator(".messagelist")).to_contain_text("invitée")
    # The whole list was invited: more than what leaves right after the request.
    command = [sys.executable, "manage.py", "send_mail_queue"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    link = link_for(address)
    page = open_context(**STILL).new_page()
    page.context.watch.expect("status of 404")
    for shown in (link, "/invitation/rien/"):
        page.goto(shown)
        is_accessible(page)
    sign_in(page, "adherente@example.org")
    page.goto(link)
    is_accessible(page)
    page.get_by_role("button", name="Se déconnecter et continuer").click()
    expect(page.get_by_role("heading", name="Ouvrir votre compte")).to_be_visible()

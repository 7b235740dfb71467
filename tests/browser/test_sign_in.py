"""Ways in: an application on the telephone, a passkey, a code by mail; and what officers owe.

The application is started a second time, as a real site is: it asks officers for a second factor.
Passkeys need a name of a site: « localhost » is one, an address made of numbers is not.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, ROOT, environment_of, served, sign_in
from tests.browser.test_pages import OVERFLOW, SCHEMES, WIDTHS, violations, violations_on_the_desk
from tests.totp import totp

FORGET = """
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
for model in (Authenticator, UserSession, Session):
    model.objects.all().delete()
cache.clear()
"""
ADHERENT, FORMER = "adherente@example.org", "ancien@example.org"
EDITOR, SECRETARY = "redactrice@example.org", "secretaire@example.org"


@pytest.fixture(scope="module")
def strict_folder(
    installation, site: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A copy of the demo's database, which these journeys change."""
    if installation:
        return Path(installation["strict"]["folder"])
    copy = tmp_path_factory.mktemp("strict")
    with (
        closing(sqlite3.connect(folder / "db.sqlite3")) as source,
        closing(sqlite3.connect(copy / "db.sqlite3")) as target,
    ):
        source.backup(target)
    return copy


@pytest.fixture(scope="module")
def strict_site(installation, strict_folder: Path, folder: Path) -> Iterator[str]:
    if installation:
        yield installation["strict"]["environment"]["SITE_URL"]
        return
    environment = environment_of("localhost", strict_folder, folder, REQUIRE_SECOND_FACTOR="true")
    with served(environment, strict_folder) as address:
        yield address


@pytest.fixture
def window(open_context, strict_site):
    def _window(**options) -> Page:
        return open_context(base_url=strict_site, **options).new_page()

    return _window


@pytest.fixture(autouse=True)
def _nobody_has_a_factor(installation, strict_folder: Path, strict_site: str) -> Iterator[None]:
    """Each journey starts with accounts that have a password alone, and no attempt counted."""
    yield
    if installation:
        subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", FORGET],
            cwd=ROOT,
            env=os.environ | installation["strict"]["environment"],
            check=True,
        )
        return
    with closing(sqlite3.connect(strict_folder / "db.sqlite3", timeout=20)) as database, database:
        for table in ("mfa_authenticator", "usersessions_usersession", "django_session"):
            database.execute(f"DELETE FROM {table}")  # noqa: S608  names written here
    shutil.rmtree(strict_folder / "cache", ignore_errors=True)


def telephone(page: Page, **options) -> None:
    """Give the browser a device that keeps passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device | options})


def prove_password(page: Page) -> None:
    """Answer the page that asks for the password again, where it comes."""
    if "/reauthenticate/" in page.url:
        page.get_by_label("Mot de passe").fill(PASSWORD)
        page.get_by_role("button", name="Confirmer").click()


def install_application(page: Page) -> str:
    """Follow the page that installs an application, up to the recovery codes."""
    prove_password(page)
    expect(page.locator(".qr svg")).to_be_visible()
    secret = page.locator("#cle").inner_text()
    page.get_by_label("Code affiché par l’application").fill("000000")
    page.get_by_role("button", name="Vérifier et terminer").click()
    expect(page.locator("main")).to_contain_text("Ce code n’est pas le bon")
    expect(page.locator("#cle")).to_have_text(secret)
    page.get_by_label("Code affiché par l’application").fill(totp(secret))
    page.get_by_role("button", name="Vérifier et terminer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    return secret


def sign_out(page: Page) -> None:
    page.goto("/espace/")
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()


def type_code(page: Page, code: str) -> None:
    page.get_by_label("Code de votre application").fill(code)
    page.get_by_role("button", name="Se connecter", exact=True).click()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_an_application_then_its_codes_then_a_recovery_code(window, script):
    page = window(java_script_enabled=script)
    sign_in(page, ADHERENT)
    page.goto("/espace/")
    page.get_by_role("link", name="Sécurité de mon compte").click()
    page.get_by_role("link", name="Installer une application").click()
    secret = install_application(page)
    codes = page.locator("#codes-de-secours").inner_text().split("\n")
    sign_out(page)

    sign_in(page, ADHERENT)
    expect(page.get_by_role("heading", level=1)).to_have_text("Encore une étape")
    type_code(page, "000000")
    expect(page.locator("main")).to_contain_text("Ce code n’est pas le bon")
    type_code(page, totp(secret, 1))
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon espace")
    sign_out(page)

    sign_in(page, ADHERENT)
    type_code(page, codes[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon espace")
    page.goto("/compte/2fa/")
    expect(page.locator("main")).to_contain_text("Il vous en reste 9.")


def test_a_passkey_is_made_used_renamed_and_removed(window):
    page = window()
    telephone(page)
    sign_in(page, ADHERENT)
    page.goto("/compte/2fa/webauthn/")
    page.get_by_role("link", name="Créer une clé d’accès").click()
    prove_password(page)
    page.get_by_label("Nom de cette clé d’accès").fill("Mon téléphone")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    sign_out(page)

    page.goto("/compte/login/?next=/reunions/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    page.wait_for_url("**/reunions/")
    expect(page.get_by_role("link", name="Mon espace")).to_be_visible()
    sign_out(page)

    sign_in(page, ADHERENT)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon espace")

    page.goto("/compte/2fa/webauthn/")
    page.get_by_role("link", name="Renommer").click()
    prove_password(page)
    page.get_by_label("Nom de cette clé d’accès").fill("Mon vieux téléphone")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("main li")).to_contain_text("Mon vieux téléphone")
    page.get_by_role("link", name="Supprimer").click()
    page.get_by_role("button", name="Supprimer cette clé").click()
    expect(page.locator("main")).to_contain_text("Vous n’en avez pas encore.")


def test_a_device_that_does_not_know_its_owner_is_refused(window):
    page = window()
    telephone(page, isUserVerified=False)
    sign_in(page, ADHERENT)
    page.goto("/compte/2fa/webauthn/add/")
    prove_password(page)
    page.get_by_role("button", name="Créer la clé d’accès").click()
    told = page.locator("[data-passkey-told]")
    expect(told).to_have_text(re.compile("L’appareil n’a pas répondu"))
    expect(page.get_by_role("button", name="Créer la clé d’accès")).to_be_visible()


def test_without_script_a_passkey_says_that_it_needs_it(window):
    page = window(java_script_enabled=False)
    page.goto("/compte/login/")
    expect(page.locator("main")).to_contain_text("Une clé d’accès demande JavaScript")
    expect(page.get_by_role("button", name="clé d’accès")).to_have_count(0)


def test_at_an_address_without_a_name_a_passkey_says_why_not(page):
    page.goto("/compte/login/")
    page.get_by_role("button", name="Utiliser une clé d’accès").click()
    told = page.get_by_role("alert")
    expect(told).to_contain_text("ne fonctionnent pas à cette adresse")


@pytest.mark.parametrize("way", ["application", "passkey"])
def test_an_officer_is_led_to_a_second_factor_then_where_they_were_going(window, way):
    page = window()
    telephone(page)
    page.goto("/admin/articles/article/")
    sign_in(page, EDITOR)
    expect(page.get_by_role("heading", level=1)).to_have_text("Le bureau demande un second facteur")
    if way == "application":
        page.get_by_role("link", name="Installer une application").click()
        secret = install_application(page)
    else:
        page.get_by_role("link", name="Créer une clé d’accès").click()
        prove_password(page)
        page.get_by_role("button", name="Créer la clé d’accès").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Codes de secours")
    page.get_by_role("link", name="J’ai rangé mes codes : continuer").click()
    expect(page).to_have_url(re.compile("/admin/articles/article/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Articles")

    sign_out(page)
    page.goto("/admin/articles/article/")
    if way == "application":
        sign_in(page, EDITOR)
        type_code(page, totp(secret, 1))
    else:
        page.get_by_role("button", name="Utiliser une clé d’accès").click()
    # Not the page to sign in, whose address ends alike.
    expect(page.get_by_role("heading", level=1)).to_have_text("Articles")
    expect(page).to_have_url(re.compile("/admin/articles/article/$"))
    expect(page.locator("main")).not_to_contain_text("sans second facteur")


def test_an_officer_in_an_older_session_uses_the_factor_they_have_now(window):
    computer, other = window(), window()
    telephone(other)
    for page in (computer, other):
        sign_in(page, EDITOR)
    other.goto("/compte/2fa/totp/activate/")
    secret = install_application(other)
    computer.get_by_role("link", name="Administration").click()
    computer.get_by_role("link", name="Taper le code de mon application").click()
    computer.get_by_label("Code de votre application").fill(totp(secret, 1))
    computer.get_by_role("button", name="Confirmer").click()
    expect(computer.get_by_role("heading", level=1)).to_have_text("Que voulez-vous faire ?")


def test_the_list_of_sessions_disconnects_the_others(window):
    computer = window()
    other = window(user_agent="Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko Firefox/140.0")
    for page in (computer, other):
        sign_in(page, ADHERENT)
    computer.goto("/espace/")
    computer.get_by_role("link", name="Sécurité de mon compte").click()
    computer.get_by_role("link", name="Voir mes sessions").click()
    expect(computer.locator("main li")).to_have_count(2)
    expect(computer.locator("main li").last).to_contain_text("Firefox sur Android")
    computer.get_by_role("button", name="Déconnecter les autres").click()
    expect(computer.locator("main li")).to_have_count(1)
    other.goto("/espace/")
    expect(other.get_by_role("heading", level=1)).to_have_text("Se connecter")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_code_by_mail_signs_in(window, strict_folder, script):
    page = window(java_script_enabled=script)
    page.goto("/compte/login/?next=/reunions/")
    page.get_by_role("link", name="Recevoir un code par e-mail").click()
    page.get_by_label("Adresse e-mail").fill(FORMER)
    page.get_by_role("button", name="Recevoir le code").click()
    expect(page.locator("main")).to_contain_text(f"Si un compte est rattaché à {FORMER}")
    page.get_by_label("Code").fill(newest_code(page, strict_folder / "mail"))
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page).to_have_url(re.compile("/reunions/$"))
    expect(page.get_by_role("link", name="Mon espace")).to_be_visible()


def newest_code(page: Page, mail: Path) -> str:
    """Wait for the letter, which leaves after the answer, and read the code in it."""
    for _ in range(50):
        letters = sorted(mail.glob("*"), key=lambda path: path.stat().st_mtime)
        codes = re.findall(r"\d{3}-\d{3}-\d{3}", letters[-1].read_text()) if letters else []
        if codes:
            letters[-1].unlink()
            return codes[0]
        page.wait_for_timeout(200)
    raise AssertionError("no letter came")


def look(page: Page) -> list[str]:
    """What is wrong with the page as it stands, at each width and in each colour scheme.

    Django's own pages are looked at once: their colours fade from one scheme to the other.
    """
    if "/admin/" in page.url:
        return violations_on_the_desk(page)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found += violations(page)
        found += page.evaluate(OVERFLOW)
    return found


def test_the_pages_of_each_way_in_are_accessible(window):
    """Those that a crawl does not reach, for they come in the middle of something."""
    page = window(reduced_motion="reduce")
    telephone(page)
    page.goto("/admin/")
    sign_in(page, SECRETARY)
    found = look(page)
    page.get_by_role("link", name="Installer une application").click()
    found += look(page)
    prove_password(page)
    found += look(page)
    secret = install_application(page)
    found += look(page)
    page.goto("/compte/2fa/webauthn/add/")
    found += look(page)
    page.get_by_role("button", name="Créer la clé d’accès").click()
    expect(page.locator("main")).to_contain_text("Votre clé d’accès est créée.")
    for path in (
        "/compte/2fa/",
        "/compte/2fa/webauthn/",
        "/compte/2fa/totp/deactivate/",
        "/compte/2fa/recovery-codes/generate/",
        "/compte/2fa/reauthenticate/",
        "/compte/2fa/webauthn/reauthenticate/",
        "/espace/nouvelle-connexion/",
    ):
        page.goto(path)
        found += look(page)
    for link in ("Renommer", "Supprimer"):
        page.goto("/compte/2fa/webauthn/")
        page.get_by_role("link", name=link).click()
        found += look(page)
    sign_out(page)
    sign_in(page, SECRETARY)
    found += look(page)
    type_code(page, totp(secret, 1))
    page.goto("/admin/members/user/")
    page.get_by_role("link", name=EDITOR).click()
    found += look(page)
    sign_out(page)
    page.goto("/compte/login/code/")
    page.get_by_label("Adresse e-mail").fill("inconnue@example.org")
    page.get_by_role("button", name="Recevoir le code").click()
    found += look(page)
    assert not found, "\n".join(found)


def test_the_secretary_removes_a_lost_second_factor(window):
    editor = window()
    sign_in(editor, EDITOR)
    editor.goto("/compte/2fa/totp/activate/")
    install_application(editor)
    secretary = window(reduced_motion="reduce")
    secretary.goto("/admin/members/user/")
    sign_in(secretary, SECRETARY)
    secretary.get_by_role("link", name="Installer une application").click()
    install_application(secretary)
    secretary.get_by_role("link", name="J’ai rangé mes codes : continuer").click()
    secretary.get_by_role("link", name=EDITOR).click()
    secretary.get_by_role("link", name="Retirer le second facteur").click()
    assert look(secretary) == []
    secretary.get_by_role("button", name="Retirer le second facteur").click()
    expect(secretary.locator("main")).to_contain_text("est retiré")
    editor.goto("/espace/")
    expect(editor.get_by_role("heading", level=1)).to_have_text("Se connecter")
    sign_in(editor, EDITOR)
    expect(editor.get_by_role("heading", level=1)).to_have_text("Mon espace")

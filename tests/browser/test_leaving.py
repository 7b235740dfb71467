"""An adherent takes their data away, then leaves: the conversation stays whole, the door shuts."""

import json
import re
import subprocess
import sys
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, ROOT, sign_in
from tests.browser.test_pages import SCHEMES, WIDTHS, violations

REPORT = "/articles/plan-probite-et-protection/"
OPEN_AN_ACCOUNT = """
from datetime import timedelta
from django.utils import timezone
from members.models import Membership, User
today = timezone.localdate()
user = User.objects.create_user({email!r}, {password!r}, display_name={name!r})
Membership.objects.create(
    user=user, number={name!r}, first_name="Alix", last_name="Deparvis", email=user.email,
    joined_on=today - timedelta(days=500), paid_until=today + timedelta(days=90),
)
"""


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def leaver(open_context, environment, site, request) -> Page:
    """An adherent of the section whom no other journey needs."""
    name = "Le vent" if request.param else "La brise"
    email = "vent@example.org" if request.param else "brise@example.org"
    script = OPEN_AN_ACCOUNT.format(email=email, password=PASSWORD, name=name)
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", script],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    page = open_context(java_script_enabled=request.param, accept_downloads=True).new_page()
    sign_in(page, email)
    page.name, page.email, page.words = name, email, f"Des mots de passage, {name}."
    return page


def prove(page: Page) -> None:
    """Type the password that is asked for again."""
    expect(page).to_have_url(re.compile("/compte/reauthenticate/"))
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()


def react(page: Page, words: str) -> None:
    page.goto(REPORT)
    page.get_by_label("Votre réaction").fill(words)
    page.get_by_role("button", name="Publier ma réaction").click()
    expect(page.locator(".reaction", has_text=words)).to_have_count(1)


def test_takes_their_data_away_and_leaves_without_a_name(leaver, open_context, tmp_path):
    page = leaver
    react(page, page.words)
    companion = open_context().new_page()
    sign_in(companion, "adherente@example.org")
    companion.goto(REPORT)
    mine = companion.locator(".reaction", has_text=page.words)
    mine.get_by_role("link", name="Répondre").click()
    companion.get_by_label("Votre réaction").fill(f"Bonne route ! {page.name}")
    companion.get_by_role("button", name="Publier ma réaction").click()

    page.goto("/espace/")
    page.get_by_role("link", name="Mes réactions").click()
    expect(page.locator(".reaction", has_text=page.words)).to_contain_text("Publiée")

    page.goto("/espace/")
    page.get_by_role("link", name="Mes données").click()
    page.get_by_role("link", name="Préparer ma copie").click()
    prove(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger ma copie").click()
    copy = tmp_path / "copie.zip"
    download.value.save_as(copy)
    with ZipFile(copy) as bundle:
        told = json.loads(bundle.read("mes-donnees.json"))
        (tmp_path / "mes-donnees.html").write_bytes(bundle.read("mes-donnees.html"))
    rows = {part["name"]: part["rows"] for part in told["parts"]}
    assert rows["account"][0]["email"] == page.email
    assert rows["membership"][0]["last_name"] == "Deparvis"
    assert [row["body"] for row in rows["reactions"]] == [page.words]

    page.goto("/espace/")
    page.get_by_role("link", name="Quitter le site").click()
    page.get_by_label("Les laisser en place, sans mon nom").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("main")).to_contain_text(page.email)
    page.get_by_role("button", name="Quitter le site").click()
    expect(page.get_by_role("heading", name="C’est fait")).to_be_visible()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()

    companion.goto(REPORT)
    thread = companion.locator(".threads > li", has_text=page.words)
    expect(thread.locator(".reaction").first).to_contain_text("Ancien·ne adhérent·e")
    expect(thread.locator(".answers .reaction")).to_contain_text(f"Bonne route ! {page.name}")

    page.goto("/compte/login/")
    page.get_by_label("Adresse e-mail").fill(page.email)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main .notice--error[role=alert]")).to_be_visible()
    page.goto("/espace/")
    expect(page.get_by_label("Mot de passe", exact=True)).to_be_visible()


def test_the_copy_is_read_without_the_site(open_context, session_of, site, tmp_path):
    context = open_context(storage_state=session_of("adherente@example.org"))
    page = context.new_page()
    page.goto("/espace/donnees/copie/")
    prove(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Télécharger ma copie").click()
    download.value.save_as(tmp_path / "copie.zip")
    with ZipFile(tmp_path / "copie.zip") as bundle:
        html = bundle.read("mes-donnees.html").decode()
    page.route("**/copie.html", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/copie.html")
    expect(page.get_by_role("heading", name="Vos réactions", exact=True)).to_be_visible()
    expect(page.locator("body")).to_contain_text("adherente@example.org")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_pages_behind_the_password_are_accessible(open_context, site):
    context = open_context(reduced_motion="reduce")
    # A choice that is incomplete is asked for again.
    context.watch.expect(r"console error on .*status of 422")
    page = context.new_page()
    sign_in(page, "adherente@example.org")
    page.goto("/espace/donnees/copie/")
    prove(page)
    found = []
    for path in (
        "/espace/donnees/copie/",
        "/espace/depart/confirmation/?resign=on",
        "/espace/depart/confirmation/?words=garder&resign=on",
        "/espace/depart/fait/",
    ):
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                found += [f"{width} {scheme} {line}" for line in violations(page)]
    assert not found, "\n".join(found)


def test_the_secretary_s_page_is_accessible(open_context, site):
    page = open_context().new_page()
    sign_in(page, "secretaire@example.org")
    page.goto("/admin/members/user/?q=ancien@")
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("link", name="Anonymiser ou effacer").click()
    prove(page)
    expect(page.get_by_role("button", name="Fermer ce compte")).to_be_visible()
    assert violations(page) == []

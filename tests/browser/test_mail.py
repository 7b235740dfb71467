"""An adherent follows a demand, is told of it by mail, and stops by the mail's own link."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.test_pages import violations

SECONDS = 30
BETWEEN_MAILS = re.compile(rb"^-{79}$", re.MULTILINE)
# Not one of those that the demo's adherent follows.
DEMANDS = {True: "REV-2026-002", False: "REV-2026-004"}


def mails_to(folder: Path, address: str) -> list[EmailMessage]:
    written = [path.read_bytes() for path in sorted((folder / "mail").glob("*.log"))]
    mails = [
        message_from_bytes(text.strip(), policy=policy.default)
        for texts in written
        for text in BETWEEN_MAILS.split(texts)
    ]
    return [mail for mail in mails if mail["To"] == address]


def next_mail(folder: Path, address: str, after: int) -> EmailMessage:
    """Wait for the mail that leaves after the request which causes it."""
    deadline = time.monotonic() + SECONDS
    while len(mails := mails_to(folder, address)) <= after:
        assert time.monotonic() < deadline, "no mail came"
        time.sleep(0.2)
    return mails[-1]


@pytest.mark.parametrize("with_script", [True, False], ids=["with JavaScript", "without"])
def test_follows_a_demand_and_unsubscribes_from_the_mail(
    open_context, session_of, folder, with_script
):
    address, reference = "adherente@example.org", DEMANDS[with_script]
    page = open_context(
        storage_state=session_of(address), java_script_enabled=with_script
    ).new_page()
    page.goto("/espace/notifications/")
    themes = page.get_by_role("group")
    followed = themes.filter(has_text="Revendications que je suis")
    followed.get_by_label("Aussitôt").check()
    reports = themes.filter(has_text="Comptes rendus")
    reports.get_by_label("Dans le courrier de la semaine").check()
    page.get_by_role("button", name="Enregistrer mes choix").click()
    expect(page.get_by_role("status")).to_contain_text("Vos choix sont enregistrés")
    expect(reports.get_by_label("Dans le courrier de la semaine")).to_be_checked()

    page.goto(f"/revendications/{reference}/")
    page.get_by_role("button", name="Suivre cette revendication").click()
    expect(page.get_by_role("status")).to_contain_text("Vous suivez cette revendication")
    expect(page.get_by_role("button", name="Ne plus suivre")).to_be_visible()

    before = len(mails_to(folder, address))
    record_a_step(open_context, session_of, reference)
    mail = next_mail(folder, address, before)
    assert mail["Subject"] == "Du nouveau sur ce que vous suivez"
    assert mail["From"] == "Ne pas répondre <ne-pas-repondre@127.0.0.1>"
    text = mail.get_body(["plain"]).get_content()
    assert reference in text
    link = mail["List-Unsubscribe"].strip(" <>")
    assert link in text

    outside = open_context(java_script_enabled=with_script).new_page()
    outside.goto(link)
    if with_script:
        assert violations(outside) == []
    outside.get_by_role("button", name="Ne plus les recevoir").click()
    expect(outside.get_by_role("heading", level=1)).to_have_text("C’est noté")
    page.goto("/espace/notifications/")
    expect(followed.get_by_label("Rien")).to_be_checked()
    expect(reports.get_by_label("Dans le courrier de la semaine")).to_be_checked()

    page.goto("/espace/revendications/")
    demand = page.get_by_role("listitem").filter(has_text=reference)
    demand.get_by_role("button", name="Ne plus suivre").click()
    expect(page.get_by_role("status")).to_contain_text("Vous ne suivez plus")
    expect(page.get_by_text(reference, exact=True)).to_have_count(0)


def record_a_step(open_context, session_of, reference: str) -> None:
    """Let an officer note at the desk that a demand was refused."""
    page = open_context(storage_state=session_of("redactrice@example.org")).new_page()
    page.goto(f"/admin/meetings/demand/?q={reference}")
    page.get_by_role("link", name=reference).click()
    page.locator("#id_steps-0-state").select_option("refused")
    page.locator("#id_steps-0-on").fill(time.strftime("%d/%m/%Y"))
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text(reference)


def test_a_visitor_who_wants_to_follow_signs_in_and_comes_back(page):
    page.goto("/revendications/REV-2026-005/")
    page.get_by_role("link", name="Connectez-vous").click()
    sign_in(page, "adherente@example.org")
    expect(page).to_have_url(re.compile("/revendications/REV-2026-005/$"))
    expect(page.get_by_role("button", name="Suivre cette revendication")).to_be_visible()


def test_the_page_of_a_link_that_was_cut(open_context):
    context = open_context(reduced_motion="reduce")
    context.watch.expect(r"console error on .*status of 404")
    page = context.new_page()
    assert page.goto("/courrier/arret/coupe/").status == 404
    assert violations(page) == []

"""An officer records a meeting, writes its report and publishes it; another one moderates."""

import io
import re

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfWriter

from tests.browser.conftest import sign_in
from tests.browser.waiting import wait_for_selection

MEETING = "Plan probité : la séance de l’essai"
TITLE = "Plan probité, l’essai de la rédactrice"
AGENDA = [
    ("Les ateliers de cartographie des risques", "Tous les agents présents y participeront."),
    ("La sensibilisation et la formation", "Le module en ligne ne sera qu’un préambule."),
    ("L’organisation du travail et l’accès aux données", "Une note sera présentée."),
    ("La détection, l’alerte et la protection", "Renvoyé à une prochaine réunion."),
]
OUTCOMES = ["commitment", "decision", "information", "postponed"]
FROM_A_WORD_PROCESSOR = """
<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {color:red}</style>
</head><body lang=FR style='tab-interval:35.4pt'><!--StartFragment-->
<p class=MsoNormal style='margin-bottom:0cm'><b style='mso-bidi-font-weight:normal'><span
style='font-size:14.0pt;font-family:"Arial";color:#C00000'>Collé du traitement de texte</span></b>
<o:p></o:p></p>
<p class=MsoNormal><span style='mso-fareast-language:FR'>Un paragraphe avec un
<a href="https://example.org/texte" style='color:blue'>lien</a>.</span></p>
<!--EndFragment--></body></html>
"""
WRITTEN = (
    "<p>Cette présentation s’est articulée autour de <strong>quatre axes</strong>.</p>"
    "<h2>Les ateliers</h2>"
    "<ul><li><p>la cartographie</p></li><li><p>la formation</p></li></ul>"
    "<ol><li><p>demander</p></li><li><p>obtenir</p></li></ol>"
    "<blockquote><p>Des outils existent déjà !</p></blockquote>"
    '<p><a href="https://www.legifrance.gouv.fr/">Le texte</a></p>'
    '<table><caption>Les suites</caption><thead><tr><th scope="col"><p>Axe</p></th>'
    '<th scope="col"><p>Suite</p></th></tr></thead><tbody>'
    "<tr><td><p>Formation</p></td><td><p>Obtenue</p></td></tr></tbody></table>"
    '<p>Fin de la partie publique.</p><hr class="cut"><p>Réservé aux adhérent·es.</p>'
)


@pytest.fixture
def editor(page: Page) -> Page:
    sign_in(page, "redactrice@example.org")
    return page


@pytest.fixture
def leaflet() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def writing(page: Page) -> Locator:
    return page.locator(".ProseMirror[contenteditable=true]")


def press_button(page: Page, name: str) -> None:
    page.locator(f".prose-menubar__button[data-name='{name}']").click()


def choose_block(page: Page, name: str) -> None:
    page.locator(".prose-menubar__selected").first.click()
    page.locator(f".prose-menubar__picker [data-name='{name}']").click()


def choose(page: Page, field: str, words: str, option: str) -> None:
    """Choose in a list that searches as one types."""
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-search__field").fill(words)
    page.locator(".select2-results__option", has_text=option).first.click()


def paste(page: Page, html: str) -> None:
    writing(page).evaluate(
        """(element, html) => {
            const data = new DataTransfer();
            data.setData('text/html', html);
            element.dispatchEvent(new ClipboardEvent(
                'paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        html,
    )


def write_the_report(page: Page) -> None:
    keyboard = page.keyboard
    writing(page).click()
    keyboard.type("Cette présentation s’est articulée autour de ")
    keyboard.press("Control+b")
    keyboard.type("quatre axes")
    keyboard.press("Control+b")
    keyboard.type(".")
    keyboard.press("Enter")
    choose_block(page, "heading2")
    keyboard.type("Les ateliers")
    keyboard.press("Enter")
    for kind, items in [
        ("bulletList", ["la cartographie", "la formation"]),
        ("orderedList", ["demander", "obtenir"]),
    ]:
        press_button(page, kind)
        for item in items:
            keyboard.type(item)
            keyboard.press("Enter")
        keyboard.press("Enter")
    press_button(page, "blockquote")
    keyboard.type("Des outils existent déjà !")
    keyboard.press("Enter")
    keyboard.press("Enter")
    keyboard.type("Le texte")
    keyboard.press("Shift+Home")
    press_button(page, "link")
    page.locator("dialog[open] [name=href]").fill("https://www.legifrance.gouv.fr/")
    page.locator("dialog[open] [type=submit]").click()
    expect(writing(page).get_by_role("link", name="Le texte")).to_be_visible()
    expect(writing(page)).to_be_focused()
    # The editor takes the focus again, with what was selected, a moment after the dialog closes;
    # and it hears of a moved selection a moment later. Typing at once would replace the link.
    page.wait_for_timeout(200)
    keyboard.press("End")
    wait_for_selection(writing(page), empty=True)
    page.wait_for_timeout(200)
    keyboard.press("Enter")
    press_button(page, "table")
    dialog = page.get_by_role("dialog", name="Insérer un tableau")
    dialog.get_by_label("Légende").fill("Les suites")
    dialog.get_by_label("Lignes", exact=True).fill("2")
    dialog.get_by_label("Colonnes", exact=True).fill("2")
    dialog.get_by_role("button", name="Insérer le tableau").click()
    expect(writing(page).locator("td")).to_have_count(2)
    expect(writing(page)).to_be_focused()
    for cell in ["Axe", "Suite", "Formation"]:
        keyboard.type(cell)
        keyboard.press("Tab")
    keyboard.type("Obtenue")
    keyboard.press("ArrowDown")
    keyboard.type("Fin de la partie publique.")
    press_button(page, "cutMarker")
    keyboard.type("Réservé aux adhérent·es.")


def stored(page: Page) -> str:
    return page.locator("textarea[name=body]").input_value()


def test_the_desk_is_in_french_and_shows_an_editor_what_she_needs(editor):
    editor.goto("/admin/")
    content = editor.locator("#content")
    expect(editor.locator("html")).to_have_attribute("lang", "fr")
    for hers in ("Articles", "Réunions"):
        expect(content.get_by_role("link", name=hers).last).to_be_visible()
    for theirs in ("Comptes", "Adhésions", "Mandats", "Groupes", "Réactions"):
        expect(content.get_by_role("link", name=theirs)).to_have_count(0)


def test_from_the_meeting_to_the_published_report(editor, open_context, leaflet):
    page = editor
    page.goto("/admin/meetings/meeting/add/")
    page.get_by_label("Type de réunion").select_option("technical")
    page.locator("[name=title]").press_sequentially(MEETING)
    expect(page.locator("[name=slug]")).to_have_value("plan-probite-la-seance-de-lessai")
    page.locator("[name=status]").select_option("held")
    page.locator("[name=starts_at_0]").fill("27/01/2025")
    page.locator("[name=starts_at_1]").fill("09:30")
    page.locator("[name=place]").fill("Direction générale")
    choose(page, "follows", "corruption", "12/12/2024")
    page.get_by_role("button", name="Tout déplier").click()
    for number, (title, outcome) in enumerate(AGENDA):
        prefix = f"agenda_items-{number}"
        page.locator(f"[name={prefix}-position]").fill(str(number + 1))
        page.locator(f"[name={prefix}-title]").fill(title)
        page.locator(f"[name={prefix}-outcome]").fill(outcome)
        page.locator(f"[name={prefix}-outcome_kind]").select_option(OUTCOMES[number])
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_contain_text(MEETING)

    page.goto("/reunions/plan-probite-la-seance-de-lessai/")
    for title, outcome in AGENDA:
        expect(page.locator("main")).to_contain_text(title)
        expect(page.locator("main")).to_contain_text(outcome)
    expect(page.locator("main").get_by_role("link", name=re.compile("corruption"))).to_be_visible()

    page.goto("/admin/articles/article/add/")
    page.locator("[name=kicker]").fill("Réunion technique")
    page.locator("[name=title]").press_sequentially(TITLE)
    page.locator("[name=lead]").fill("Ce qui a été demandé, et ce qui a été obtenu.")
    write_the_report(page)
    page.locator("[name=category]").select_option(index=1)
    choose(page, "meeting", "essai", MEETING)
    page.locator("[name=visibility]").select_option("teaser")
    page.locator("[name=attachments-0-file]").set_input_files(
        {"name": "Déclaration.pdf", "mimeType": "application/pdf", "buffer": leaflet}
    )
    page.locator("[name=attachments-0-title]").fill("Notre déclaration liminaire")
    page.locator("[name=attachments-0-kind]").select_option("statement")
    page.locator("[name=attachments-0-visibility]").select_option("public")

    with page.context.expect_page() as opened:
        page.get_by_role("button", name=re.compile("Aperçu")).click()
    preview = opened.value
    expect(preview.get_by_role("heading", level=1)).to_contain_text("essai de la rédactrice")
    expect(preview.locator("main")).to_contain_text("Aperçu")
    expect(preview.locator("main")).to_contain_text("Réservé aux adhérent·es.")
    expect(preview.locator("main h2", has_text="Les ateliers")).to_be_visible()
    preview.close()

    visitor = open_context().new_page()
    visitor.context.watch.expect(r"console error on .*status of 404")
    address = f"/articles/{page.locator('[name=slug]').input_value()}/"
    assert visitor.goto(address).status == 404

    page.get_by_role("button", name="Publier").click()
    expect(page.locator(".messagelist")).to_contain_text("L’article est publié")

    visitor.goto("/")
    visitor.get_by_role("link", name=re.compile("essai de la rédactrice")).first.click()
    expect(visitor).to_have_url(re.compile(f"{address}$"))
    main = visitor.locator("main")
    expect(main.locator(".prose strong")).to_have_text("quatre axes")
    expect(main.locator(".prose h2")).to_have_text("Les ateliers")
    expect(main.locator(".prose ul > li")).to_have_count(2)
    expect(main.locator(".prose ol > li")).to_have_count(2)
    expect(main.locator(".prose blockquote")).to_contain_text("Des outils existent déjà")
    expect(main.locator(".prose th")).to_have_count(2)
    expect(main.get_by_role("link", name="Le texte")).to_have_attribute(
        "href", "https://www.legifrance.gouv.fr/"
    )
    expect(main).to_contain_text("Fin de la partie publique. (Lire la suite…)")
    expect(main).not_to_contain_text("Réservé aux adhérent·es.")
    expect(main).to_contain_text(MEETING)
    with visitor.expect_download() as download:
        main.get_by_role("link", name=re.compile("Notre déclaration liminaire")).click()
    assert download.value.path().read_bytes() == leaflet


def test_what_is_written_comes_back_as_it_was(editor):
    page = editor
    page.goto("/admin/articles/article/add/")
    page.locator("[name=title]").press_sequentially("Un brouillon qui revient")
    write_the_report(page)
    page.locator("[name=category]").select_option(index=1)
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    first = stored(page)
    expect(writing(page).locator("hr.cut")).to_have_count(1)
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert stored(page) == first == WRITTEN


def test_pasting_from_a_word_processor_gives_clean_markup(editor):
    page = editor
    page.goto("/admin/articles/article/add/")
    page.locator("[name=title]").press_sequentially("Un texte collé")
    writing(page).click()
    paste(page, FROM_A_WORD_PROCESSOR)
    expect(writing(page)).to_contain_text("Collé du traitement de texte")
    page.locator("[name=category]").select_option(index=1)
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert stored(page) == (
        "<p><strong>Collé du traitement de texte</strong></p>"
        '<p>Un paragraphe avec un <a href="https://example.org/texte">lien</a>.</p>'
    )


def test_a_reserved_report_without_its_cut_is_refused_with_a_word(editor):
    page = editor
    page.goto("/admin/articles/article/add/")
    page.locator("[name=title]").press_sequentially("Sans coupure")
    writing(page).click()
    page.keyboard.type("Un texte sans coupure.")
    page.locator("[name=category]").select_option(index=1)
    page.locator("[name=visibility]").select_option("teaser")
    page.locator("[name=_save]").click()
    expect(page.locator(".errorlist").first).to_contain_text("coupure")
    expect(writing(page)).to_contain_text("Un texte sans coupure.")


def test_the_secretary_hides_a_reaction_and_shows_it_again(open_context):
    report, words = "/articles/plan-probite-et-protection/", "Une réaction à modérer."
    adherent = open_context().new_page()
    sign_in(adherent, "adherente@example.org")
    adherent.goto(report)
    adherent.get_by_label("Votre réaction").fill(words)
    adherent.get_by_role("button", name="Publier ma réaction").click()
    expect(adherent.locator(".reaction", has_text=words)).to_have_count(1)

    secretary = open_context().new_page()
    sign_in(secretary, "secretaire@example.org")
    for decision, reason, shown in [("hide", "Hors sujet.", 0), ("restore", "Une erreur.", 1)]:
        secretary.goto("/admin/articles/reaction/")
        secretary.get_by_role("link", name=words).first.click()
        secretary.locator("[name=moderation_reason]").fill("")
        secretary.locator(f"[name=decision][value={decision}]").check()
        secretary.locator("[name=_save]").click()
        expect(secretary.locator(".errorlist").first).to_contain_text("motif")
        secretary.locator(f"[name=decision][value={decision}]").check()
        secretary.locator("[name=moderation_reason]").fill(reason)
        secretary.locator("[name=_save]").click()
        expect(secretary.locator(".messagelist .success")).to_be_visible()
        adherent.goto(report)
        expect(adherent.locator(".reaction", has_text=words)).to_have_count(shown)

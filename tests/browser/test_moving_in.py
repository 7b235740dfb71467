"""An officer corrects an article of the old site: what no button makes stays as it came."""

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.articles.spip.old_site import OldSite
from tests.browser.conftest import ROOT, sign_in

TEXT = """[Voir->#suite] le [CSA|Comité social] et <code>a < b</code>, selon [->art99].

{{{[suite<-]La suite}}}

-* [un<-]un

<code>
a
  b
</code>

[photo<-]<img1>

|| [tableau<-]Effectifs ||
| a | b |"""


def test_what_no_button_makes_outlives_a_correction(
    page: Page, environment: dict[str, str], tmp_path: Path
) -> None:
    old_site = OldSite(tmp_path / "ancien")
    old_site.article(id_article=7001, titre="Venu de l’ancien site", texte=TEXT)
    old_site.document("jpg/salle.jpg", titre="La salle")
    old_site.close()
    command = [sys.executable, "manage.py", "import_spip", str(old_site.dump)]
    subprocess.run(
        [*command, "--documents", str(old_site.images)],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )

    sign_in(page, "redactrice@example.org")
    page.goto("/admin/articles/spipimport/")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="article 7001, « Venu de l’ancien site »").click()
    page.locator("#article_form .ProseMirror[contenteditable=true] p").first.click()
    page.keyboard.press("End")
    page.keyboard.type(" Corrigé.")
    page.locator("[name=_continue]").click()
    body = page.locator("textarea[name=body]").input_value()
    for kept in (
        '<a href="#ancre-suite">Voir</a>',
        '<abbr title="Comité social">CSA</abbr>',
        "<code>a &lt; b</code>, selon article 99. Corrigé.</p>",
        '<h2 id="ancre-suite">La suite</h2>',
        '<p id="ancre-un">un</p>',
        "<pre>a\n  b</pre>",
        '<figcaption id="ancre-photo">La salle</figcaption>',
        '<caption id="ancre-tableau">Effectifs</caption>',
    ):
        assert kept in body
    expect(page.locator("#article_form .ProseMirror pre")).to_have_text("a\n  b")

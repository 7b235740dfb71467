"""What an officer pastes arrives as clean markup, and the policy has nothing to refuse."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<style>p.MsoNormal {color:red}</style></head><body lang=FR style='tab-interval:35.4pt'>
<!--StartFragment-->
<h1 style='margin-top:0cm'><span style='color:#C00000'>Un titre<o:p></o:p></span></h1>
<p class=MsoNormal style='margin-bottom:0cm'><b style='mso-bidi-font-weight:normal'><span
style='font-size:14.0pt;font-family:"Arial"'>Du gras</span></b>, un
<a href="https://example.org/texte" style='color:blue'>lien</a>.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'>
<![if !supportLists]><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>
&nbsp;&nbsp; </span></span><![endif]>premier<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='text-indent:-18.0pt;mso-list:l0 level2 lfo1'>
<![if !supportLists]><span style='mso-list:Ignore'>a.<span>&nbsp;&nbsp; </span></span>
<![endif]>dessous</p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'>
<![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>
<![endif]>second</p>
<p class=MsoNormal>La fin.</p>
<!--EndFragment--></body></html>"""
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1">
<p dir="ltr" style="line-height:1.38;margin-top:0pt"><span style="font-weight:400">normal, </span>
<span style="font-size:11pt;font-weight:700;font-style:normal">gras</span><span
style="font-weight:400">, </span><span style="font-style:italic;font-weight:400">italique</span></p>
<ul style="margin-top:0"><li dir="ltr" style="list-style-type:disc"><p dir="ltr"
style="line-height:1.38"><span style="font-weight:400">un point</span></p></li></ul></b>"""
WEB_PAGE = """<p onclick="suivre()">Un <a href="https://example.org/?onglet=2"
onmousedown="compter()">lien</a><img src="x" onerror="alert(1)">.</p>"""
LIBRE_OFFICE = """<html><head><style>p { line-height: 115% }</style></head><body>
<p style="line-height: 100%; margin-bottom: 0cm"><font face="Liberation Serif, serif"><font
size="3" style="font-size: 12pt"><b>Gras</b> et <i>italique</i></font></font></p>
<p><br/>
</p></body></html>"""

PASTED = {
    "Word": (
        WORD,
        "<h2>Un titre</h2>"
        '<p><strong>Du gras</strong>, un <a href="https://example.org/texte">lien</a>.</p>'
        "<ul><li><p>premier</p><ol><li><p>dessous</p></li></ol></li><li><p>second</p></li></ul>"
        "<p>La fin.</p>",
    ),
    "Google Docs": (
        GOOGLE,
        "<p>normal, <strong>gras</strong>, <em>italique</em></p><ul><li><p>un point</p></li></ul>",
    ),
    "a web page": (WEB_PAGE, '<p>Un <a href="https://example.org/?onglet=2">lien</a>.</p>'),
    "LibreOffice": (LIBRE_OFFICE, "<p><strong>Gras</strong> et <em>italique</em></p>"),
}


@pytest.mark.parametrize("source", PASTED)
def test_pasting_gives_clean_markup(page, source):
    pasted, expected = PASTED[source]
    sign_in(page, "redactrice@example.org")
    page.goto("/admin/articles/article/add/")
    page.locator("[name=title]").press_sequentially(f"Collé de {source}")
    writing = page.locator(".ProseMirror[contenteditable=true]")
    writing.click()
    writing.evaluate(
        """(element, html) => {
            const data = new DataTransfer();
            data.setData('text/html', html);
            element.dispatchEvent(new ClipboardEvent(
                'paste', {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        pasted,
    )
    page.locator("[name=category]").select_option(index=1)
    page.locator("[name=_continue]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert page.locator("textarea[name=body]").input_value() == expected

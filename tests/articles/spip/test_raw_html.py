"""The HTML that writers put among their shortcuts: what is kept of it, and what is told."""

import pytest

from articles.spip.problems import ProblemKind
from cgtdouanes.richtext import sanitise
from tests.articles.spip.texts import cases, html, problems

RAW_HTML = {
    "a list": (
        "<ul>\n<li>{a}</li>\n\n<li>b\n</li></ul>c",
        "<ul><li><em>a</em></li><li>b</li></ul><p>c</p>",
    ),
    "a table": (
        "<table border='1'>\n\n<tr><td onclick='a()'>b</td></tr>\n</table>",
        "<table><tbody><tr><td>b</td></tr></tbody></table>",
    ),
    "what HTML says": (
        "<html><b>{{a}}</b>\n\n<p>b</p></html>",
        "<p><strong>{{a}}</strong></p><p>b</p>",
    ),
    "two breaks are a paragraph": (
        "{{a<br><br />\nb}}<br>c\n\n-* d<br><br>e\n-* f",
        "<p><strong>a</strong></p><p><strong>b</strong><br>c</p>"
        "<ul><li>d<p>e</p></li><li>f</li></ul>",
    ),
    "marks": (
        "H<sub>2</sub>O <abbr title='Comité'>CSA</abbr> <span style='font-weight:bold'>a</span>",
        '<p>H<sub>2</sub>O <abbr title="Comité">CSA</abbr> <strong>a</strong></p>',
    ),
    "neither a cut nor a citation nor a note of ours": (
        "a<hr class='cut'><data value='REV-2025-014'>b</data><span class='footnote'>c</span>"
        "<div class='encadre'>d</div>",
        "<p>a</p><hr><p>bc</p><p>d</p>",
    ),
    "definitions": (
        "<dl><dt>a</dt><dd>b</dd><dd>c</dd></dl>",
        "<p><strong>a</strong></p><p>b</p><p>c</p>",
    ),
    "of a word processor": ("<p class=MsoNormal><o:p>a</o:p><st1:place w:st='on'>b", "<p>ab</p>"),
    "not closed": (
        "<b>a\n\n<i>b <u",
        "<p><strong>a</strong></p><p><strong><em>b &lt;u</em></strong></p>",
    ),
}


@pytest.mark.parametrize(("source", "expected"), cases(RAW_HTML))
def test_tags(source, expected):
    assert html(source) == expected
    assert sanitise(expected) == expected


def test_what_is_refused_is_told():
    source = (
        "<script>a()</script><iframe src='https://example.org/video'></iframe><b onclick=c()>d</b>"
    )
    assert html(source) == (
        '<p><a href="https://example.org/video">https://example.org/video</a><strong>d</strong></p>'
    )
    assert problems(source) == [
        (ProblemKind.REMOVED_HTML, "<script>a()"),
        (ProblemKind.REMOVED_HTML, "<iframe src='https://example.org/video'>"),
        (ProblemKind.REMOVED_HTML, "<b onclick=c()>"),
    ]
    assert problems("<galerie3|id=4>") == [(ProblemKind.UNKNOWN_MODEL, "<galerie3|id=4>")]
    assert html("<galerie3|id=4>") == "<p>&lt;galerie3|id=4&gt;</p>"


def test_a_detail_is_short():
    ((_kind, detail),) = problems(f"<script>{'a ' * 1000}</script>")
    assert len(detail) == 200

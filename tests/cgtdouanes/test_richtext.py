"""The body of a report: what is kept, what is not, and the cut marker."""

from html.parser import HTMLParser

import pytest

from cgtdouanes.richtext import (
    append_inline,
    citation,
    cited,
    plain_text,
    sanitise,
    split_at_cut,
    with_citations,
)
from cgtdouanes.richtext.reader import MAX_NESTING
from cgtdouanes.typography import french_html

CUT = '<hr class="cut">'

KEPT = [
    "<p>Un <strong>deux</strong> <em>trois</em> <s>quatre</s> <u>cinq</u></p>",
    '<p>H<sub>2</sub>O, 1<sup>er</sup>, <code>code</code>, <abbr title="Comité">CSA</abbr></p>',
    "<h2>Titre</h2><h3>Titre</h3><h4>Titre</h4>",
    "<ul><li>un</li><li><p>deux</p><ul><li>trois</li></ul></li></ul>",
    '<ol start="3"><li><p>trois</p></li></ol>',
    "<blockquote><p>cité</p><p>encore</p></blockquote>",
    "<p>a<br>b<br><br>c</p>",
    "<pre><code>a\n  b</code></pre>",
    '<p><a href="https://example.org/?a=1&amp;b=2" title="Un &quot;site&quot;">a</a></p>',
    '<p><a href="http://example.org">a</a> <a href="/articles/x/">b</a></p>',
    '<p><a href="mailto:a@example.org">a</a> <a href="tel:+33102030405">b</a></p>',
    f"<p>avant</p>{CUT}<p>après</p>",
    '<table><caption>Effectifs</caption><thead><tr><th scope="col">A</th><th>B</th></tr></thead>'
    '<tbody><tr><td colspan="2" rowspan="3">1</td></tr></tbody>'
    "<tfoot><tr><td></td></tr></tfoot></table>",
    "<p>12&nbsp;000 &lt;agents&gt; &amp; R&amp;D 😀</p>",
    "<p><strong>a<em>b</em></strong><em>c</em></p>",
    '<p>Voir <data value="REV-2025-014">REV-2025-014</data> et <strong>'
    '<data value="engagement-12">R&amp;D &lt;</data></strong>.</p>',
]


@pytest.mark.parametrize("html", KEPT)
def test_kept_to_the_letter(html):
    assert sanitise(html) == html


CLEANED = [
    ("<b>gras</b> <i>italique</i>", "<p><strong>gras</strong> <em>italique</em></p>"),
    ("<h1>a</h1><h5>b</h5><h6>c</h6>", "<h2>a</h2><h4>b</h4><h4>c</h4>"),
    ("<div>a<div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
    ('<p align="justify"><font face="Arial">a</font></p>', "<p>a</p>"),
    ("<p> &nbsp; </p><p></p><p><br></p><p><strong> </strong></p>", ""),
    ("<p>a<strong></strong>b</p>", "<p>ab</p>"),
    ("<p>a&nbsp;&nbsp; &nbsp;b</p>", "<p>a b</p>"),
    ("<p> a\n\tb <br> c <br></p>", "<p>a b<br>c</p>"),
    ("<b><p>a</p><p>b</p></b>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
    ("<strong>a</strong><b>b</b>", "<p><strong>ab</strong></p>"),
    ("<b>a<strong>b</strong></b>", "<p><strong>ab</strong></p>"),
    ("<b>a<i>b</b>c</i>", "<p><strong>a<em>b</em></strong><em>c</em></p>"),
    ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
    ("<ul>a</ul><li>b", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
    ("<li><div>a</div><div>b</div></li>", "<ul><li>a<p>b</p></li></ul>"),
    ("<ol start=abc><li>a</ol><ol start=1><li>b</ol>", "<ol><li>a</li></ol><ol><li>b</li></ol>"),
    (
        "<table><tr><td>a<td>b</table>",
        "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
    ),
    ("<table><tr><td> </td></tr></table>", ""),
    ("<td>a</td>", "<p>a</p>"),
    ("<td colspan=9999 rowspan=x scope=col>a", "<p>a</p>"),
    ("<p>a<hr>b</p>", "<p>a</p><p>b</p>"),
    ("<p>3 < 4 et <SMIC", "<p>3 &lt; 4 et &lt;SMIC</p>"),
    ("<p>a</p><script>alert(1)", "<p>a</p>"),
    ('<a href="/a" href="/b">a</a>', '<p><a href="/a">a</a></p>'),
    ("<pre>\n\n a\r\n b</pre>", "<pre> a\n b</pre>"),
    ('<p id=a style="color:red" class=b data-c=d onclick=e()>a</p>', "<p>a</p>"),
    ("<p>a<img src=x onerror=alert(1)>b</p>", "<p>ab</p>"),
    (
        '<a href="mailto:a@example.org?subject=Un mot">a</a>',
        '<p><a href="mailto:a@example.org?subject=Un%20mot">a</a></p>',
    ),
    ('<a href="/a" target=_blank rel=x ping=/b download>a</a>', '<p><a href="/a">a</a></p>'),
    ('<a href="/a">a<p>b</p>', '<p><a href="/a">a</a></p><p>b</p>'),
    (
        "<title>t</title><style>p{}</style><script>x</script><!-- c --><textarea>d</textarea>a",
        "<p>a</p>",
    ),
    (
        "<DATA id=a class=b onclick=c() title=d href=/e VALUE=REV-1>a</DATA>",
        '<p><data value="REV-1">a</data></p>',
    ),
    (
        '<data value="REV-1">a<b>b</b><br>c <a href="/x">d</a><data value="REV-2">e</data>f</data>',
        '<p><data value="REV-1">ab c def</data></p>',
    ),
    (
        '<a href="/x">a<data value="REV-1">b</data>c</a>',
        '<p><a href="/x">a</a><data value="REV-1">b</data><a href="/x">c</a></p>',
    ),
    ('<data value="REV-1"><p>a</p><p>b</p>', '<p><data value="REV-1">a</data></p><p>b</p>'),
    ('<data value="REV-1"> </data><data value="REV-2"></data>', ""),
    (
        "<b><data value=REV-1>a</b>b</data>",
        '<p><strong><data value="REV-1">a</data></strong><data value="REV-1">b</data></p>',
    ),
]


@pytest.mark.parametrize(("html", "expected"), CLEANED)
def test_cleaned(html, expected):
    assert sanitise(html) == expected


PASTED = {
    "word": (
        "<html><head><!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->"
        "<style>p.MsoNormal {margin:0}</style></head><body lang=FR><!--StartFragment-->"
        "<p class=MsoNormal style='text-align:justify'><b style='mso-bidi-font-weight:normal'>"
        "<span lang=FR>Indemnité<o:p></o:p></span></b></p><p class=MsoNormal><o:p>&nbsp;</o:p></p>"
        "<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'>"
        "<![if !supportLists]><span>·<span style='font:7.0pt \"Times\"'>&nbsp;&nbsp; </span></span>"
        "<![endif]>Un point</p><!--EndFragment--></body></html>",
        "<p><strong>Indemnité</strong></p><p>· Un point</p>",
    ),
    "libreoffice": (
        '<p align="left" style="line-height: 100%"><font face="Arial"><font size="2">'
        '<span style="font-weight: bold">Gras</span>, <span style="font-style: italic">penché'
        '</span> et <b>gras <span style="font-weight: normal">non</span></b></font></font></p>'
        "\n<p><br/>\n</p>",
        "<p><strong>Gras</strong>, <em>penché</em> et <strong>gras </strong>non</p>",
    ),
    "google": (
        '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1">'
        '<p dir="ltr"><span style="font-weight:400;font-style:normal">Un </span>'
        '<span style="font-weight:700">mot</span><span style="vertical-align:super">e</span></p>'
        "<br>"
        '<ul><li dir="ltr"><p role="presentation"><span>Point</span></p></li></ul></b>',
        "<p>Un <strong>mot</strong><sup>e</sup></p><ul><li><p>Point</p></li></ul>",
    ),
}


@pytest.mark.parametrize("name", PASTED)
def test_pasted_from_a_word_processor(name):
    pasted, expected = PASTED[name]
    assert sanitise(pasted) == expected


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>a</a>",
    "<a href='java\tscript\n:alert(1)'>a</a>",
    "<a href='&#106;avascript&colon;alert(1)'>a</a>",
    "<a href=' \x01javascript:alert(1)'>a</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>a</a>",
    "<a href='vbscript:x'>a</a>",
    "<a href='//example.org'>a</a>",
    "<a href='/\\example.org'>a</a>",
    "<a href='/\t/example.org'>a</a>",
    "<a href='page'>a</a>",
    "<a href='https://['>a</a>",
    "<iframe src=//x></iframe><object data=x></object><embed src=x><base href=//x>",
    "<form action=//x><input onfocus=alert(1) autofocus><button formaction=javascript:x>",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "<p style='background:url(//x)'>a</p><link rel=stylesheet href=//x>",
    "<a title='\"><img src=x onerror=alert(1)>' href=/a>a</a>",
    "<<script>script>alert(1)<</script>/script>",
]


class Reader(HTMLParser):
    """Collects what a body holds, read by another parser than the sanitiser's."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.given = set(), set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.given.update(attrs)


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_that_runs_calls_out_or_lures(html):
    read = Reader(sanitise(html))
    assert read.tags <= {"p", "a", "table", "tbody", "tr", "td"}
    assert {name for name, _value in read.given} <= {"href", "title"}
    assert {value for name, value in read.given if name == "href"} <= {"/a"}


NOT_CITATIONS = [
    *("", " ", "REV", "-", "1-REV", "REV-", "REV--1", "REV-1-", " REV-1", "REV-1\n", "REV-1 x"),
    *("REV-" + "1" * 11, "R" * 21 + "-1", "REV-1-2-3-4", "RÉV-1", "REV-１", "javascript:alert-1"),
    *("&quot;><script>alert(1)</script>", "REV-1&quot; onclick=&quot;x()", "../REV-1", "REV_1"),
]


@pytest.mark.parametrize("value", NOT_CITATIONS)
def test_what_does_not_name_something_is_no_citation(value):
    assert sanitise(f'<data value="{value}">a</data>') == "<p>a</p>"


def test_citations_are_found_and_replaced_wherever_they_stand():
    clean = sanitise(
        f"<h2>{citation('REV-2025-014', 'a')}</h2><ul><li>{citation('engagement-12', '<b> & c')}"
        f"</li></ul><table><tr><td>{citation('REV-2025-014', 'd')}</td></tr></table>"
        '<p>&lt;data value="REV-9"&gt;e&lt;/data&gt; <abbr title="<data value=REV-8>">f</abbr></p>'
    )
    assert cited(clean) == {"REV-2025-014", "engagement-12"}
    shown = with_citations(clean, lambda value, words: f"[{value} {words}]")
    assert "<h2>[REV-2025-014 a]</h2>" in shown
    assert "<li>[engagement-12 &lt;b&gt; &amp; c]</li>" in shown
    assert "<td>[REV-2025-014 d]</td>" in shown
    assert "[REV-9" not in shown
    assert "[REV-8" not in shown


def test_typography_and_plain_text_see_the_words_of_a_citation():
    clean = sanitise('<p>« <data value="REV-1">Revendication : une</data> » ; <b>fin</b></p>')
    assert cited(french_html(clean)) == {"REV-1"}
    assert plain_text(french_html(clean)) == ("«\u202fRevendication\u202f: une\u202f»\u202f; fin")


AWKWARD = [
    "",
    "a\0b",
    "\ud800 seul \udc00",
    "&#0; &#xD800; &#x110000; &#" + "9" * 5000 + ";",
    "&#13;\ufeff&#65279;",
    "<",
    "</",
    "<!",
    "<!--",
    "<a href='",
    '<p title="x',
    "<script>",
    "<table><a><table><a><p>",
    "<table>a<tr>b<td>c<caption>d<thead>e</table>",
    "<table><thead><li>a<td>b",
    "<h2><a href=/x><h3></a>b",
    "<p><svg><foreignobject><p>a",
    "<select><option>a<p>b",
    "<ul><li><blockquote><li>a</ul>b",
    "<ol start=2><li>a<table><tr><td>b<hr class=cut>c</ol>d",
    "<b><i><u>a</b>b</i>c<p>d",
    "<pre>\n<b>\n</b>a<br>b</pre>",
    "<p>a <b> b</b> <i> </i>c&nbsp;<u> d",
    "<data value=REV-1>a</data><data value=REV-1> b </data> <data value=REV-1> </data>c",
    "<data value=REV-1><hr class=cut>a</data><pre><data value=REV-1>\na<br>b\n</pre>",
    "<p><data value=REV-1>a<li>b</data><td><data value=REV-1 style='font-weight:bold'>c",
]


@pytest.mark.parametrize(
    "html", [*AWKWARD, *HOSTILE, *(html for html, _expected in [*CLEANED, *PASTED.values()])]
)
def test_cleaning_twice_is_cleaning_once(html):
    once = sanitise(html)
    assert sanitise(once) == once


@pytest.mark.parametrize(
    "tag", ["div", "b", "span", "o:p", "blockquote", "ul><li", "table><tr><td"]
)
def test_depth_is_bounded_and_words_stay(tag):
    html = sanitise(f"<{tag}>" * 20_000 + "fond")
    assert "fond" in html
    assert html.count("<blockquote>") + html.count("<ul>") <= MAX_NESTING
    assert html.count("<table>") <= 1
    assert len(html) < 500


def test_unclosed_styles_do_not_multiply():
    html = "".join(f"<p><font color={number}></p>" for number in range(2000))
    assert sanitise(html) == ""
    long_link = '<a href="/' + "x" * 1000 + '">'
    assert sanitise(long_link + "<p>a" * 50).count("xxx") < 2000


def test_one_cut_marker_alone():
    html = sanitise("<p>a</p><hr class='big cut'><p>b</p><hr class=cut><hr><p>c</p>")
    assert html == f"<p>a</p>{CUT}<p>b</p><p>c</p>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<ol><li>a</li><li>b<hr class=cut>c</li><li>d</li></ol>",
            f'<ol><li>a</li><li>b</li></ol>{CUT}<ol start="3"><li>c</li><li>d</li></ol>',
        ),
        (
            "<blockquote><p>a<hr class=cut>b</p></blockquote>",
            f"<blockquote><p>a</p></blockquote>{CUT}<blockquote><p>b</p></blockquote>",
        ),
        (
            "<table><tr><td>a<hr class=cut>b</td></tr></table>",
            f"<table><tbody><tr><td>a</td></tr></tbody></table>{CUT}"
            "<table><tbody><tr><td>b</td></tr></tbody></table>",
        ),
        (
            "<p><b>a<hr class=cut>b</b></p>",
            f"<p><strong>a</strong></p>{CUT}<p><strong>b</strong></p>",
        ),
    ],
)
def test_a_cut_inside_something_splits_it(html, expected):
    assert sanitise(html) == expected
    before, after = expected.split(CUT)
    assert split_at_cut(sanitise(html)) == (before, after)


@pytest.mark.parametrize(
    "marker",
    ["<hr class=cut>", '<HR CLASS="cut"/>', "<hr id=x class='a\ncut'>", "<hr class=&#99;ut>"],
)
def test_a_cut_written_otherwise_never_lets_the_rest_through(marker):
    assert split_at_cut(sanitise(f"<p>public{marker}réservé</p>")) == (
        "<p>public</p>",
        "<p>réservé</p>",
    )


def test_no_cut():
    assert split_at_cut(sanitise("<p>a</p>")) is None
    written = '<p title="<hr class=&quot;cut&quot;>">&lt;hr class="cut"&gt;</p>'
    assert split_at_cut(sanitise(written)) is None
    assert split_at_cut(sanitise("<!-- <hr class=cut> --><p>a</p>")) is None


def test_a_cut_at_either_end():
    assert split_at_cut(sanitise(f"{CUT}<p>réservé</p>")) == ("", "<p>réservé</p>")
    assert split_at_cut(sanitise(f"<p>public</p>{CUT}")) == ("<p>public</p>", "")


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>", "<p>a <b>+</b></p>"),
        ("<p>a</p><p>b</p>", "<p>a</p><p>b <b>+</b></p>"),
        ("<h2>a</h2>", "<h2>a</h2><p><b>+</b></p>"),
        ("<ul><li><p>a</p></li></ul>", "<ul><li><p>a</p></li></ul><p><b>+</b></p>"),
        ("", "<p><b>+</b></p>"),
    ],
)
def test_append_inline(html, expected):
    assert append_inline(html, "<b>+</b>") == expected


def test_plain_text():
    html = (
        "<h2>Titre</h2><p>Un <b>mot</b> &amp; un&nbsp;autre<br>ligne</p><script>non</script>"
        f"<ul><li>a</li><li><p>b</p></li></ul>{CUT}<table><tr><td>c</td><td>d</td></tr></table>"
    )
    assert plain_text(html) == "Titre\nUn mot & un\u00a0autre\nligne\na\nb\nc\nd"
    assert plain_text("") == ""

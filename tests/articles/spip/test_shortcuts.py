"""SPIP's shortcuts become the HTML that a body keeps, and nothing of a text is lost in silence."""

import random

import pytest

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts import convert_line
from cgtdouanes.richtext import plain_text, sanitise
from tests.articles.spip.texts import NOWHERE, PICTURE, SITE, html, problems

LINES = {
    "paragraphs": ("Un\n\nDeux\r\n \r\nTrois", "<p>Un</p><p>Deux</p><p>Trois</p>"),
    "a line of its own": ("Un\nDeux\n_ Trois", "<p>Un<br>Deux<br>Trois</p>"),
    "a forced break begins nothing": ("_ Un\n\n_ Deux", "<p>Un</p><p>Deux</p>"),
    "a rule is no cut": ("Un\n----\nDeux\n\n____", "<p>Un</p><hr><p>Deux</p><hr>"),
    "a dash of dialogue": ("Il dit :\n-- Non.", "<p>Il dit :<br>— Non.</p>"),
    "French signs": ("L'an -- dit~on --- passé", "<p>L’an — dit&nbsp;on --- passé</p>"),
    "references": ("&eacute;t&eacute; &amp; R&D &lt;b&gt;", "<p>été &amp; R&amp;D &lt;b&gt;</p>"),
    "Windows signs": ("L\x92\x8cil \x93 12 \x80 \x85", "<p>L’Œil “ 12 € …</p>"),
    "lone angles": ("a < b et c > d <3", "<p>a &lt; b et c &gt; d &lt;3</p>"),
}

EMPHASES = {
    "bold": ("{{gras}}, {penché}", "<p><strong>gras</strong>, <em>penché</em></p>"),
    "both": ("{{ {a} }}, {{b }}c", "<p><strong><em>a</em></strong>, <strong>b </strong>c</p>"),
    "one in the other": (
        "{{a {b} c}} {d {{e}}}",
        "<p><strong>a <em>b</em> c</strong> <em>d <strong>e</strong></em></p>",
    ),
    "crossing": ("{{a {b}} c}", "<p><strong>a <em>b</em></strong><em> c</em></p>"),
    "over paragraphs": (
        "{{a\n\n-* b\n\nc}} d",
        "<p><strong>a</strong></p><ul><li><strong>b</strong></li></ul><p><strong>c</strong> d</p>",
    ),
    "an intertitle": ("Un {{{ Titre }}} deux", "<p>Un</p><h2>Titre</h2><p>deux</p>"),
    "an intertitle in italics": ("{{{{Titre}}}}", "<h2><em>Titre</em></h2>"),
    "lesser intertitles": ("{{{*A}}}{{{**B}}}{{{***C}}}", "<h2>A</h2><h3>B</h3><h4>C</h4>"),
    "empty": ("{} {{}} {{{}}}", "<p>{} {{}} {{{}}}</p>"),
}

LISTS = {
    "nested": (
        "Avant :\n-* un\n-** deux\n-*** trois\n-* quatre\nsuite\n\nAprès",
        "<p>Avant :</p><ul><li>un<ul><li>deux<ul><li>trois</li></ul></li></ul></li>"
        "<li>quatre<br>suite</li></ul><p>Après</p>",
    ),
    "ordered": (
        "-# un\n-## deux\n-# trois",
        "<ol><li>un<ol><li>deux</li></ol></li><li>trois</li></ol>",
    ),
    "of two kinds": (
        "-* un\n-*# deux\n-*# trois\n-# quatre",
        "<ul><li>un<ol><li>deux</li><li>trois</li></ol></li></ul><ol><li>quatre</li></ol>",
    ),
    "of dashes": (
        "Voici :\n- un\n-«deux»\n\n- trois",
        "<p>Voici :</p><ul><li>un</li><li>«deux»</li></ul><ul><li>trois</li></ul>",
    ),
    "dashes under a star": (
        "-* un\n- a\n- b\n-* deux",
        "<ul><li>un<ul><li>a</li><li>b</li></ul></li><li>deux</li></ul>",
    ),
    "a number is no item": ("Soit :\n-5 %\n-> fin", "<p>Soit :<br>-5 %<br>-&gt; fin</p>"),
}

TABLES = {
    "with all": (
        "|| Primes | Par {branche} ||\n"
        "|{{ }}|{{2024}}|{{2025}}|\n|{{Quai}}|1|{{2}}|\n|{{Mer}}|<|^|",
        "<table><caption>Primes<br>Par <em>branche</em></caption>"
        '<thead><tr><th scope="col"></th><th scope="col">2024</th><th scope="col">2025</th></tr>'
        '</thead><tbody><tr><th scope="row">Quai</th><td>1</td><td rowspan="2">'
        '<strong>2</strong></td></tr><tr><th colspan="2" scope="row">Mer</th></tr></tbody></table>',
    ),
    "between two lines": (
        "Avant\n| a | b |\n| c<br>d | e\nf |\nAprès",
        "<p>Avant</p><table><tbody><tr><td>a</td><td>b</td></tr>"
        "<tr><td>c<br>d</td><td>e<br>f</td></tr></tbody></table><p>Après</p>",
    ),
    "a list in a cell": (
        "| a | b :\n-* b\n-* c |",
        "<table><tbody><tr><td>a</td><td>b :<ul><li>b</li><li>c</li></ul></td></tr>"
        "</tbody></table>",
    ),
    "a rectangle": (
        "|a|<|b|\n|^|<|c|",
        '<table><tbody><tr><td colspan="2" rowspan="2">a</td><td>b</td></tr>'
        "<tr><td>c</td></tr></tbody></table>",
    ),
    "no rectangle": (
        "|a|<|\n|^|b|",
        '<table><tbody><tr><td colspan="2">a</td></tr>'
        "<tr><td>a</td><td>b</td></tr></tbody></table>",
    ),
    "bars in links and models": (
        "|[a|b->https://example.org]|<doc4|left>|",
        '<table><tbody><tr><td><a href="https://example.org" title="b">a</a></td>'
        '<td><p><a href="/documents/tract.pdf">Le <em>tract</em></a> (PDF)</p></td></tr></tbody>'
        "</table>",
    ),
    "never ended": ("| a | b\n\nc", "<p>| a | b</p><p>c</p>"),
}

ORNAMENTS = {
    "lesser intertitles": (
        "{1{A}1}{2{ B }2}\n{3{{C}}3}{5{D}5} {2{e",
        "<h2>A</h2><h3>B</h3><h4><em>C</em></h4><h4>D</h4><p>{2{e</p>",
    ),
    "highlighted": (
        "[*a [b->12]*] {{[**c*]}} [*{{c}} *]d[^e^] <sc>f</sc> [*g",
        '<p><strong>a <a href="/articles/effectifs/">b</a></strong> <strong>c</strong> '
        "<strong>c </strong>d<sup>e</sup> f [*g</p>",
    ),
    "aligned": ("[/a\nb/]\n[|c|]\n\n[!d!] e [/f/]", "<p>a<br>b</p><p>c</p><p>[!d!] e [/f/]</p>"),
    "framed": (
        "[(\n-* {{a}}\n)]\nb [(…)]",
        '<div class="encadre"><ul><li><strong>a</strong></li></ul></div><p>b [(…)]</p>',
    ),
}

QUOTES = {
    "a quote": (
        "<quote>un\n\ndeux</quote>\n\ntrois",
        "<blockquote><p>un</p><p>deux</p></blockquote><p>trois</p>",
    ),
    "a quote in a line": (
        "a <blockquote>b</blockquote> c",
        "<p>a</p><blockquote><p>b</p></blockquote><p>c</p>",
    ),
    "verse": (
        "<poesie>\n- Dehors\n| {la} _mer\n\n_ fin</poesie>",
        "<blockquote><p>- Dehors<br>| <em>la</em> _mer</p><p>_ fin</p></blockquote>",
    ),
    "a frame": (
        "a <cadre>\nL'{un}\ndeux\n\n[trois->12]</cadre> b",
        '<p>a</p><div class="encadre"><p>L\'{un}<br>deux</p><p>[trois-&gt;12]</p></div><p>b</p>',
    ),
    "a frame with columns": (
        "<frame>\na\n  b</frame>",
        '<div class="encadre"><pre>a\n  b</pre></div>',
    ),
    "code": ("<code>if (a < b) {{c}}</code>", "<p><code>if (a &lt; b) {{c}}</code></p>"),
    "what is laid out": (
        "<pre>l'un --  {a}\n  <b>deux</b></pre> <pre><code>\n<b>&eacute;\n</code></pre>",
        "<pre>l'un --  {a}\n  <strong>deux</strong></pre><pre>&lt;b&gt;&amp;eacute;</pre>",
    ),
    "lines of code": (
        "a <code class='php'>\n  {b}\n\n-* c & d\n</code>",
        "<p>a</p><pre>  {b}\n\n-* c &amp; d</pre>",
    ),
    "an introduction": ("<intro>Un</intro>\n\nDeux", "<p>Un</p><p>Deux</p>"),
    "escaped signs": (r"\{a\} \[b->12\] \| \_ \<b\>", "<p>{a} [b-&gt;12] | _ &lt;b&gt;</p>"),
}

NOTES = {
    "numbered": (
        "a [[Un {mot}.]] b[[c [d->12]]]",
        '<p>a<span class="footnote">Un <em>mot</em>.</span> b<span class="footnote">c '
        '<a href="/articles/effectifs/">d</a></span></p>',
    ),
    "of several lines": (
        "a[[b\n\n-* c\n-* d<quote>e</quote>]]",
        '<p>a<span class="footnote">b<br>c<br>d<br>e</span></p>',
    ),
    "named, of the same name, begun by a tag": (
        "a[[<*> b]]c[[<*> d]]e[[<b>f</b> g]]",
        '<p>a<span class="footnote">b</span>c<span class="footnote">d</span>'
        'e<span class="footnote"><strong>f</strong> g</span></p>',
    ),
    "without number or name": (
        "a[[<> b]]c[[<> d]]e[[f]]g[[<1>]]",
        '<p>a<span class="footnote">b</span>c<span class="footnote">d</span>'
        'e<span class="footnote">f</span>g<span class="footnote">f</span></p>',
    ),
    "in an intertitle and a list": (
        "{{{a[[b]]}}}\n-* c[[d]]",
        '<h2>a<span class="footnote">b</span></h2>'
        '<ul><li>c<span class="footnote">d</span></li></ul>',
    ),
    "a picture in it": (
        "a[[b <img2>]]",
        f'<p>a<span class="footnote">b<br><a href="{PICTURE}">Image</a></span></p>',
    ),
}

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


def cases(*groups: dict[str, tuple[str, str]]) -> list:
    return [pytest.param(*case, id=name) for group in groups for name, case in group.items()]


ALL = cases(LINES, EMPHASES, LISTS, TABLES, ORNAMENTS, QUOTES, NOTES, RAW_HTML)


@pytest.mark.parametrize(("source", "expected"), ALL)
def test_converted(source, expected):
    assert html(source) == expected
    assert sanitise(expected) == expected


UNFINISHED = {
    "{{a {b": "{{a {b",
    "a}} b}": "a}} b}",
    "{{{a\n\nb": "{{{a",
    "a [[b\n\nc": "[[b",
    "a [b->https://example.org c": "[b->https://example.org c",
    "{{{{{{a}}}}}}": "{{{{{{a}}}}}}",
}


@pytest.mark.parametrize(("source", "quoted"), UNFINISHED.items())
def test_what_is_not_finished_stays_visible_and_is_told(source, quoted):
    assert plain_text(html(source)).split() == source.split()
    (kind, detail), *_others = problems(source)
    assert kind == ProblemKind.UNBALANCED
    assert " ".join(quoted.split()) in detail or detail in quoted


def test_an_unfinished_shortcut_does_not_reach_the_next_ones():
    assert html("{{a\n\n{{b}} [[c [[d]]") == (
        '<p>{{a</p><p><strong>b</strong> [[c<span class="footnote">d</span></p>'
    )


def test_a_note_called_again_says_the_same_and_is_told():
    source = "a[[<n> Voir {b}.]] c[[<n>]] d[[e]] f[[<1>]]"
    note, numbered = (
        f'<span class="footnote">{words}</span>' for words in ("Voir <em>b</em>.", "e")
    )
    assert html(source) == f"<p>a{note} c{note} d{numbered} f{numbered}</p>"
    assert problems(source) == [
        (ProblemKind.REPEATED_NOTE, "[n] Voir b."),
        (ProblemKind.REPEATED_NOTE, "[1] e"),
    ]


def test_a_note_that_nobody_wrote_stays_visible_and_is_told():
    assert problems("a[[<9>]]") == [(ProblemKind.DEAD_LINK, "[[<9>]]")]
    assert html("a[[<9>]]") == "<p>a[[&lt;9&gt;]]</p>"


def test_the_french_text_is_kept_and_the_others_are_told():
    source = "<multi>[en]All {of} us[fr]{{Tous}}</multi> <multi>[es]Uno[it]Due</multi>"
    assert html(source) == "<p><strong>Tous</strong> Uno</p>"
    assert problems(source) == [
        (ProblemKind.OTHER_LANGUAGE, "[en] All {of} us"),
        (ProblemKind.OTHER_LANGUAGE, "[it] Due"),
    ]
    assert html("<multi>un[en]one</multi>") == "<p>un</p>"
    assert html("<multi>[fr]un") == "<p>&lt;multi&gt;[fr]un</p>"


def test_a_merge_that_html_cannot_say_is_told():
    assert problems("|a|<|\n|^|b|") == [(ProblemKind.TABLE, "^ | b")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("10. Le plan", "Le plan"),
        ("2025 : bilan", "2025 : bilan"),
        ("Article 10. Le plan", "Article 10. Le plan"),
        ("3) Le plan", "Le plan"),
        ("<multi>[en]Call[fr]L'appel</multi>", "L’appel"),
        (" {{GT}}  {du}\n12 mars &amp; <i>après</i>", "GT du 12 mars & après"),
        ("- a | b {", "- a | b {"),
        ("Voir [le GT->art12]", "Voir le GT"),
        ("a <script>b()</script>c", "a c"),
        ("", ""),
    ],
)
def test_a_title(source, text):
    assert convert_line(source, NOWHERE).text == text


HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script></script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)><circle r=1></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x.swf></object><embed src=javascript:alert(1)>",
    "<form action=//example.org><input name=p><button>ok</button></form>",
    "<style>body{display:none}</style><link rel=stylesheet href=//example.org/x.css>",
    "<p style='background:url(javascript:alert(1))' onclick=alert(1)>a</p>",
    "[a->javascript:alert(1)] [b->JaVa\nScRiPt:alert(2)] [c->data:text/html,x] [d-> vbscript:x]",
    "[a->&#106;avascript:alert(1)] [->javascript&colon;alert(1)]",
    "<a href='java&#10;script:alert(1)'>a</a><a href=//evil.example>b</a>",
    '[a->https://example.org/"onclick="alert(1)] [b|"onclick="alert(1)->https://example.org]',
    "[a->https://example.org/<script>alert(1)</script>]",
    "[?<script>alert(1)</script>] [<b onclick=x>|<script>] [<img src=x onerror=alert(1)><-]",
    '<doc4|titre=<img src=x onerror=alert(1)>> <img1|alt="onerror="alert(1)>',
    "<code><script>alert(1)</script></code><cadre></textarea><script>x</script></cadre>",
    "<html><script>alert(1)</script><b onmouseover=alert(1)>a</b></html>",
    "<pre><img src=x onerror=alert(1)></pre><math><script>x</script></math>",
    '[[<script>alert(1)</script>]] [[<" onclick=alert(1)> a]] {{<b onclick=alert(1)>}}',
    "|| <script>x</script> | <img src=x onerror=y> ||\n|<svg onload=x>|<|",
    "<?php echo 1 ?> <!-- <img src=x onerror=alert(1)> --> <![CDATA[<script>x</script>]]>",
    "\ufdd00\ufdd1 \ufdd2a\ufdd3 \x00 \ufdd6b\ufdd9",
    "<poesie><script>alert(1)</script></poesie><quote onclick=x>a</quote>",
    "<a name='x\"><script>alert(1)</script>'></a>[<script>alert(1)</script><-]",
]
_REFUSED = ("<script", "<svg", "<iframe", "<object", "<embed", "<form", "<style", "<link", "<input")


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_texts_are_inert(source):
    clean = html(source)
    assert sanitise(clean) == clean
    tags = [part.partition(">")[0] for part in clean.split("<")[1:]]
    assert not [
        tag for tag in tags if " on" in tag or "javascript" in tag.lower() or "//evil" in tag
    ]
    assert not [refused for refused in _REFUSED if refused in clean]


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


REPEATED = [
    *(
        "{",
        "{a ",
        "{{a\n\n",
        "}",
        "[",
        "[a->",
        "[a->b",
        "]",
        "[[",
        "[[<a>",
        "[[a",
        "]]",
        "[a|",
        "<",
    ),
    *("<a ", "<a>", "<b>", "<doc1|", "<doc1|<b>", "<multi>", "<multi>[fr]", "<code>", "<!--", "<?"),
    *("<quote>", "<poesie>", "<script>", "|", "|a\n", "|a|^|\n", "|^|<|\n", "||", "-*\n", "- a\n"),
    *(
        f"-{'*' * 60} a\n",
        "-# a\n-** b\n",
        "--",
        "----\n",
        "_ a\n",
        "http://",
        "www.a.",
        "a@",
        "~ ",
    ),
    *("\\\\{", "&amp", "<br>", "<table><tr><td>", "<ul><li>", "[?a", "[x<-", "<a><img src=x>"),
    *(
        " ",
        "a ~",
        "~     ",
        "<doc     ",
        "<pre><code></code> a",
        "1. ",
        "[[a]][[<1>]]",
        "<img1|left>",
        "<cadre>a</cadre>",
        "<h2>",
        "<div class=encadre>",
    ),
]


@pytest.mark.parametrize("unit", REPEATED)
def test_a_shortcut_repeated_without_end_stays_bounded(unit):
    source = unit * (8_000 // len(unit))
    clean = html(source)
    assert sanitise(clean) == clean
    assert len(clean) < 40 * len(source) + 1000


def test_a_long_note_called_without_end_does_not_multiply():
    clean = html(f"[[<n> {'a' * 10_000}]]" + "[[<n>]]" * 1000)
    assert len(clean) < 200_000
    assert "[[&lt;n&gt;]]" in clean


TOKENS = (
    *(
        "{",
        "{{",
        "{{{",
        "}",
        "}}",
        "}}}",
        "[",
        "]",
        "[[",
        "]]",
        "->",
        "<-",
        "|",
        "||",
        "\n",
        "\n\n",
    ),
    *(
        "\n| ",
        " |\n",
        "\n-* ",
        "\n-## ",
        "\n- ",
        "\n_ ",
        "\n----",
        "<",
        ">",
        "^",
        "<b>",
        "</b>",
        "<i ",
    ),
    *("<quote>", "</quote>", "<code>", "</code>", "<cadre>", "</cadre>", "<poesie>", "</poesie>"),
    *(
        "<multi>",
        "[en]",
        "</multi>",
        "<img1|left>",
        "<doc4>",
        "<doc9|center>",
        "art12",
        "rub3",
        "#a",
    ),
    *(
        "https://example.org",
        "mailto:a@example.org",
        "<ul>",
        "<li>",
        "</ul>",
        "<table>",
        "<td>",
        "<p>",
    ),
    *(
        "<hr>",
        "<br>",
        "<a href='#b'>",
        "</a>",
        "<a name=b>",
        "&amp;",
        "\\",
        "~",
        "'",
        "mot",
        " ",
        "é",
    ),
)


@pytest.mark.parametrize("seed", range(100))
def test_any_mixture_is_fit_for_the_sanitiser(seed):
    chance = random.Random(seed)  # noqa: S311  the same mixtures each time
    source = "".join(chance.choices(TOKENS, k=chance.randint(1, 60)))
    clean = html(source)
    assert sanitise(clean) == clean
    assert "\ufdd0" not in clean
    assert plain_text(clean).count("mot") == source.count("mot") or problems(source)
    convert_line(source, SITE)

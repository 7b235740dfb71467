"""SPIP's shortcuts become the HTML that a body keeps, and nothing of a text is lost in silence."""

import pytest

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts import convert_line
from cgtdouanes.richtext import plain_text, sanitise
from tests.articles.spip.texts import NOWHERE, cases, html, problems

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


@pytest.mark.parametrize(("source", "expected"), cases(LINES, EMPHASES, LISTS, ORNAMENTS, QUOTES))
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


def test_the_french_text_is_kept_and_the_others_are_told():
    source = "<multi>[en]All {of} us[fr]{{Tous}}</multi> <multi>[es]Uno[it]Due</multi>"
    assert html(source) == "<p><strong>Tous</strong> Uno</p>"
    assert problems(source) == [
        (ProblemKind.OTHER_LANGUAGE, "[en] All {of} us"),
        (ProblemKind.OTHER_LANGUAGE, "[it] Due"),
    ]
    assert html("<multi>un[en]one</multi>") == "<p>un</p>"
    assert html("<multi>[fr]un") == "<p>&lt;multi&gt;[fr]un</p>"


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

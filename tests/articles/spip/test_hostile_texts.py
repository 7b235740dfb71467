"""Texts made to harm, to last or to confuse: they do nothing, end soon, and stay clean."""

import random

import pytest

from articles.spip.shortcuts import convert_line
from cgtdouanes.richtext import plain_text, sanitise
from tests.articles.spip.texts import SITE, html, problems

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

"""What the old texts name: their links, pictures and documents lead where these are now."""

import pytest

from articles.spip.problems import ProblemKind
from articles.spip.site import SpipDocument
from tests.articles.spip.texts import PICTURE, NamedPlaces, html, problems

EFFECTIFS = "/articles/effectifs/"

LINKS = {
    "an article, titled": ("[{le} GT->art12]", f'<a href="{EFFECTIFS}"><em>le</em> GT</a>'),
    "a number alone": ("[a->12]", f'<a href="{EFFECTIFS}">a</a>'),
    "an article, by its title": (
        "[->article12]",
        f'<a href="{EFFECTIFS}">Effectifs : le compte n’y est pas</a>',
    ),
    "a rubrique": ("[->rub3]", '<a href="/rubriques/comptes-rendus/">Comptes rendus</a>'),
    "an author": ("[->auteur7]", '<a href="/recherche/?q=Camille">Camille</a>'),
    "a mot": ("[la paie->mot5]", '<a href="/recherche/?q=Paie">la paie</a>'),
    "a document": ("[->doc4]", '<a href="/documents/tract.pdf">Le tract</a>'),
    "an anchor elsewhere": ("[a->art12#Le bas]", "[a-&gt;art12#Le bas]"),
    "an anchor of an article": (
        "[a->art12#b%C3%A9]",
        f'<a href="{EFFECTIFS}#ancre-bc3a9">a</a>',
    ),
    "a bubble and a language": (
        "[a|L'{autre} site{en}->https://example.org/?a=1&b=2]",
        '<a href="https://example.org/?a=1&amp;b=2" title="L’autre site">a</a>',
    ),
    "a language": ("[a{fr}->art12]", f'<a href="{EFFECTIFS}">a</a>'),
    "italics at the end": (
        "[a {bien}->art12] [{là}->12]",
        f'<a href="{EFFECTIFS}">a <em>bien</em></a> <a href="{EFFECTIFS}"><em>là</em></a>',
    ),
    "a bare link": (
        "[->https://example.org/a_b]",
        '<a href="https://example.org/a_b">https://example.org/a_b</a>',
    ),
    "an address as its words": (
        "[www.example.org->https://example.org/page] [a <a href='/x'>b</a>->12] [?www.example.org]",
        '<a href="https://example.org/page">www.example.org</a> '
        f'<a href="{EFFECTIFS}">a b</a> '
        '<a href="https://fr.wikipedia.org/wiki/www.example.org">www.example.org</a>',
    ),
    "www": ("[a->www.example.org]", '<a href="http://www.example.org">a</a>'),
    "brackets in the words": (
        "[a [b] c->art12] [d]",
        f'<a href="{EFFECTIFS}">a [b] c</a> [d]',
    ),
    "the innermost": ("[a [b->art12] c]", f'[a <a href="{EFFECTIFS}">b</a> c]'),
    "lines": ("[a\nb\n->art12]", f'<a href="{EFFECTIFS}">a b</a>'),
    "an entity in it": (
        "[a->https://example.org/?a=1&amp;b=2]",
        '<a href="https://example.org/?a=1&amp;b=2">a</a>',
    ),
    "addresses by themselves": (
        "Voir https://example.org/a_b_{c}, (www.example.org). http:// www",
        'Voir <a href="https://example.org/a_b_">https://example.org/a_b_</a><em>c</em>, '
        '(<a href="http://www.example.org">www.example.org</a>). http:// www',
    ),
    "in angles": (
        "<https://example.org/> <camille@exemple>",
        '&lt;<a href="https://example.org/">https://example.org/</a>&gt; &lt;camille@exemple&gt;',
    ),
    "HTML": (
        "<a href='spip.php?article12' onfocus='a()'>a</a> <a href=Effectifs>https://b.example</a>",
        f'<a href="{EFFECTIFS}">a</a> <a href="{EFFECTIFS}">https://b.example</a>',
    ),
    "the old site itself": (
        "[a->https://www.ancien.example.org/Effectifs#x] [->../spip.php?article12] "
        "http://ancien.example.org/IMG/pdf/tract.pdf",
        f'<a href="{EFFECTIFS}#ancre-x">a</a> <a href="{EFFECTIFS}">Effectifs</a> '
        '<a href="/documents/tract.pdf">http://ancien.example.org/IMG/pdf/tract.pdf</a>',
    ),
    "the glossary": (
        "[?Code  des {douanes}|bulle{en}#2]",
        '<a href="https://fr.wikipedia.org/wiki/Code_des">Code des</a>',
    ),
    "an abbreviation": (
        "[CSA|Comité social d'administration{fr}] [a|<b>]",
        '<abbr title="Comité social d\'administration">CSA</abbr> [a|<strong>]</strong>',
    ),
}


@pytest.mark.parametrize(
    ("source", "expected"), [pytest.param(*case, id=name) for name, case in LINKS.items()]
)
def test_a_link(source, expected):
    assert html(source) == f"<p>{expected}</p>"


def test_anchors_of_the_page():
    source = (
        "[le_sommaire<-]Un [#Là bas<-] deux\n\n{{{[suite<-]Trois}}}\n\n<p id='Fin'>a</p>\n\n"
        "[b->#suite] [c->#fin] [d->#le_sommaire]"
    )
    assert html(source) == (
        '<p id="ancre-le-sommaire">Un deux</p><h2 id="ancre-suite">Trois</h2>'
        '<p id="ancre-fin">a</p>'
        '<p><a href="#ancre-suite">b</a> <a href="#ancre-fin">c</a> '
        '<a href="#ancre-le-sommaire">d</a></p>'
    )
    assert problems(source) == []
    assert problems("[a->#nulle-part]") == [(ProblemKind.DEAD_LINK, "#nulle-part")]


@pytest.mark.parametrize(
    ("source", "shown", "detail"),
    [
        ("[perdu->art9]", "perdu", "article 9"),
        ("[->rub9]", "rubrique 9", "rubrique 9"),
        ("[a->doc9] b", "a b", "document 9"),
        ("[->breve3]", "brève 3", "brève 3"),
        ("[a->site4]", "a", "site 4"),
        ("[a->IMG/pdf/rien.pdf]", "a", "IMG/pdf/rien.pdf"),
        ("[a->https://ancien.example.org/Rien]", "a", "https://ancien.example.org/Rien"),
        ("https://ancien.example.org/Rien",) * 3,
        ("[voir la suite -> ici]", "[voir la suite -&gt; ici]", "ici"),
        ("<article9>", "article 9", "article 9"),
    ],
)
def test_a_dead_link_keeps_its_words_and_is_told(source, shown, detail):
    assert html(source) == f"<p>{shown}</p>"
    assert problems(source) == [(ProblemKind.DEAD_LINK, detail)]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,a", "ftp://example.org", "http://", "https://:80/"],
)
def test_a_refused_link_keeps_its_words_and_is_told(address):
    for source in (f"[a->{address}]", f"<a href='{address}'>a</a>"):
        assert html(source) == "<p>a</p>"
        assert problems(source) == [(ProblemKind.UNSAFE_LINK, address)]


def test_addresses_of_people_stay_and_are_told():
    source = "[a->camille@example.org] [b->mailto:b@example.org?subject=c] d.e@example.org"
    assert html(source) == (
        '<p><a href="mailto:camille@example.org">a</a> '
        '<a href="mailto:b@example.org?subject=c">b</a> d.e@example.org</p>'
    )
    assert problems(source) == [
        (ProblemKind.PERSONAL_DATUM, address)
        for address in ("camille@example.org", "b@example.org", "d.e@example.org")
    ]


CAPTION = (
    "<figcaption><strong>Le quai</strong><br>Vu de la <em>brigade</em> "
    '<small class="credit">Section</small></figcaption>'
)
IMAGE = f'<img src="{PICTURE}" width="1200" height="800" alt="Un quai désert">'
PDF = '<p><a href="/documents/tract.pdf">Le <em>tract</em></a> (PDF)</p>'

SHOWN = {
    "at the left": (
        "a <img1|left> b",
        f'<p>a</p><figure class="figure figure--left">{IMAGE}{CAPTION}</figure><p>b</p>',
    ),
    "in the middle": (
        "<doc1|center>",
        f'<figure class="figure">{IMAGE}{CAPTION}</figure>',
    ),
    "with words of its own": (
        "<emb1|right|titre=Le <i>port</i>|descriptif=|credits=|alt=Un port>",
        f'<figure class="figure figure--right"><img src="{PICTURE}" width="1200" height="800" '
        'alt="Un port"><figcaption>Le <em>port</em></figcaption></figure>',
    ),
    "in a link": (
        "[<img1|titre=|descriptif=|credits=>->art12]",
        f'<figure class="figure">{IMAGE}<figcaption><a href="{EFFECTIFS}">Effectifs : le compte '
        "n’y est pas</a></figcaption></figure>",
    ),
    "with a link of its own": (
        "<img1|center|titre=non|legende=non|credits=non|alt=Un quai désert|lien=art12>",
        f'<figure class="figure">{IMAGE}<figcaption><a href="{EFFECTIFS}">Effectifs : le compte '
        "n’y est pas</a></figcaption></figure>",
    ),
    "with the words of its document, over several lines": (
        "<doc1\n  |titre=oui\n  |legende=complete\n  |largeur=300\n>",
        f'<figure class="figure">{IMAGE}{CAPTION}</figure>',
    ),
    "a document": ("a <doc4|left> b", f"<p>a</p>{PDF}<p>b</p>"),
    "signs escaped in its words": (
        r"<doc4|titre=\{a\} <code>b</code>>",
        '<p><a href="/documents/tract.pdf"><em>a</em> b</a> (PDF)</p>',
    ),
    "a document in a list": (
        "-* a <doc4>",
        f"<ul><li>a{PDF}</li></ul>",
    ),
    "a page": (
        "a <art12|left>",
        f'<p>a <a href="{EFFECTIFS}">Effectifs : le compte n’y est pas</a></p>',
    ),
    "in HTML": (
        "<img src='../IMG/jpg/quai.jpg' alt=\"L'eau\" align=right style='x'> "
        "<img src='https://ancien.example.org/IMG/pdf/tract.pdf'>",
        f'<figure class="figure figure--right"><img src="{PICTURE}" width="40" height="30" '
        'alt="L\'eau"></figure><p><a href="/documents/tract.pdf">Le tract</a></p>',
    ),
    "in HTML, in a link": (
        "<a href='https://example.org/'><img src='IMG/jpg/quai.jpg' alt='a'></a>",
        f'<figure class="figure"><img src="{PICTURE}" width="40" height="30" alt="a"><figcaption>'
        '<a href="https://example.org/">https://example.org/</a></figcaption></figure>',
    ),
}


@pytest.mark.parametrize(
    ("source", "expected"), [pytest.param(*case, id=name) for name, case in SHOWN.items()]
)
def test_what_a_text_shows(source, expected):
    assert html(source) == expected
    assert problems(source) == []


def test_a_picture_that_nobody_described_is_told():
    assert html("<img2>") == f'<figure class="figure"><img src="{PICTURE}"></figure>'
    assert problems("<img2>") == [(ProblemKind.MISSING_ALT, "img2")]
    assert problems("<img src='IMG/jpg/quai.jpg'>") == [
        (ProblemKind.MISSING_ALT, "IMG/jpg/quai.jpg")
    ]


def test_a_missing_document_stays_visible_and_is_told():
    assert html("a <doc9|left> b") == "<p>a &lt;doc9|left&gt; b</p>"
    assert problems("<doc9|left>") == [(ProblemKind.MISSING_DOCUMENT, "<doc9|left>")]
    source = "<img src='IMG/rien.png' alt='Rien'> <img src='https://example.org/a.png'>"
    assert html(source) == (
        '<p>Rien <a href="https://example.org/a.png">https://example.org/a.png</a></p>'
    )
    assert problems(source) == [
        (ProblemKind.MISSING_DOCUMENT, "IMG/rien.png"),
        (ProblemKind.MISSING_DOCUMENT, "https://example.org/a.png"),
    ]


def test_a_picture_that_is_not_served_as_one_is_a_link():
    site = NamedPlaces(
        documents={1: SpipDocument("/fichiers/a.svg", title="Logo", is_picture=True)}
    )
    assert html("<img1>", site) == '<p><a href="/fichiers/a.svg">Logo</a></p>'


def test_a_caption_shows_no_other_document():
    site = NamedPlaces(
        documents={1: SpipDocument(PICTURE, title="a <doc1> [b->art9]", is_picture=True, alt="c")}
    )
    assert "a &lt;doc1&gt; b" in html("<doc1>", site)


@pytest.mark.parametrize("address", ["", "ancien", "https://[::1"])
def test_an_old_site_without_address_has_no_address_of_its_own(address):
    site = NamedPlaces(address=address)
    assert (
        html("[a->https://example.org/x]", site) == '<p><a href="https://example.org/x">a</a></p>'
    )

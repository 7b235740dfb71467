"""French typography: which spaces change, and above all what never changes."""

from datetime import UTC, date, datetime, time

import pytest
from django.template import Context, Template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from cgtdouanes.text.typography import NARROW, french, french_date, french_html, french_time

SPACES = str.maketrans(dict.fromkeys(" \u00a0\u2009\u202f"))


def shown(text):
    """Make the narrow no-break space visible."""
    return text.replace(NARROW, "_")


REPLACED_OR_ADDED = [
    ("Oui ! Non ? Si ; voici :", "Oui_! Non_? Si_; voici_:"),
    ("Oui\u00a0! Non\u2009? Si  ; voici\u202f:", "Oui_! Non_? Si_; voici_:"),
    ("Bonjour! Attention: bien; vraiment?", "Bonjour_! Attention_: bien_; vraiment_?"),
    ("Quoi ?! Non!! Hein?!?", "Quoi_?! Non_!! Hein_?!?"),
    ("« mot », «mot», «\u00a0mot\u00a0»", "«_mot_», «_mot_», «_mot_»"),
    ("L’«affaire»: close.", "L’«_affaire_»_: close."),
    ("(vraiment ?) (vraiment?)", "(vraiment_?) (vraiment_?)"),
    ("« Partez ! »", "«_Partez_!_»"),
    ("Salaire, primes, etc.: rien", "Salaire, primes, etc._: rien"),
]
NUMBERS = [
    ("12 000 agents, 1 250 000 €", "12_000 agents, 1_250_000_€"),
    (
        "50 %, 3 ‰, 20 $, 18 °C, 12 km, 80 km/h, 3,5 kg",
        "50_%, 3_‰, 20_$, 18_°C, 12_km, 80_km/h, 3,5_kg",
    ),
    ("9 h 30, 14 h, 12 h 05", "9_h_30, 14_h, 12_h_05"),
    ("29 janvier 2025", "29_janvier_2025"),
    ("1er janvier", "1er_janvier"),
    ("lundi 3 mars", "lundi_3_mars"),
    ("Décembre 2024", "Décembre_2024"),
    ("n° 5, N° 12, art. 9, art. L. 2315-1, p. 12", "n°_5, N°_12, art._9, art._L._2315-1, p._12"),
    ("M. Dupont, Mme Martin, MM. Petit et Roy", "M._Dupont, Mme_Martin, MM._Petit et Roy"),
    ("– un point\n— un autre", "–_un point\n—_un autre"),
]
UNCHANGED = [
    "Rendez-vous à 10:30",
    "dans un rapport de 3:1",
    "https://example.org/?a=1;b=2!",
    "(www.example.org/page?q=1) www.example.org/page!",
    "secretariat@example.org",
    "mailto:secretariat@example.org?subject=a",
    r"C:\dossier\note;v2!",
    "/etc/hosts:12!",
    "Merci :) et ;-) et :D",
    ":sourire:",
    "un accord (?) et un autre (!)",
    "?!",
    "&nbsp; &amp; R&D;",
    "un:deux",
    "«»",
    "en 2025 250 agents",
    "01 23 45 67 89",
    "2 L’agent",
    "une affaire – importante – pour nous",
    "M. le directeur",
    "Ligne\n: suite",
    'l\'heure "dite"...',
    "",
]


@pytest.mark.parametrize(("text", "expected"), REPLACED_OR_ADDED + NUMBERS)
def test_french(text, expected):
    assert shown(french(text)) == expected


@pytest.mark.parametrize("text", UNCHANGED)
def test_french_leaves_alone(text):
    assert french(text) == text


AWKWARD = [
    *(text for text, _expected in REPLACED_OR_ADDED + NUMBERS),
    *UNCHANGED,
    "9" + " " * 30 + "h 30",
    "«" * 5 + "»" * 5,
    "a" + "!" * 40 + "b ?",
    "« ! » ; «?»: «:»",
    "mot?):x!» 12 000 :",
    "\ud800 ! \0: \ufffc;",
    "x :\u00a0\u202f ;\t! \n?",
]


@pytest.mark.parametrize("text", AWKWARD + [a + b for a in AWKWARD[:6] for b in AWKWARD])
def test_french_is_done_once_and_changes_spaces_only(text):
    once = french(text)
    assert french(once) == once
    assert once.translate(SPACES) == text.translate(SPACES)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Bonjour !</p>", "<p>Bonjour_!</p>"),
        ("<p><strong>Attention</strong>: danger</p>", "<p><strong>Attention</strong>_: danger</p>"),
        ("<p>« <em>x</em> »</p>", "<p>«_<em>x</em>_»</p>"),
        ("<p>«<em>x</em>»</p>", "<p>«_<em>x</em>_»</p>"),
        ("<p>12<strong> 000</strong></p>", "<p>12<strong>_000</strong></p>"),
        ("<p>1<sup>er</sup> janvier</p>", "<p>1<sup>er</sup>_janvier</p>"),
        ("<p>Oui&nbsp;: a&nbsp;b &amp; c&nbsp;&nbsp;!</p>", "<p>Oui_: a&nbsp;b &amp; c_!</p>"),
        (
            "<p>R&amp;D: 1 &lt; 2 ; &laquo;x&raquo;</p>",
            "<p>R&amp;D_: 1 &lt; 2_; &laquo;_x_&raquo;</p>",
        ),
        (
            "<p>voir <code>a</code>: <code>b : c</code> !</p>",
            "<p>voir <code>a</code>_: <code>b : c</code>_!</p>",
        ),
        ("Texte !", "Texte_!"),
    ],
)
def test_french_html(html, expected):
    once = french_html(html)
    assert shown(once) == expected
    assert french_html(once) == once


@pytest.mark.parametrize(
    "html",
    [
        "<p>Un</p><p>: deux</p>",
        "<li>12</li><li>000 agents</li>",
        "<p>Un<br>: deux</p>",
        "<pre>a : b !</pre>: suite",
        "<p><kbd>a !</kbd> <samp>b ?</samp></p>",
        '<p><a href="/a : b !" title="«a»!">lien</a></p>',
        "<p>https://example.org/a?b=1&amp;c=2!</p>",
        "<p>10:30</p>",
    ],
)
def test_french_html_leaves_alone(html):
    assert french_html(html) == html


def test_dates_and_times():
    assert shown(french_date(date(2025, 1, 29))) == "29_janvier_2025"
    assert shown(french_date(date(2025, 8, 1))) == "1er_août_2025"
    assert shown(french_time(time(9, 30))) == "9_h_30"
    assert shown(french_time(time(14))) == "14_h"
    assert shown(french_time(time(0, 5))) == "0_h_05"


def render(source, value):
    template = Template("{% load typography_tags %}" + source)
    return shown(template.render(Context({"value": value})))


def test_filter_escapes_what_is_not_safe():
    assert render("{{ value|french }}", "<b>Oui !") == "&lt;b&gt;Oui_!"
    assert render("{{ value|french }}", "R&D: l'«x»") == "R&amp;D_: l&#x27;«_x_»"


def test_filter_keeps_safe_html():
    value = mark_safe('<a href="/a : b">Oui</a> !')
    assert render("{{ value|french }}", value) == '<a href="/a : b">Oui</a>_!'


def test_filter_gives_plain_text_where_autoescape_is_off():
    assert render("{% autoescape off %}{{ value|french }}{% endautoescape %}", "R&D !") == "R&D_!"


def test_filter_goes_before_linebreaks():
    assert render("{{ value|french|linebreaks }}", "<i> !\n\nb") == "<p>&lt;i&gt;_!</p>\n\n<p>b</p>"


def test_paragraphs():
    text = "\r\nUn <b> !\r\nsuite : x\r\n \r\n\r\n« deux »\n"
    rendered = render("{{ value|french_paragraphs }}", text)
    assert rendered == "<p>Un &lt;b&gt;_!<br>suite_: x</p>\n<p>«_deux_»</p>"
    assert render("{{ value|french_paragraphs }}", mark_safe("<b>")) == "<p>&lt;b&gt;</p>"
    assert render("{{ value|french_paragraphs }}", " \n ") == ""


def test_date_filters_use_the_current_time_zone():
    moment = datetime(2025, 1, 31, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Paris"):
        assert render("{{ value|french_date }}", moment) == "1er_février_2025"
        assert render("{{ value|french_month }}", moment) == "févr."
        assert render("{{ value|french_time }}", moment) == "0_h_30"
    with timezone.override("UTC"):
        assert (
            render("{{ value|french_date }} {{ value|french_time }}", moment)
            == "31_janvier_2025 23_h_30"
        )


def test_date_filters_take_days_and_hours_and_nothing():
    assert render("{{ value|french_date }}", date(2025, 3, 3)) == "3_mars_2025"
    assert render("{{ value|french_time }}", time(8)) == "8_h"
    assert render("{{ value|french_month }}", date(2025, 7, 3)) == "juill."
    empty = "[{{ value|french_date }}{{ value|french_month }}{{ value|french_time }}]"
    assert render(empty, None) == "[]"


@pytest.mark.parametrize(("number", "ending"), [(0, "l"), (1, "l"), (2, "ux")])
def test_none_and_one_are_singular(number, ending):
    assert render("{{ value|plural:'l,ux' }}", number) == ending
    assert render("jour{{ value|plural }}", number) == ("jours" if number == 2 else "jour")


def test_results_are_safe_strings_only_when_escaped_or_safe():
    from cgtdouanes.templatetags import typography_tags

    assert isinstance(typography_tags.french("<"), SafeString)
    assert not isinstance(typography_tags.french("<", autoescape=False), SafeString)

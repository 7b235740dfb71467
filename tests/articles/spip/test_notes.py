"""SPIP's footnotes stand where they are called."""

import pytest

from articles.spip.problems import ProblemKind
from cgtdouanes.richtext import sanitise
from tests.articles.spip.texts import PICTURE, cases, html, problems

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


@pytest.mark.parametrize(("source", "expected"), cases(NOTES))
def test_a_note(source, expected):
    assert html(source) == expected
    assert sanitise(expected) == expected


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


def test_a_long_note_called_without_end_does_not_multiply():
    clean = html(f"[[<n> {'a' * 10_000}]]" + "[[<n>]]" * 1000)
    assert len(clean) < 200_000
    assert "[[&lt;n&gt;]]" in clean

"""What is made of a clean body: notes, pictures, citations, its words alone."""

import pytest

from cgtdouanes.richtext import (
    append_inline,
    citation,
    cited,
    plain_text,
    rendered,
    sanitise,
    split_notes,
    with_citations,
)
from cgtdouanes.text.typography import french_html
from tests.cgtdouanes.bodies import CUT, FIGURE, NOTE, PICTURE


def test_notes_are_called_where_they_stand_and_listed_at_the_end():
    clean = sanitise(f"<p>a{NOTE.format('b <em>c</em>')} d{NOTE.format('e')}</p>{FIGURE}")
    text, notes = split_notes(rendered(clean))
    assert text.startswith(
        '<p>a<sup class="call"><a href="#note-1" id="appel-1" role="doc-noteref" '
        'aria-label="Note 1">1</a></sup> d<sup class="call"><a href="#note-2"'
    )
    assert notes == (
        '<section class="footnotes" role="doc-endnotes" aria-labelledby="notes"><h2 id="notes">'
        'Notes</h2><ol><li id="note-1">b <em>c</em> <a href="#appel-1" role="doc-backlink" '
        'aria-label="Revenir à l’appel de la note 1">↩</a></li><li id="note-2">e <a '
        'href="#appel-2" role="doc-backlink" aria-label="Revenir à l’appel de la note 2">↩</a></li>'
        "</ol></section>"
    )


def test_what_has_no_note_has_no_list():
    assert split_notes(rendered("<p>a</p>")) == ("<p>a</p>", "")


def test_a_picture_is_offered_in_the_sizes_that_it_has():
    wide = f'<figure class="figure"><img src="{PICTURE}" width="1200" height="9" alt="a &gt;">'
    assert f'srcset="{PICTURE}480/ 480w, {PICTURE}960/ 960w, {PICTURE} 1200w"' in rendered(wide)
    assert 'alt="a &gt;" srcset' in rendered(wide)
    assert f'{PICTURE}480/ 480w, {PICTURE} 700w"' in rendered(wide.replace("1200", "700"))
    small = rendered(FIGURE)
    assert "srcset" not in small
    assert 'loading="lazy"' in small


def test_the_words_of_a_note_follow_those_that_call_it():
    clean = sanitise(f"<p>La probité{NOTE.format('Une note.')} suit.</p><p>b</p>")
    assert plain_text(clean) == "La probité suit.\nUne note.\nb"


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

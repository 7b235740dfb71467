"""What changed between two texts, as an officer reads it."""

import pytest

from articles.differences import body_changed, marked_words


def read(lines):
    """The lines as one would write them by hand: [-taken away-] and {+added+}."""
    marks = {"": "{}", "ins": "{{+{}+}}", "del": "[-{}-]"}
    return [
        f"…{line.skipped}"
        if line.skipped
        else "".join(marks[piece.change].format(piece.text) for piece in line.pieces)
        for line in lines
    ]


def test_a_changed_word_is_marked_alone():
    before = "<p>La direction créera huit emplois à Valserre.</p>"
    after = "<p>La direction créera neuf emplois à Valserre.</p>"
    assert read(body_changed(before, after)) == [
        "La direction créera [-huit-]{+neuf+} emplois à Valserre."
    ]


def test_markup_alone_changes_no_word():
    assert body_changed("<p>Un <strong>mot</strong>.</p>", "<p>Un mot.</p>") == []


def test_paragraphs_come_and_go_and_the_rest_is_left_out():
    before = "".join(
        f"<p>Paragraphe numéro {name}.</p>" for name in ("un", "deux", "trois", "quatre")
    )
    after = before.replace(
        "<p>Paragraphe numéro quatre.</p>",
        "<p>Paragraphe numéro quatre.</p><p>Et tout autre chose encore.</p>",
    )
    assert read(body_changed(before, after)) == [
        "…3",
        "Paragraphe numéro quatre.",
        "{+Et tout autre chose encore.+}",
    ]


def test_a_rewritten_paragraph_is_replaced_whole():
    before, after = "<p>Le bilan sera donné en mars.</p>", "<p>Aucune date n’est tenue.</p>"
    assert read(body_changed(before, after)) == [
        "[-Le bilan sera donné en mars.-]",
        "{+Aucune date n’est tenue.+}",
    ]


def test_a_paragraph_that_becomes_a_heading_says_so():
    (line,) = body_changed("<p>La suite de nos demandes</p>", "<h2>La suite de nos demandes !</h2>")
    assert line.kind == "texte devenu intertitre"


def test_cells_and_items_are_compared_like_paragraphs():
    before = "<ul><li>huit emplois</li><li>un mur</li></ul>"
    after = "<ul><li>neuf emplois</li><li>un mur</li></ul>"
    assert read(body_changed(before, after))[0] == "[-huit-]{+neuf+} emplois"


def test_a_very_long_text_is_shown_one_after_the_other():
    before, after = "mot " * 5_000, "mots " * 5_000
    assert [piece.change for piece in marked_words(before, after)] == ["del", "ins"]


def test_notes_captions_and_what_is_said_of_a_picture_are_compared():
    before = (
        '<p>Un mot<span class="footnote">de mars</span>.</p><figure class="figure">'
        '<img src="/images/0f8fad5b-d9cb-469f-a165-70867728950e/"><figcaption>Le quai</figcaption>'
        "</figure>"
    )
    after = before.replace("mars", "mai").replace('/">', '/" alt="Une grue au soleil">')
    after = after.replace("Le quai", "Le quai nord")
    lines = body_changed(before, after)
    assert [line.kind for line in lines] == ["", "note", "image", "légende"]
    assert read(lines) == [
        "Un mot.",
        "de [-mars-]{+mai+}",
        "[-(sans texte de remplacement)-]{+Une grue au soleil+}",
        "Le quai{+ nord+}",
    ]


CRANE = "/images/0f8fad5b-d9cb-469f-a165-70867728950e/"
QUAY = "/images/7c9e6679-7425-40de-944b-e07fc1f90ae7/"


def pictured(src, alt="Le port", side="", caption="Le quai", credit="Section"):
    return (
        f'<p>a</p><figure class="figure{side}"><img src="{src}" alt="{alt}"><figcaption>'
        f'{caption} <small class="credit">{credit}</small></figcaption></figure><p>b</p>'
    )


@pytest.mark.parametrize("alt", ["Le port", ""])
def test_another_picture_under_the_same_words_is_told_and_shown(alt):
    before, after = pictured(CRANE, alt), pictured(QUAY, alt)
    (line,) = (line for line in body_changed(before, after) if line.is_changed)
    assert line.kind == "image"
    said = alt or "(décorative)"
    assert read([line]) == [f"{said}{{+ (une autre image remplace la précédente)+}}"]
    assert line.pictures == (CRANE, QUAY)


def test_another_picture_with_other_words_is_one_less_and_one_more():
    lines = body_changed(pictured(CRANE, "Le port"), pictured(QUAY, "Courbe des effectifs"))
    assert read(lines)[1:3] == ["[-Le port-]", "{+Courbe des effectifs+}"]


def test_where_a_picture_stands_and_who_made_it_are_compared():
    before, after = pictured(CRANE), pictured(CRANE, side=" figure--left", credit="Inès")
    lines = [line for line in body_changed(before, after) if line.is_changed]
    assert [line.kind for line in lines] == ["image", "crédit", "crédit"]
    assert read(lines) == [
        "Le port ; place : [-sur toute la largeur du texte -]{+à gauche du texte+}",
        "[-Section-]",
        "{+Inès+}",
    ]


def test_a_picture_that_stays_is_no_change():
    assert body_changed(pictured(CRANE), pictured(CRANE)) == []

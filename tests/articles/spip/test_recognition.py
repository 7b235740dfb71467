"""Meetings told of by titles: their kind, their day with its year, what they were about."""

from datetime import date

import pytest

from articles.spip.recognition import recognise

OUT_ON = date(2025, 1, 29)


@pytest.mark.parametrize(
    ("title", "kind", "subject", "on"),
    [
        (
            "Réunion technique du 27 janvier : Plan probité",
            "technical",
            "Plan probité",
            "2025-01-27",
        ),
        ("GT « effectifs » du 12 mars : rien de neuf", "working_group", "Effectifs", "2025-03-12"),
        ("Groupe de travail sur les cycles", "working_group", "Cycles", None),
        ("CSA du 18 décembre : le vote", "social_committee", "Le vote", "2024-12-18"),
        (
            "Compte rendu du CSA du 15 juin 2027",
            "social_committee",
            "Séance du 15 juin 2027",
            "2027-06-15",
        ),
        ("CAP du 03/02/25 : recours", "joint_committee", "Recours", "2025-02-03"),
        ("Formation spécialisée du 1er février : froid", "health_panel", "Froid", "2025-02-01"),
        ("Audience des 12 et 13 janvier : mutations", "audience", "Mutations", "2025-01-12"),
        ("GT du 31 avril : erreur", "working_group", "Erreur", None),
        ("GT du 1er mars 9999 : erreur", "working_group", "Erreur", None),
        (
            "Assemblée générale du 28 février",
            "general_assembly",
            "Séance du 28 février",
            "2025-02-28",
        ),
    ],
)
def test_a_title_tells_of_a_meeting(title, kind, subject, on):
    found = recognise(title, "", "", OUT_ON)
    assert (found.kind, found.title, found.on) == (kind, subject, on and date.fromisoformat(on))


@pytest.mark.parametrize(
    "title",
    [
        "Indemnités : tableau comparatif",
        "La CAP, à quoi ça sert ?",
        "Ce que le GT a changé pour nous",
        "Les gt et les csa en minuscules",
        "Brouillon : réunion du 2 juin",
        "",
    ],
)
def test_other_titles_tell_of_none(title):
    assert recognise(title, "", "", OUT_ON) is None


def test_a_kicker_tells_of_it_too():
    found = recognise("Déclaration liminaire", "CSA", "", OUT_ON)
    assert (found.kind, found.title) == ("social_committee", "Déclaration liminaire")


def test_the_day_may_stand_in_the_first_words_of_the_text():
    found = recognise(
        "Réunion technique : probité", "", "La réunion du 27 janvier portait…", OUT_ON
    )
    assert found.on == date(2025, 1, 27)

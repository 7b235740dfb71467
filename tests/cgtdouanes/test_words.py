"""Words as a search compares them: what is one word to a French reader, and what is not."""

import hashlib
import unicodedata

import pytest

from cgtdouanes.search.rebuilding import RULES
from cgtdouanes.text.words import folded, legible, stem, words

FAMILIES = [
    "douanier douanière douaniers douanières",
    "élu élue élus élues",
    "négociation négociations",
    "négocier négocié négociée négociés négociées",
    "obtenu obtenue obtenus obtenues",
    "refusé refusée refusés refusées",
    "congé congés",
    "régional régionale régionaux régionales",
    "travail travaux",
    "travailleur travailleuse travailleurs travailleuses",
    "inspecteur inspectrice inspecteurs inspectrices",
    "contrôleur contrôleuse contrôleurs contrôleuses",
    "adhérent adhérente adhérents adhérentes",
    "nouveau nouvelle nouveaux nouvelles nouvel",
    "premier première premiers premières",
    "professionnel professionnelle professionnels professionnelles",
    "ancien ancienne anciens anciennes",
    "actif active actifs actives",
    "public publique publics publiques",
    "français française françaises",
    "dangereux dangereuse dangereuses",
    "enjeu enjeux",
    "niveau niveaux",
    "indemnité indemnités",
    "égalité égalités",
    "retraite retraites",
    "retraité retraitée retraités retraitées",
    "employé employée employés employées",
    "délégué déléguée délégués déléguées",
    "revendication revendications revendiqué revendiquée revendiquer",
    "chef cheffe chefs cheffes",
    "grève grèves",
    "médecin médecins",
    "œuvre œuvres",
]
APART = [
    ("douane", "douanier"),
    ("ami", "amiante"),
    ("prime", "primeur"),
    ("agent", "agence"),
    ("syndicat", "syndical"),
    ("local", "localité"),
    ("grève", "grave"),
    ("mutation", "mutuelle"),
    ("cadre", "cadrage"),
]


@pytest.mark.parametrize("family", FAMILIES)
def test_forms_of_one_word_typed_with_or_without_accents(family):
    forms = family.split()
    assert len({stem(folded(form)) for form in [*forms, *map(folded, forms)]}) == 1


@pytest.mark.parametrize(("one", "other"), APART)
def test_other_words_stay_apart(one, other):
    assert stem(folded(one)) != stem(folded(other))


def letters(text):
    return [word.letters for word in words(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L’agent, l'agent ; d’élite, qu'elles jusqu’à", ["agent", "agent", "elite"]),
        ("Aujourd’hui, prud'hommes", ["aujourd", "hui", "prud", "hommes"]),
        ("les adhérent·es, agent.e.s, élu(e)s, un·e", ["adherent", "agent", "elu"]),
        ("Œuvre, cœur, æquo, façade", ["oeuvre", "coeur", "aequo", "facade"]),
        ("REV-2025-014, compte-rendu", ["rev", "2025", "014", "compte", "rendu"]),
        ("14h30, 9 h, 1er, CO2", ["14", "h", "30", "9", "h", "1", "er", "co", "2"]),
        ("1 500 €, 12\u202f000 agents, le 3 2025", ["1500", "12000", "agents", "3", "2025"]),
        ("C.G.T. ou CGT, au C.S.A", ["cgt", "cgt", "csa"]),
        ("catégorie A, il a dit", ["categorie", "a", "dit"]),
        ("catégorie C, c’est", ["categorie", "c", "est"]),
        ("m², ½", ["m", "2", "1", "2"]),
        ("fin_de_mot 😀 … — !", ["fin", "mot"]),
    ],
)
def test_the_words_of_a_text(text, found):
    assert letters(text) == found


def test_accents_written_apart_and_what_nobody_sees():
    text = "n\u00e9go\u00adcia\u200btion \u202ee\u0301lue"
    assert letters(legible(text)) == ["negociation", "elue"]
    assert letters(unicodedata.normalize("NFD", "négociation à l’été")) == ["negociation", "ete"]


def test_where_the_words_stand():
    text = "Les adhérent·es d’ici"
    assert [text[word.start : word.end] for word in words(text)] == ["adhérent·es", "ici"]


HOSTILE = [
    "'; DROP TABLE x; --",
    'NEAR("a" "b", 5) OR NOT (x*) AND ^y {words} : z -w +v',
    "Ω≈ç√∫˜µ≤≥÷ ﷽ 田中さんにあげて Привет שלום",
    "\u0000\u0001\ufffe\ud800" * 3,
    "é" * 300,
    "1" * 300,
    "· · ·a· (e)s .e.s '' ’’ l’ \\' $$ %s {} <->",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_stems_are_letters_or_digits_that_no_database_takes_for_more(text):
    for word in words(text):
        assert word.stem.isascii()
        assert word.stem.isalnum()
        assert len(word.stem) <= 64
        assert word.letters.isalpha() or word.letters.isdigit()


def test_a_change_of_the_stems_makes_the_index_anew():
    """When this fails, change `RULES` with the digest, or stored stems will not be found."""
    stems = " ".join(stem(folded(form)) for family in FAMILIES for form in family.split())
    left_out = " ".join(word.stem for word in words(" ".join(FAMILIES) + " le la A a et pour est"))
    digest = hashlib.sha256(f"{stems} {left_out}".encode()).hexdigest()[:12]
    assert (RULES, digest) == ("1", "96ae8bd8c275")

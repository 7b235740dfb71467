"""One corpus, questions, and the answers expected in their order: the same on every database."""

from datetime import UTC, date, datetime

import pytest

from articles.models import Article
from meetings.models import Commitment, Demand, Document, Meeting
from tests.factories import (
    AgendaItemFactory,
    ArticleFactory,
    AttachmentFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    DocumentFactory,
    MeetingFactory,
)
from tests.search.asking import addresses, ask

pytestmark = pytest.mark.django_db


def at(year, month, day):
    return datetime(year, month, day, 12, tzinfo=UTC)


@pytest.fixture
def corpus() -> dict[str, Article | Meeting | Demand | Commitment | Document]:
    """Eight objects; a shorter name for each."""
    meeting = MeetingFactory(
        held=True,
        kind="social_committee",
        title="Effectifs de la brigade",
        slug="csa",
        starts_at=at(2025, 3, 13),
        place="Dunkerque",
    )
    item = AgendaItemFactory(
        meeting=meeting,
        title="Agents de nuit",
        presented="Neuf douanières quittent la brigade, aucune n’est remplacée.",
        outcome="La prime de nuit sera étudiée.",
    )
    demand = DemandFactory(
        title="Une prime pour les nuits",
        text="La section demande l’ouverture d’une négociation.",
        theme="Rémunération",
        raised_on=date(2025, 1, 14),
    )
    DemandStepFactory(demand=demand, meeting=meeting, state="refused", quote="Pas un sou de plus.")
    commitment = CommitmentFactory(
        agenda_item=item, wording="Les plannings seront publiés quinze jours avant."
    )
    document = DocumentFactory(meeting=meeting, title="Bilan des effectifs", kind="minutes")
    report = ArticleFactory(
        published=True,
        kicker="Compte rendu",
        title="La prime de nuit, encore",
        slug="prime",
        lead="Les élues l’ont dit : assez de négociations pour rien.",
        body=f"<h2>L’œuvre au noir</h2><p>Voir {demand.reference}.</p><p>Le compte-rendu des "
        "douaniers tient en 1 500 mots.</p>",
        published_at=at(2025, 3, 20),
    )
    older = ArticleFactory(
        published=True,
        title="Élections",
        slug="elections",
        body="<p>Rendu compte du vote : chaque élu·e des brigades, chaque agent.</p>",
        published_at=at(2024, 12, 2),
    )
    attachment = AttachmentFactory(article=older, title="Tract pour les agents", kind="leaflet")
    return {
        "meeting": meeting,
        "demand": demand,
        "commitment": commitment,
        "document": document,
        "report": report,
        "older": older,
        "attachment": attachment,
    }


ANSWERS = [
    ("douanier", "report meeting"),
    ("DOUANIÈRE", "report meeting"),
    ("negociation", "report demand"),
    ("négociations", "report demand"),
    ("élu", "report older"),
    ("elues", "report older"),
    ("l’élue", "report older"),
    ("oeuvre", "report"),
    ("d’œuvres", "report"),
    # Named so, the latest first; then those that only speak of it.
    ("nuit", "report demand meeting"),
    ("prime nuit", "report demand meeting"),
    ("prime de nuit", "report demand meeting"),
    # Side by side, but for the words that say nothing: « une prime pour les nuits ».
    ('"prime de nuit"', "report demand meeting"),
    ("« prime de nuit »", "report demand meeting"),
    ("“prime de nuits”", "report demand meeting"),
    ('"nuit de prime"', ""),
    ("nuit de prime", "report demand meeting"),
    ("effectifs", "document meeting commitment"),
    ("agent brigade", "meeting older"),
    ("agent", "attachment meeting older"),
    ("compte rendu", "report older"),
    ("compte-rendu", "report"),
    ('"comptes rendus"', "report"),
    ("1500 mots", "report"),
    ("1 500 mots", "report"),
    ("csa", "meeting commitment document"),
    ("csa dunkerque", "meeting"),
    ("csa du 13 mars 2025", "meeting commitment document"),
    ("procès verbal", "document"),
    ("proces-verbaux", "document"),
    ("tract", "attachment"),
    ("pas un sou", "demand"),
    ("planning publie", "commitment"),
    ("rémunérations", "demand"),
    # A phrase stays within its line.
    ('"noir voir"', ""),
    ("zèbre", ""),
    ("agent zèbre", ""),
]


@pytest.mark.parametrize(("question", "names"), ANSWERS)
def test_the_same_answers_in_the_same_order(corpus, question, names):
    expected = [corpus[name].get_absolute_url() for name in names.split()]
    assert addresses(ask(question)) == expected


def test_a_reference_leads_to_its_demand_then_to_what_speaks_of_it(corpus):
    expected = [corpus[name].get_absolute_url() for name in ("demand", "report")]
    reference = corpus["demand"].reference
    for question in (reference, reference.lower(), reference.replace("-", " "), f'"{reference}"'):
        assert addresses(ask(question)) == expected


@pytest.mark.parametrize(
    ("narrowed", "names"),
    [
        ({"type": "reunions"}, "meeting"),
        ({"type": "articles"}, "older"),
        ({"type": "documents"}, "attachment"),
        ({"annee": "2024"}, "attachment older"),
        ({"annee": "2025"}, "meeting"),
        ({"annee": "2025", "type": "articles"}, ""),
        ({"annee": "1789"}, "attachment meeting older"),
        ({"type": "sorcières"}, "attachment meeting older"),
        ({"rubrique": "inconnue"}, "attachment meeting older"),
    ],
)
def test_narrowed_down(corpus, narrowed, names):
    expected = [corpus[name].get_absolute_url() for name in names.split()]
    assert addresses(ask("agent", **narrowed)) == expected


def test_narrowed_down_to_a_rubrique(corpus):
    category = corpus["older"].category
    expected = [corpus[name].get_absolute_url() for name in ("attachment", "older")]
    assert addresses(ask("agent", rubrique=category.slug)) == expected


def test_far_into_a_long_text_both_databases_find_the_same():
    filler = "".join(f"<p>{'mot ' * 10}agent</p>" for _ in range(400))
    article = ArticleFactory(
        published=True, body=f"{filler}<p>Un agent bleu</p><p>bleu marine</p><p>Fin nette</p>"
    )
    url = [article.get_absolute_url()]
    assert addresses(ask('"bleu marine"')) == url
    assert addresses(ask('"fin nette"')) == url
    assert addresses(ask("agent marine")) == url
    # Further than a word is followed, on SQLite as on PostgreSQL.
    assert addresses(ask('"agent bleu"')) == []

"""What is reserved is found by who may read it, and tells nothing of itself to anybody else."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article
from cgtdouanes.search import index
from cgtdouanes.search.models import ENTRIES, SPELLINGS, Audience, VisitorEntry, VisitorSpelling
from members.audiences import audience_of, reader_of
from members.permissions import is_adherent, reads_reserved
from tests.access import READERS, ROLES, make_user
from tests.factories import (
    AgendaItemFactory,
    ArticleFactory,
    AttachmentFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    DocumentFactory,
    MeetingFactory,
    UserFactory,
)
from tests.search.asking import addresses, an_adherent, ask, found, heading, marks, proposed

pytestmark = pytest.mark.django_db

BODY = '<p>Avant, public.</p><hr class="cut"><p>Après, kangourou et girafe.</p>'


@pytest.mark.parametrize("role", ROLES)
def test_the_audience_of_each_role(role):
    user = make_user(role) or AnonymousUser()
    assert audience_of(user) == (Audience.MEMBERS if role in READERS else Audience.VISITORS)


def test_who_stands_for_an_audience_is_no_one_in_particular():
    visitor, adherent = reader_of(Audience.VISITORS), reader_of(Audience.MEMBERS)
    assert not reads_reserved(visitor)
    assert reads_reserved(adherent)
    assert is_adherent(adherent)
    assert adherent.pk is None
    assert not adherent.roles
    assert not adherent.is_staff


def test_after_the_cut_of_a_teaser():
    article = ArticleFactory(published=True, teaser=True, title="Amorce", body=BODY)
    assert found("kangourou", an_adherent()) == ["Amorce"]
    assert marks(ask("kangourou", an_adherent())) == ["kangourou"]
    assert found("kangourou") == []
    assert found("amorce kangourou") == []
    page = ask("avant")
    assert addresses(page) == [article.get_absolute_url()]
    assert marks(page) == ["Avant"]
    assert "kangourou" not in page


def test_the_number_of_answers_is_that_of_the_reader():
    ArticleFactory(published=True, title="Un kangourou")
    ArticleFactory(published=True, members_only=True, title="Deux kangourous")
    ArticleFactory(published=True, teaser=True, body=BODY)
    assert heading(ask("kangourou")).startswith("1 résultat ")
    assert heading(ask("kangourou", an_adherent())).startswith("3 résultats ")


def test_the_order_does_not_depend_on_what_is_reserved():
    for day, title in enumerate(["un zèbre et une girafe", "une girafe", "un zèbre"]):
        ArticleFactory(
            published=True,
            title=f"Page {day}",
            body=f"<p>Voici {title}.</p>",
            published_at=timezone.now() - timedelta(days=day + 1),
        )
    before = [found(question) for question in ("zèbre", "girafe", "girafe zèbre", "voici")]
    for _ in range(5):
        ArticleFactory(published=True, members_only=True, title="Girafe", body="<p>Girafe</p>" * 20)
    after = [found(question) for question in ("zèbre", "girafe", "girafe zèbre", "voici")]
    assert before == after


def test_what_hangs_on_a_reserved_meeting():
    meeting = MeetingFactory(held=True, members_only=True, title="Antilope", place="Babouin")
    item = AgendaItemFactory(meeting=meeting, title="Caribou", discussion="Dromadaire")
    DocumentFactory(meeting=meeting, title="Éléphant")
    CommitmentFactory(agenda_item=item, wording="Fennec")
    demand = DemandFactory(title="Publique")
    DemandStepFactory(demand=demand, meeting=MeetingFactory(held=True), answer="Gazelle")
    DemandStepFactory(demand=demand, meeting=meeting, answer="Hippopotame", quote="Ibis")
    AgendaItemFactory(meeting=MeetingFactory(held=True), title="", takes_up=item)
    reserved = ["antilope", "babouin", "caribou", "dromadaire", "éléphant", "fennec"]
    adherent = an_adherent()
    for word in [*reserved, "hippopotame", "ibis"]:
        assert found(word) == [], word
        assert found(word, adherent) != [], word
    assert found("gazelle") == ["Publique"]
    assert len(found("caribou", adherent)) == 2


def test_documents_and_attachments_have_a_rule_of_their_own():
    DocumentFactory(members_only=True, title="Jaguar")
    AttachmentFactory(members_only=True, title="Koala")
    AttachmentFactory(article=ArticleFactory(), title="Lama")
    for word in ("jaguar", "koala"):
        assert found(word) == []
        assert len(found(word, an_adherent())) == 1
    assert found("lama", UserFactory(role="editor")) == []


def test_a_demand_that_only_reserved_meetings_heard():
    demand = DemandFactory(title="Marmotte", text="Narval")
    assert found("narval") == ["Marmotte"]
    DemandStepFactory(demand=demand, meeting=MeetingFactory(held=True, members_only=True))
    assert found("narval") == []
    assert found("narval", an_adherent()) == ["Marmotte"]


@pytest.mark.parametrize("role", ROLES)
def test_what_is_being_written_or_is_put_away_is_found_by_nobody(role):
    for status in ("draft", "in_review", "scheduled", "archived"):
        ArticleFactory(title=f"Okapi {status}", status=status, published_at=timezone.now())
    assert found("okapi", make_user(role)) == []


def test_a_report_comes_out_on_its_day():
    day = timezone.now() + timedelta(days=3)
    ArticleFactory(published=True, title="Pangolin", published_at=day)
    AttachmentFactory(article__published_at=day, article__title="Panda", title="Panda")
    for word in ("pangolin", "panda"):
        assert found(word) == []
        assert found(word, UserFactory(role="publisher")) == []
        assert proposed(ask(f"z{word[1:]}")) == ""
    with time_machine.travel(day + timedelta(minutes=1)):
        call_command("publish_scheduled")
        assert found("pangolin") == ["Pangolin"]
        assert found("panda") == ["Panda", "Panda"]


def test_a_slip_is_explained_by_what_the_reader_may_read():
    ArticleFactory(published=True, members_only=True, title="Quokka")
    ArticleFactory(published=True, teaser=True, body=BODY)
    for slip, meant in (("quoka", "quokka"), ("kangouru", "kangourou"), ("girrafe", "girafe")):
        assert proposed(ask(slip)) == ""
        assert proposed(ask(slip, an_adherent())) == meant


def test_a_word_that_has_become_reserved_is_proposed_no_more():
    article = ArticleFactory(published=True, title="Rhinocéros")
    assert proposed(ask("rhinoceroz")) == "rhinocéros"
    Article.objects.get(pk=article.pk).delete()
    assert proposed(ask("rhinoceroz")) == ""
    assert not VisitorSpelling.objects.filter(letters="rhinoceros").exists()


def test_the_tables_of_visitors_hold_nothing_that_is_reserved():
    ArticleFactory(published=True, members_only=True, title="Serval")
    ArticleFactory(published=True, teaser=True, title="Amorce", body=BODY)
    meeting = MeetingFactory(held=True, members_only=True, title="Tapir")
    AgendaItemFactory(meeting=meeting, title="Tatou")
    DocumentFactory(meeting=meeting, title="Vison")
    index.catch_up()
    words = {"serval", "kangourou", "girafe", "tapir", "tatou", "vison"}

    def held(audience):
        entries = ENTRIES[audience].objects.values_list("title", "text", "names", "words")
        text = " ".join(part for entry in entries for part in entry).lower()
        spelt = set(SPELLINGS[audience].objects.values_list("letters", flat=True))
        return {word for word in words if word[:4] in text} | (words & spelt)

    assert held(Audience.MEMBERS) == words
    assert held(Audience.VISITORS) == set()


def test_a_visitor_s_question_is_put_to_the_tables_of_visitors_alone(client):
    ArticleFactory(published=True, members_only=True, title="Wapiti")
    index.catch_up()
    with CaptureQueriesContext(connection) as asked:
        client.get("/recherche/", {"q": "wapitis zèbre"})
    reserved = ENTRIES[Audience.MEMBERS]._meta.db_table, SPELLINGS[Audience.MEMBERS]._meta.db_table
    questions = [query["sql"] for query in asked.captured_queries]
    assert [sql for sql in questions if any(table in sql for table in reserved)] == []


def test_an_entry_that_should_not_be_there_is_not_shown():
    """Each answer is asked of the models once more: even a stale index shows no title."""
    article = ArticleFactory(published=True, title="Yack")
    index.catch_up()
    Article.objects.filter(pk=article.pk).update(visibility="members")
    assert VisitorEntry.objects.filter(title="Yack").exists()
    page = ask("yack", type="articles")
    assert addresses(page) == []
    assert marks(page) == []

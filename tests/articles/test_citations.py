"""Citations: today's state online, that of the day of publication on paper, nothing reserved."""

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags
from pypdf import PdfReader

from articles import citations
from articles.models import Article, ArticleVisibility, Status
from cgtdouanes.richtext import citation
from meetings.models import (
    CommitmentState,
    DemandState,
    DemandVisibility,
    MeetingVisibility,
)
from tests.factories import (
    ArticleFactory,
    CategoryFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
FIND = reverse("admin:articles_article_citations")


@pytest.fixture(autouse=True)
def clock():
    """The day of publication, 29 January 2025, until a test moves on."""
    with time_machine.travel(datetime(2025, 1, 29, 10, tzinfo=PARIS), tick=False) as clock:
        yield clock


def later(clock, month, day):
    clock.move_to(datetime(2025, month, day, 10, tzinfo=PARIS))


def meeting(month, day, **given):
    return MeetingFactory(held=True, starts_at=datetime(2025, month, day, 9, tzinfo=PARIS), **given)


def words(html):
    """What is read, with ordinary spaces."""
    text = strip_tags(html).replace("&#x27;", "'").replace("\u202f", " ").replace("\xa0", " ")
    return " ".join(text.split())


def online(client, article):
    return words(client.get(article.get_absolute_url()).content.decode())


def on_paper(client, article):
    return words(client.get(reverse("articles:print", args=[article.slug])).content.decode())


def in_pdf(client, article):
    content = client.get(reverse("articles:pdf", args=[article.slug])).getvalue()
    pages = PdfReader(io.BytesIO(content)).pages
    return words(" ".join(page.extract_text() for page in pages))


def publish(body, **given):
    return ArticleFactory(status=Status.PUBLISHED, body=f"<p>Voir {body}.</p>", **given)


@pytest.fixture
def demand():
    demand = DemandFactory(title="Douze heures : non", raised_on=date(2025, 1, 10))
    DemandStepFactory(demand=demand, meeting=meeting(1, 20), state=DemandState.UNDER_REVIEW)
    return demand


@pytest.fixture
def commitment():
    return CommitmentFactory(
        wording="Le calendrier sera remis.",
        made_by="la directrice",
        due_on=date(2025, 2, 15),
        state_on=date(2025, 1, 20),
    )


def test_online_a_citation_leads_to_the_demand_and_tells_its_state(client, demand):
    article = publish(citations.of_demand(demand))
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'<a href="{demand.get_absolute_url()}">' in page
    assert (
        "Voir REV-2025-001 : Douze heures : non — "
        "aujourd’hui : à l’étude (depuis le 20 janvier 2025)." in words(page)
    )
    assert "<data" not in page


def test_online_a_citation_quotes_the_commitment_and_counts_the_days(client, clock, commitment):
    article = publish(citations.of_commitment(commitment))
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'<a href="{commitment.get_absolute_url()}">' in page
    said = "Engagement : « Le calendrier sera remis. » (la directrice) — aujourd’hui : annoncé"
    assert f"{said} (depuis le 20 janvier 2025), échéance le 15 février 2025." in words(page)
    later(clock, 2, 16)
    assert "échéance le 15 février 2025, en retard de 1 jour." in online(client, article)
    later(clock, 2, 27)
    assert "échéance le 15 février 2025, en retard de 12 jours." in online(client, article)
    commitment.state = CommitmentState.KEPT
    commitment.save()
    assert "aujourd’hui : tenu (depuis le 27 février 2025)." in online(client, article)


@pytest.mark.parametrize("read", [on_paper, in_pdf])
def test_paper_keeps_the_state_of_the_day_of_publication(client, clock, demand, commitment, read):
    both = f"{citations.of_demand(demand)} et {citations.of_commitment(commitment)}"
    article = publish(both)
    DemandStepFactory(demand=demand, meeting=meeting(1, 29), state=DemandState.POSTPONED)
    later(clock, 3, 10)
    DemandStepFactory(demand=demand, meeting=meeting(3, 3), state=DemandState.GRANTED)
    commitment.state = CommitmentState.BROKEN
    commitment.save()
    Article.objects.get(pk=article.pk).save()
    shown = online(client, article)
    assert "aujourd’hui : obtenue (depuis le 3 mars 2025)" in shown
    assert "aujourd’hui : non tenu (depuis le 10 mars 2025)" in shown
    paper = read(client, article)
    day = "état au 29 janvier 2025, jour de la publication :"
    assert f"REV-2025-001 : Douze heures : non — {day} à l’étude et Engagement" in paper
    assert f"{day} annoncé, échéance le 15 février 2025." in paper


def test_paper_counts_the_delay_of_the_day_of_publication(client, clock, commitment):
    later(clock, 2, 27)
    article = publish(citations.of_commitment(commitment))
    later(clock, 4, 1)
    paper = on_paper(client, article)
    assert "échéance le 15 février 2025, en retard de 12 jours." in paper


def test_what_is_added_to_a_published_report_has_the_state_of_that_day(client, clock, demand):
    article = publish(citations.of_demand(demand))
    later(clock, 2, 10)
    added = DemandFactory(title="Ajoutée", raised_on=date(2025, 1, 12))
    article.body += f"<p>{citations.of_demand(added)}</p>"
    article.save()
    later(clock, 3, 10)
    for each in (demand, added):
        DemandStepFactory(demand=each, meeting=meeting(3, 3), state=DemandState.GRANTED)
    paper = on_paper(client, article)
    assert "non — état au 29 janvier 2025, jour de la publication : à l’étude" in paper
    assert "Ajoutée — état au 10 février 2025 : déposée" in paper


def test_a_report_taken_back_and_published_again_keeps_its_first_states(client, clock, demand):
    article = publish(citations.of_demand(demand))
    later(clock, 3, 10)
    DemandStepFactory(demand=demand, meeting=meeting(3, 3), state=DemandState.GRANTED)
    for status in (Status.DRAFT, Status.ARCHIVED, Status.PUBLISHED):
        article.status = status
        article.save(update_fields=["status"])
    assert "29 janvier 2025, jour de la publication : à l’étude" in on_paper(client, article)


def test_a_draft_prints_the_state_of_the_day_which_it_names(client, clock, demand):
    client.force_login(UserFactory(role="editor"))
    article = ArticleFactory(body=f"<p>{citations.of_demand(demand)}</p>")
    assert "état au 29 janvier 2025 : à l’étude" in in_pdf(client, article)
    later(clock, 2, 5)
    DemandStepFactory(demand=demand, meeting=meeting(2, 4), state=DemandState.GRANTED)
    assert "état au 5 février 2025 : obtenue" in in_pdf(client, article)
    assert Article.objects.get().cited_states == {}


def test_a_publication_dated_in_the_past_has_the_state_of_that_day(client, clock, demand):
    later(clock, 3, 10)
    DemandStepFactory(demand=demand, meeting=meeting(3, 3), state=DemandState.GRANTED)
    article = publish(
        citations.of_demand(demand), published_at=datetime(2025, 1, 30, 9, tzinfo=PARIS)
    )
    assert "état au 30 janvier 2025, jour de la publication : à l’étude" in on_paper(
        client, article
    )
    assert "aujourd’hui : obtenue" in online(client, article)


@pytest.mark.parametrize("is_saved_again", [False, True])
def test_a_date_to_come_is_that_of_the_state(client, clock, demand, is_saved_again):
    article = publish(
        citations.of_demand(demand), published_at=datetime(2025, 2, 20, 9, tzinfo=PARIS)
    )
    later(clock, 2, 10)
    DemandStepFactory(demand=demand, meeting=meeting(2, 5), state=DemandState.REFUSED)
    later(clock, 3, 10)
    DemandStepFactory(demand=demand, meeting=meeting(3, 3), state=DemandState.GRANTED)
    call_command("publish_scheduled")
    if is_saved_again:
        Article.objects.get().save()
    assert "état au 20 février 2025, jour de la publication : refusée" in on_paper(client, article)


def test_a_partial_save_that_publishes_keeps_the_states(client, clock, demand):
    article = ArticleFactory(body=f"<p>{citations.of_demand(demand)}</p>")
    article.status = Status.PUBLISHED
    article.save(update_fields=["status"])
    DemandStepFactory(demand=demand, meeting=meeting(1, 29), state=DemandState.GRANTED)
    assert "29 janvier 2025, jour de la publication : à l’étude" in on_paper(client, article)


def test_the_desk_keeps_the_states_when_it_publishes(client, clock, demand):
    client.force_login(UserFactory(role="editor"))
    article = ArticleFactory()
    form = {
        **{"title": "Titre", "slug": "titre", "lead": "", "kicker": "", "meeting": ""},
        **{"body": f"<p>{citations.of_demand(demand)}</p>", "category": CategoryFactory().pk},
        **{"visibility": "public", "reactions_policy": "open", "_publish": "Publier"},
        **{"published_at_0": "", "published_at_1": ""},
        **{"attachments-TOTAL_FORMS": "0", "attachments-INITIAL_FORMS": "0"},
    }
    url = reverse("admin:articles_article_change", args=[article.pk])
    assert client.post(url, form).status_code == 302
    later(clock, 3, 10)
    DemandStepFactory(demand=demand, meeting=meeting(3, 3), state=DemandState.GRANTED)
    article.refresh_from_db()
    assert "29 janvier 2025, jour de la publication : à l’étude" in on_paper(client, article)


def test_a_preview_shows_todays_state(client, demand):
    client.force_login(UserFactory(role="editor"))
    article = ArticleFactory()
    data = {
        **{"title": "Titre", "slug": "titre", "category": article.category_id},
        **{"body": f"<p>{citations.of_demand(demand)}</p>", "visibility": "public"},
        **{"reactions_policy": "open", "status": "draft"},
        **{"attachments-TOTAL_FORMS": "0", "attachments-INITIAL_FORMS": "0"},
    }
    page = client.post(reverse("admin:articles_article_preview_new"), data).content.decode()
    assert "Douze heures : non — aujourd’hui : à l’étude" in words(page)


READ = [online, on_paper, in_pdf]


@pytest.mark.parametrize("read", READ)
def test_a_visitor_learns_nothing_of_what_is_reserved(client, read):
    secret = meeting(1, 20, visibility=MeetingVisibility.MEMBERS, title="CANARI", slug="canari")
    demand = DemandFactory(
        title="CANARI", visibility=DemandVisibility.MEMBERS, raised_on=date(2025, 1, 10)
    )
    commitment = CommitmentFactory(
        agenda_item__meeting=secret, wording="CANARI", made_by="CANARI", due_on=date(2025, 2, 3)
    )
    article = publish(f"{citations.of_demand(demand)}, {citations.of_commitment(commitment)}")
    seen = read(client, article)
    assert "Voir REV-2025-001, engagement de l’administration." in seen
    assert "canari" not in seen.lower()
    assert "déposée" not in seen
    assert "annoncé" not in seen
    html = client.get(article.get_absolute_url()).content.decode()
    assert f"/{demand.reference}/" not in html
    assert commitment.anchor not in html
    client.force_login(UserFactory(adherent=True))
    seen = read(client, article)
    assert "REV-2025-001 : CANARI — " in seen
    assert "« CANARI » (CANARI) — " in seen


@pytest.mark.parametrize("read", READ)
def test_what_a_reserved_meeting_answered_is_told_to_adherents(client, read):
    demand = DemandFactory(raised_on=date(2025, 1, 10))
    DemandStepFactory(demand=demand, meeting=meeting(1, 15), state=DemandState.UNDER_REVIEW)
    secret = meeting(1, 20, visibility=MeetingVisibility.MEMBERS)
    DemandStepFactory(demand=demand, meeting=secret, state=DemandState.REFUSED)
    article = publish(citations.of_demand(demand))
    seen = read(client, article)
    assert ": à l’étude" in seen
    assert "refusée" not in seen
    client.force_login(UserFactory(adherent=True))
    assert ": refusée" in read(client, article)


@pytest.mark.parametrize("read", READ)
def test_what_becomes_reserved_is_named_no_more(client, read, demand):
    article = publish(citations.of_demand(demand))
    assert "Douze heures" in read(client, article)
    demand.visibility = DemandVisibility.MEMBERS
    demand.save()
    seen = read(client, article)
    assert "Voir REV-2025-001." in seen
    assert "à l’étude" not in seen


def test_what_was_reserved_when_published_has_todays_state_for_visitors(client, clock):
    demand = DemandFactory(raised_on=date(2025, 1, 10), visibility=DemandVisibility.MEMBERS)
    article = publish(citations.of_demand(demand))
    later(clock, 3, 10)
    DemandStepFactory(demand=demand, meeting=meeting(3, 3), state=DemandState.GRANTED)
    demand.visibility = DemandVisibility.PUBLIC
    demand.save()
    assert "état au 10 mars 2025 : obtenue" in on_paper(client, article)
    client.force_login(UserFactory(adherent=True))
    assert "29 janvier 2025, jour de la publication : déposée" in on_paper(client, article)


def test_what_follows_the_cut_is_not_looked_for_on_behalf_of_a_visitor(client, demand):
    body = f'Début.</p><hr class="cut"><p>{citations.of_demand(demand)}'
    article = publish(body, visibility=ArticleVisibility.TEASER)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(article.get_absolute_url()).content.decode()
    assert demand.reference not in page
    assert not [query for query in queries if "meetings_demand" in query["sql"]]


@pytest.mark.parametrize("read", READ)
def test_what_is_gone_leaves_the_words_that_were_typed(client, read, commitment):
    article = publish(
        f"{citation(commitment.anchor, 'ce qui fut promis')}, {citation('REV-1999-001', 'ou ça')}"
    )
    commitment.delete()
    seen = read(client, article)
    assert "Voir ce qui fut promis, ou ça." in seen


FORGED = [
    '<data value="REV-2025-001&quot; onclick=&quot;alert(1)">a</data>',
    '<data value="REV-2025-001" onclick="alert(1)" class="x" style="color:red">a</data>',
    '<data value="REV-2025-001"><script>alert(1)</script><img src=x onerror=alert(1)>a</data>',
    '<data value="REV-2025-001"><a href="javascript:alert(1)">a</a><p>b</p></data>',
    '<a href="https://mal.example/"><data value="REV-2025-001">a</data></a>',
    '<data value="engagement-99999999999999999999">a</data>',
    '<data value="engagement-9999999999">a</data>',
    '<data value="engagement-0">a</data><data value="ENGAGEMENT-1-2">b</data>',
    '<data value="REV-2025-001',
]


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_citation_can_do_nothing_but_cite(client, demand, forged):
    article = publish(forged)
    for url in (article.get_absolute_url(), reverse("articles:print", args=[article.slug])):
        page = client.get(url).content.decode()
        assert "alert(1)" not in page
        assert "onclick" not in page
        assert 'style="' not in page
        assert "mal.example" not in page
        assert "<data" not in page


def test_titles_and_words_are_escaped_where_they_are_woven_in(client):
    demand = DemandFactory(title="<script>alert(1)</script>")
    commitment = CommitmentFactory(wording='"><img src=x onerror=alert(1)>', made_by="<b>")
    article = publish(f"{citations.of_demand(demand)} {citations.of_commitment(commitment)}")
    for url in (article.get_absolute_url(), reverse("articles:print", args=[article.slug])):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "(<b>)" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_a_pdf_follows_the_names_of_what_it_cites(client, demand):
    article = publish(citations.of_demand(demand))
    assert "Douze heures : non" in in_pdf(client, article)
    demand.title = "Douze heures, jamais"
    demand.save()
    assert "Douze heures, jamais" in in_pdf(client, article)


def test_a_pdf_is_made_once_as_long_as_nothing_changes(client, demand, monkeypatch):
    article = publish(citations.of_demand(demand))
    first = client.get(reverse("articles:pdf", args=[article.slug])).getvalue()
    monkeypatch.setattr("articles.pdf.from_html", lambda html, reader: b"made again")
    cache.clear()
    assert client.get(reverse("articles:pdf", args=[article.slug])).getvalue() == first
    DemandStepFactory(demand=demand, state=DemandState.GRANTED)
    assert client.get(reverse("articles:pdf", args=[article.slug])).getvalue() == first


@pytest.mark.parametrize("page", ["articles:detail", "articles:print"])
@pytest.mark.parametrize("person", [None, "adherent"])
def test_as_many_queries_for_one_citation_as_for_thirty(client, page, person):
    if person:
        client.force_login(UserFactory(**{person: True}))

    def queries(count):
        body = "".join(
            citations.of_demand(DemandFactory()) + citations.of_commitment(CommitmentFactory())
            for _ in range(count)
        )
        article = publish(body)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(page, args=[article.slug])).status_code == 200
        return len(captured)

    queries(1)
    none, one, thirty = queries(0), queries(1), queries(30)
    assert one == thirty == none + 2


def test_lists_look_for_nothing(client, demand):
    publish(citations.of_demand(demand))
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("articles:list")).content.decode()
    assert demand.reference not in page
    assert not [query for query in queries if "meetings_demand" in query["sql"]]
    assert not [query for query in queries if "cited_states" in query["sql"]]


class TestFinding:
    @pytest.fixture(autouse=True)
    def _editor(self, client):
        client.force_login(UserFactory(role="editor"))

    def found(self, client, **asked):
        return client.get(FIND, asked).json()["results"]

    def values(self, client, **asked):
        return [result["value"] for result in self.found(client, **asked)]

    def test_by_reference_and_by_words_without_accents(self, client, demand, commitment):
        other = CommitmentFactory(wording="Une étude sur les congés", made_by="le préfet")
        assert self.values(client, q="rev-2025-001") == [demand.reference]
        assert self.values(client, q="DOUZE heures") == [demand.reference]
        assert self.values(client, q="etude conges") == [other.anchor]
        assert self.values(client, q="Directrice") == [commitment.anchor]
        assert set(self.values(client, q="engagement")) == {commitment.anchor, other.anchor}
        assert len(self.values(client, q="")) == 3
        assert self.values(client, q="introuvable") == []
        assert self.values(client, q="%") == []

    def test_what_is_offered_names_the_thing_and_inserts_nothing_reserved(self, client, demand):
        (result,) = self.found(client, q="douze")
        assert result["words"] == demand.reference
        assert words(result["name"]) == "REV-2025-001 : Douze heures : non"
        assert words(result["state"]) == "à l’étude (depuis le 20 janvier 2025)"
        assert result["reserved"] is False

    def test_what_visitors_will_not_see_is_told(self, client):
        secret = meeting(1, 20, visibility=MeetingVisibility.MEMBERS)
        commitment = CommitmentFactory(agenda_item__meeting=secret, wording="CANARI")
        demand = DemandFactory(visibility=DemandVisibility.MEMBERS, title="CANARI")
        for result in self.found(client, q="canari"):
            assert result["reserved"] is True
            assert "CANARI" not in result["words"]
        assert set(self.values(client, q="canari")) == {commitment.anchor, demand.reference}

    def test_what_a_text_already_cites_is_named(self, client, demand, commitment):
        asked = [demand.reference, commitment.anchor, "REV-1999-001", "engagement-0", "x"]
        assert set(self.values(client, value=asked)) == {demand.reference, commitment.anchor}

    def test_there_are_twenty_at_most_in_as_many_queries(self, client):
        def queries():
            with CaptureQueriesContext(connection) as captured:
                client.get(FIND, {"q": "promesse"})
                client.get(FIND)
            return len(captured)

        DemandFactory(title="Une promesse")
        CommitmentFactory()
        client.get(FIND)
        few = queries()
        DemandFactory.create_batch(15, title="Une promesse")
        CommitmentFactory.create_batch(15)
        assert queries() == few
        assert len(self.found(client, q="promesse")) == 20

    def test_too_many_words_are_no_fault(self, client):
        assert self.values(client, q="mot " * 5000) == []

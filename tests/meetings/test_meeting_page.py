"""The page of a meeting: the record of what was said, and what each reader may know of it."""

import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.models import AgendaItem, DemandState, MeetingStatus, OutcomeKind
from tests.factories import (
    AgendaItemFactory,
    ArticleFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    DocumentFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")


def text(client, meeting):
    return client.get(meeting.get_absolute_url()).content.decode()


def words(client, meeting):
    """What is read in the page, on one line, without the markup."""
    main = text(client, meeting).partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("\u202f", " ").split())


def held(days_ago, **traits):
    day = timezone.now() - timedelta(days=days_ago)
    return MeetingFactory(status="held", starts_at=day, **traits)


@pytest.fixture
def meeting():
    return held(20)


def test_the_head_says_what_when_where_and_who(client):
    meeting = MeetingFactory(
        kind="social_committee",
        title="Plan probité",
        status=MeetingStatus.BOYCOTTED,
        starts_at=datetime(2026, 2, 10, 9, 30, tzinfo=PARIS),
        ends_at=datetime(2026, 2, 10, 12, 0, tzinfo=PARIS),
        place="Direction, salle 2",
        delegation="La secrétaire\nDeux agents",
    )
    shown = words(client, meeting)
    assert "mardi 10 février 2026 , de 9 h 30 à 12 h" in shown
    for word in ("CSA", "Plan probité", "Direction, salle 2", "Boycottée", "Deux agents"):
        assert word in shown
    assert f'href="{reverse("meetings:ics", args=[meeting.slug])}"' in text(client, meeting)


def test_a_meeting_over_two_days_gives_both(client):
    meeting = MeetingFactory(
        starts_at=datetime(2026, 2, 10, 14, 0, tzinfo=PARIS),
        ends_at=datetime(2026, 2, 11, 12, 0, tzinfo=PARIS),
    )
    assert "Du 10 février 2026, 14 h , au 11 février 2026, 12 h" in words(client, meeting)


def test_a_summary_counts_what_the_reader_sees(client, meeting):
    item = AgendaItemFactory(meeting=meeting)
    AgendaItemFactory(meeting=meeting, parent=item)
    AgendaItemFactory(meeting=meeting)
    DemandStepFactory(meeting=meeting, agenda_item=item)
    reserved = DemandFactory(members_only=True)
    DemandStepFactory(meeting=meeting, agenda_item=item, demand=reserved)
    CommitmentFactory(agenda_item=item)
    DocumentFactory(meeting=meeting, members_only=True)
    ArticleFactory(published=True, meeting=meeting)
    counts = "2 points à l’ordre du jour 1 revendication 1 engagement 1 compte rendu"
    assert counts in words(client, meeting)
    client.force_login(UserFactory(adherent=True))
    counts = "2 points à l’ordre du jour 2 revendications 1 engagement 1 document 1 compte rendu"
    assert counts in words(client, meeting)


def test_a_demand_is_shown_where_it_came_up(client, meeting):
    first = AgendaItemFactory(meeting=meeting, title="Les effectifs", position=1)
    AgendaItemFactory(meeting=meeting, title="Les horaires", position=2)
    demand = DemandFactory(title="Douze postes vacants")
    DemandStepFactory(
        demand=demand,
        agenda_item=first,
        meeting=None,
        state=DemandState.POSTPONED,
        answer="Pas de date.",
        quote="Je ne peux pas vous répondre.",
    )
    # What became of it since is told by its own page.
    DemandStepFactory(demand=demand, meeting=held(1), state=DemandState.GRANTED)
    shown = words(client, meeting)
    entry = shown[shown.index("Les effectifs") : shown.index("Les horaires")]
    for word in (demand.reference, "Douze postes vacants", "renvoyée à plus tard", "Pas de date."):
        assert word in entry
    assert "« Je ne peux pas vous répondre. »" in entry
    assert "obtenue" not in shown
    assert f'href="{demand.get_absolute_url()}"' in text(client, meeting)


def test_a_point_that_takes_up_a_demand_names_it_once(client, meeting):
    demand = DemandFactory(title="Deux agents")
    item = AgendaItemFactory(meeting=meeting, title="", demand=demand)
    DemandStepFactory(demand=demand, meeting=meeting, agenda_item=item, answer="C’est non.")
    other = DemandStepFactory(meeting=meeting, agenda_item=item).demand
    shown = words(client, meeting)
    assert shown.count("Deux agents") == shown.count(demand.reference) == 1
    assert "C’est non." in shown
    assert f"{other.reference} {other.title}" in shown


def test_a_demand_raised_outside_of_the_agenda_has_its_section(client, meeting):
    AgendaItemFactory(meeting=meeting)
    step = DemandStepFactory(meeting=meeting, answer="Transmis.")
    shown = words(client, meeting)
    apart = shown[shown.index("Revendications hors ordre du jour") :]
    assert step.demand.reference in apart
    assert "Transmis." in apart


def test_a_correction_takes_the_place_of_what_it_corrects(client, meeting):
    item = AgendaItemFactory(meeting=meeting)
    wrong = DemandStepFactory(meeting=meeting, agenda_item=item, answer="Notée par erreur.")
    again = DemandStepFactory(demand=wrong.demand, meeting=None, corrects=wrong, answer="Presque.")
    DemandStepFactory(
        demand=wrong.demand,
        meeting=None,
        corrects=again,
        state=DemandState.REFUSED,
        answer="Ce qui fut dit.",
    )
    shown = words(client, meeting)
    assert "Notée par erreur." not in shown
    assert "Presque." not in shown
    assert "Ce qui fut dit." in shown
    assert "rectifié le" in shown
    assert "hors ordre du jour" not in shown
    assert "1 revendication" in shown


def test_a_commitment_is_told_word_for_word_at_its_anchor(client, meeting):
    item = AgendaItemFactory(meeting=meeting, title="Les effectifs")
    demand = DemandFactory()
    commitment = CommitmentFactory(
        agenda_item=item,
        wording="Les postes seront publiés en septembre.",
        made_by="la directrice",
        due_on=date(2020, 9, 1),
        demand=demand,
    )
    page = text(client, meeting)
    assert f'id="{commitment.anchor}"' in page
    shown = words(client, meeting)
    assert "« Les postes seront publiés en septembre. »" in shown
    for word in ("La directrice", "1er septembre 2020", "annoncé", "en retard de"):
        assert word in shown
    assert f"Répond à la revendication {demand.reference}" in shown


def test_a_commitment_kept_is_not_late(client, meeting):
    item = AgendaItemFactory(meeting=meeting)
    document = DocumentFactory(title="Note de service")
    CommitmentFactory(
        agenda_item=item,
        overdue=True,
        state="kept",
        proof="Reçue le 3 mars.",
        proof_document=document,
    )
    shown = words(client, meeting)
    assert "tenu" in shown
    assert "en retard" not in shown
    assert "Preuve : Reçue le 3 mars. Note de service" in shown
    assert f'href="{document.get_absolute_url()}"' in text(client, meeting)


def test_a_commitment_replaced_says_by_which(client, meeting):
    newer = CommitmentFactory(agenda_item__meeting=held(5))
    CommitmentFactory(agenda_item__meeting=meeting, state="superseded", superseded_by=newer)
    assert "Remplacé par l’engagement de la" in words(client, meeting)
    assert f'href="{newer.get_absolute_url()}"' in text(client, meeting)


def test_an_item_left_over_is_linked_both_ways(client):
    before, after = held(60), held(20)
    item = AgendaItemFactory(
        meeting=before, title="Les ateliers", outcome_kind=OutcomeKind.POSTPONED
    )
    later = AgendaItemFactory(meeting=after, title="", takes_up=item)
    page = text(client, after)
    assert "<h3>Les ateliers</h3>" in page
    assert "Reprend un point renvoyé de la réunion du" in words(client, after)
    assert f'href="{before.get_absolute_url()}#point-{item.pk}"' in page
    assert f'id="point-{later.pk}"' in page
    page = text(client, before)
    assert "Repris à la réunion du" in words(client, before)
    assert f'href="{after.get_absolute_url()}#point-{later.pk}"' in page


def test_a_point_put_off_again_and_again_tells_what_came_after_it(client):
    meetings = [held(days) for days in (90, 60, 30)]
    first = AgendaItemFactory(meeting=meetings[0], title="Les ateliers")
    items = [AgendaItemFactory(meeting=each, title="", takes_up=first) for each in meetings[1:]]
    link = '#point-{}"'.format
    assert link(items[0].pk) in text(client, meetings[0])
    assert link(items[1].pk) in text(client, meetings[0])
    middle = text(client, meetings[1])
    assert link(first.pk) in middle
    assert link(items[1].pk) in middle
    assert "Repris à" not in words(client, meetings[2])


def test_a_demand_and_a_commitment_taken_up_are_linked_both_ways(client):
    before, after = held(60), held(20)
    demand = DemandFactory(title="Douze postes vacants")
    DemandStepFactory(demand=demand, meeting=before)
    commitment = CommitmentFactory(
        agenda_item__meeting=before, wording="Le tableau viendra avant l’été."
    )
    of_demand = AgendaItemFactory(meeting=after, title="", demand=demand)
    of_commitment = AgendaItemFactory(meeting=after, title="", commitment=commitment)
    shown = words(client, after)
    assert "Douze postes vacants" in shown
    assert f"Reprend la revendication {demand.reference}" in shown
    assert "Engagement : Le tableau viendra avant l’été." in shown
    assert "Reprend l’engagement pris à la réunion du" in shown
    page = text(client, after)
    assert f'href="{demand.get_absolute_url()}"' in page
    assert f'href="{commitment.get_absolute_url()}"' in page
    page = text(client, before)
    assert "Reprise à la réunion du" in words(client, before)
    assert "Repris à la réunion du" in words(client, before)
    for item in (of_demand, of_commitment):
        assert f'href="{after.get_absolute_url()}#point-{item.pk}"' in page


class Canary:
    """A public meeting surrounded by reserved things, each of which says so."""

    def __init__(self):
        self.reserved = held(40, members_only=True, title="CANARI réunion", slug="canari-avant")
        self.meeting = held(20, follows=self.reserved)
        self.later = MeetingFactory(
            follows=self.meeting, members_only=True, title="CANARI suite", slug="canari-apres"
        )
        self.point = AgendaItemFactory(meeting=self.reserved, title="CANARI point")
        self.promise = CommitmentFactory(agenda_item=self.point, wording="CANARI promesse")
        self.demand = DemandFactory(members_only=True, title="CANARI revendication")
        self.document = DocumentFactory(
            meeting=self.reserved, title="CANARI document", file__filename="canari.pdf"
        )
        self.take_up(title="")
        self.take_up(title="Un intitulé à nous")
        item = AgendaItemFactory(meeting=self.meeting, title="Au grand jour")
        DemandStepFactory(demand=self.demand, agenda_item=item, meeting=None, answer="CANARI oui")
        DemandStepFactory(demand=self.demand, meeting=self.meeting, quote="CANARI citation")
        CommitmentFactory(
            agenda_item=item,
            wording="Au su de tous",
            demand=self.demand,
            superseded_by=self.promise,
            proof_document=self.document,
        )
        DocumentFactory(meeting=self.meeting, title="CANARI pièce", members_only=True)
        DocumentFactory(meeting=self.meeting, title="La même pièce")
        DemandStepFactory(meeting=self.meeting)
        for origin in ({"takes_up": item}, {"commitment": item.commitments.get()}):
            AgendaItemFactory(meeting=self.later, title="CANARI repris", **origin)

    def take_up(self, title):
        """Points that take up what is reserved, with or without words of their own."""
        for origin in (
            {"demand": self.demand},
            {"commitment": self.promise},
            {"takes_up": self.point},
            {"takes_up": self.wordless_point()},
        ):
            AgendaItemFactory(meeting=self.meeting, title=title, **origin)

    def wordless_point(self):
        """In a public meeting, with no words but those of a reserved demand."""
        public = held(30, slug=f"publique-{AgendaItem.objects.count()}")
        return AgendaItemFactory(meeting=public, title="", demand=self.demand)


@pytest.mark.parametrize("who", [None, "lapsed", "pending"])
def test_what_is_reserved_around_a_public_meeting_leaves_no_trace(client, who):
    canary = Canary()
    if who:
        client.force_login(UserFactory(**{who: True}))
    page = text(client, canary.meeting)
    assert "canari" not in page.lower()
    assert canary.demand.reference not in page
    for trace in ("Reprend l’engagement", "Reprend la revendication", "Remplacé par", "Preuve"):
        assert trace not in page
    assert "Repris à la" not in page
    assert "Même fichier" not in page
    assert "Un intitulé à nous" in page
    assert "Au su de tous" in page
    assert "La même pièce" in page


def test_an_adherent_reads_all_of_it(client):
    canary = Canary()
    client.force_login(UserFactory(adherent=True))
    page = words(client, canary.meeting)
    for shown in (
        "CANARI réunion",
        "CANARI suite",
        "CANARI point",
        "CANARI promesse",
        "CANARI revendication",
        "CANARI document",
        "CANARI oui",
        "CANARI citation",
        "CANARI pièce",
        "Repris à la réunion du",
        "Même fichier",
    ):
        assert shown in page


def test_a_sub_item_outlives_an_item_that_the_reader_does_not_see(client, meeting):
    hidden = AgendaItemFactory(
        meeting=meeting, title="", demand=DemandFactory(members_only=True, title="CANARI")
    )
    AgendaItemFactory(meeting=meeting, parent=hidden, title="Un sous-point public")
    page = text(client, meeting)
    assert "CANARI" not in page
    assert "<h3>Un sous-point public</h3>" in page


def test_what_hangs_on_an_item_that_the_reader_does_not_see_is_apart(client, meeting):
    hidden = AgendaItemFactory(
        meeting=meeting, title="", demand=DemandFactory(members_only=True, title="CANARI")
    )
    commitment = CommitmentFactory(agenda_item=hidden, wording="Promis à tous")
    page = text(client, meeting)
    assert "CANARI" not in page
    assert "Promis à tous" in page
    assert f'id="{commitment.anchor}"' in page


def test_markup_in_any_field_is_text(client):
    evil = "<script>alert(1)</script>"
    before = held(60)
    meeting = held(20, follows=before, title=evil, place=evil, delegation=evil)
    item = AgendaItemFactory(
        meeting=meeting, title=evil, presented=evil, discussion=evil, outcome=evil
    )
    demand = DemandFactory(title=evil)
    DemandStepFactory(demand=demand, agenda_item=item, meeting=None, answer=evil, quote=evil)
    CommitmentFactory(agenda_item=item, wording=evil, made_by=evil, proof=evil, demand=demand)
    DocumentFactory(meeting=meeting, title=evil)
    page = text(client, meeting)
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") >= 12


class Headings(HTMLParser):
    def __init__(self):
        super().__init__()
        self.levels = []

    def handle_starttag(self, tag, attrs):
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))


def test_headings_are_in_order(client):
    canary = Canary()
    AgendaItemFactory(meeting=canary.meeting, parent=canary.meeting.agenda_items.first())
    client.force_login(UserFactory(adherent=True))
    headings = Headings()
    headings.feed(text(client, canary.meeting))
    levels = headings.levels
    assert levels.count(1) == 1
    assert 4 in levels
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize("who", [None, "adherent"])
def test_the_page_takes_the_same_queries_whatever_it_holds(client, who):
    if who:
        client.force_login(UserFactory(**{who: True}))
    before = held(60)
    meeting = held(20, follows=before)
    later = MeetingFactory(follows=meeting)

    def fill(count):
        for number in range(count):
            old = AgendaItemFactory(meeting=before)
            old_promise = CommitmentFactory(agenda_item=old)
            demand = DemandFactory()
            item = AgendaItemFactory(meeting=meeting, title="", takes_up=old)
            AgendaItemFactory(meeting=meeting, title="", parent=item, demand=demand)
            sub = AgendaItemFactory(meeting=meeting, title="", parent=item, commitment=old_promise)
            proof = DocumentFactory(meeting=meeting, agenda_item=sub, title=f"Preuve {number}")
            DocumentFactory(meeting=meeting)
            DocumentFactory(meeting=before)
            wrong = DemandStepFactory(demand=demand, agenda_item=item, meeting=None)
            DemandStepFactory(demand=demand, meeting=None, corrects=wrong)
            DemandStepFactory(meeting=meeting)
            newer = CommitmentFactory(agenda_item__meeting=later)
            promise = CommitmentFactory(
                agenda_item=sub,
                overdue=True,
                demand=demand,
                proof_document=proof,
                superseded_by=newer,
            )
            AgendaItemFactory(meeting=later, title="", takes_up=old)
            AgendaItemFactory(meeting=later, title="", demand=demand)
            AgendaItemFactory(meeting=later, title="", commitment=promise)
            MeetingFactory(follows=meeting, starts_at=later.starts_at + timedelta(days=number + 1))
            ArticleFactory(published=True, meeting=meeting)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(meeting.get_absolute_url()).status_code == 200
        return len(captured)

    fill(1)
    few = queries()
    fill(12)
    assert queries() == few


def test_the_list_can_be_narrowed_down(client):
    MeetingFactory(
        title="Un CSA de 2025",
        kind="social_committee",
        starts_at=datetime(2025, 3, 6, 9, tzinfo=PARIS),
    )
    # Already 2025 in Paris, still 2024 in universal time.
    MeetingFactory(
        title="La nuit du Nouvel An", starts_at=datetime(2025, 1, 1, 0, 30, tzinfo=PARIS)
    )
    MeetingFactory(title="En 2024", starts_at=datetime(2024, 5, 2, 9, tzinfo=PARIS))
    MeetingFactory(title="CANARI", members_only=True, starts_at=datetime(2019, 5, 2, tzinfo=PARIS))

    def titles(**asked):
        page = client.get(reverse("meetings:list"), asked).content.decode()
        found = {"Un CSA de 2025", "La nuit du Nouvel An", "En 2024", "CANARI"}
        return {title for title in found if title in page}, page

    assert titles(annee="2025")[0] == {"Un CSA de 2025", "La nuit du Nouvel An"}
    assert titles(annee="2025", reunion="social_committee")[0] == {"Un CSA de 2025"}
    assert titles(reunion="audience")[0] == set()
    everything = {"Un CSA de 2025", "La nuit du Nouvel An", "En 2024"}
    for wrong in ({"annee": "hier"}, {"annee": "2019"}, {"reunion": "x"}):
        found, page = titles(**wrong)
        assert found == everything
        assert "laissée de côté" in page
    assert "2019" not in titles()[1]


def test_the_next_page_of_the_list_keeps_the_choice(client):
    for day in range(25):
        MeetingFactory(kind="audience", starts_at=datetime(2025, 3, 1 + day, tzinfo=PARIS))
    page = client.get(reverse("meetings:list"), {"reunion": "audience"}).content.decode()
    assert "?reunion=audience&amp;page=2" in page

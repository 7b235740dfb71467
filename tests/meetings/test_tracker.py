"""The tracker of demands: filters, figures and waiting, each within what the reader may know."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cgtdouanes.text.typography import NARROW
from meetings import tracker
from meetings.chart import segments
from meetings.filters import DemandFilter
from meetings.models import OPEN_STATES, Commitment, Demand, DemandState
from tests.factories import (
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2025, 6, 30)
VISITOR = AnonymousUser()


@pytest.fixture(autouse=True)
def _on_the_thirtieth_of_june():
    with time_machine.travel(datetime(2025, 6, 30, 12, tzinfo=PARIS), tick=False):
        yield


def ago(days):
    return TODAY - timedelta(days=days)


def held(day, **given):
    starts_at = datetime.combine(day, datetime.min.time(), PARIS).replace(hour=9)
    return MeetingFactory(held=True, starts_at=starts_at, **given)


def demand_in(state, *, waited=40, answered_after=10, **given):
    """A demand raised so many days ago, heard once in a public meeting."""
    demand = DemandFactory(raised_on=ago(waited), **given)
    DemandStepFactory(
        demand=demand, meeting=held(ago(waited - answered_after)), state=DemandState(state)
    )
    return demand


def listed(client, **asked):
    """The references that the page lists, in its order."""
    response = client.get(reverse("meetings:demand_list"), asked)
    assert response.status_code == 200
    return [demand.reference for demand in response.context["page_obj"]]


def page(client, **asked):
    return client.get(reverse("meetings:demand_list"), asked).content.decode()


def words_on(html):
    """The page without its narrow spaces, which are tested elsewhere."""
    return html.replace("\u202f", " ")


# Filters


def test_the_latest_raised_comes_first(client):
    old, new = DemandFactory(raised_on=ago(90)), DemandFactory(raised_on=ago(3))
    assert listed(client) == [new.reference, old.reference]


@pytest.mark.parametrize("state", DemandState)
def test_by_state(client, state):
    every = {each: demand_in(each) for each in DemandState}
    assert listed(client, etat=state.value) == [every[state].reference]


def test_by_all_that_is_under_way(client):
    under_way = OPEN_STATES - {DemandState.UNANSWERED}
    every = {each: demand_in(each) for each in DemandState}
    found = listed(client, etat="under_way")
    assert set(found) == {every[state].reference for state in under_way}


def test_by_theme_year_and_words(client):
    wanted = DemandFactory(theme="Santé", raised_on=date(2024, 5, 2), title="Un médecin à Lille")
    DemandFactory(theme="Santé", raised_on=date(2025, 5, 2), title="Un médecin à Lille")
    DemandFactory(theme="Effectifs", raised_on=date(2024, 5, 2), title="Un médecin à Lille")
    DemandFactory(theme="Santé", raised_on=date(2024, 5, 2), title="Un vestiaire")
    assert listed(client, theme="Santé", annee="2024", q="MEDECIN lille") == [wanted.reference]


def test_by_kind_of_meeting(client):
    heard = DemandStepFactory(meeting=held(ago(5), kind="audience")).demand
    # Twice in such a meeting: once in the list.
    DemandStepFactory(demand=heard, meeting=held(ago(2), kind="audience"))
    DemandStepFactory(meeting=held(ago(5), kind="working_group"))
    DemandFactory()
    assert listed(client, reunion="audience") == [heard.reference]


def test_a_corrected_step_does_not_say_where_the_demand_came_up(client):
    wrong = DemandStepFactory(meeting=held(ago(5), kind="audience"))
    DemandStepFactory(
        demand=wrong.demand, corrects=wrong, meeting=held(ago(5), kind="working_group")
    )
    assert listed(client, reunion="audience") == []
    assert listed(client, reunion="working_group") == [wrong.demand.reference]


@pytest.mark.parametrize(
    "asked",
    [
        {"etat": "obtenu"},
        {"theme": "Rien de tel"},
        {"reunion": "banquet"},
        {"annee": "deux mille"},
        {"annee": "1789"},
        {"annee": "99999999999999999999"},
        {"q": "é" * 101},
    ],
)
def test_what_is_not_understood_is_told_and_left_out(client, asked):
    demand = DemandFactory(title="Un vestiaire")
    DemandFactory(title="Un abri")
    html = page(client, **asked, **({} if "q" in asked else {"q": "vestiaire"}))
    assert "n’a pas été comprise" in html
    assert 'aria-invalid="true"' in html
    assert demand.title in html
    assert ("Un abri" in html) is ("q" in asked)


@pytest.mark.parametrize(
    "asked", [{"q": "%_\\'\";--"}, {"q": "<script>alert(1)</script>"}, {"page": "x", "autre": "1"}]
)
def test_odd_questions_are_answered_calmly(client, asked):
    DemandFactory()
    assert "<script>alert" not in page(client, **asked)


def test_nothing_found_is_said(client):
    DemandFactory()
    assert "Aucune revendication ne correspond" in page(client, q="introuvable")


def test_none_is_counted_in_the_singular(client):
    DemandFactory()
    assert "0 revendication</h2>" in page(client, q="introuvable")


def test_a_printed_list_says_what_it_holds_and_of_which_day_it_is(client):
    demand_in("granted", theme="Effectifs")
    printed = page(client).replace(NARROW, " ").split('class="print-only')[1]
    assert "Filtres" not in printed
    assert "Liste entière, au 30 juin 2025. Version à jour : http" in printed
    for _ in range(20):
        demand_in("refused", theme="Effectifs", title="Des gants")
    asked = {"q": "gants", "etat": "refused", "theme": "Effectifs", "reunion": "technical"}
    demand_in("refused", theme="Effectifs", title="Des gants")
    printed = page(client, page="2", **asked).replace(NARROW, " ").split('class="print-only')[1]
    assert (
        "Filtres : mots « gants », état « refusée », thème « Effectifs », "
        "type de réunion « réunion technique »." in printed
    )
    assert "Page 2 sur 2 de la liste, au 30 juin 2025." in printed
    assert "/revendications/?page=2&amp;q=gants&amp;etat=refused" in printed


def test_without_any_demand_the_page_says_so(client):
    assert "Aucune revendication n’est enregistrée" in page(client)


def test_filters_are_kept_on_the_next_page_in_the_figures_and_in_the_exports(client):
    for _ in range(21):
        DemandFactory(theme="Santé & sécurité")
    html = page(client, theme="Santé & sécurité", q="revendication")
    query = "q=revendication&amp;theme=Sant%C3%A9+%26+s%C3%A9curit%C3%A9"
    for url in (
        f"/revendications/export.csv?{query}",
        f"/revendications/export.json?{query}",
        f"/revendications/?{query}&amp;etat=granted",
    ):
        assert url in html
    assert "theme=Sant%C3%A9+%26+s%C3%A9curit%C3%A9" in html.partition('rel="next"')[2][:150]
    second = {"theme": "Santé & sécurité", "q": "revendication", "page": "2"}
    assert len(listed(client, **second)) == 1


# What each reader may know


def test_a_visitor_learns_nothing_reserved(client):
    known = DemandFactory(title="Connue", theme="Effectifs")
    DemandFactory(members_only=True, title="CANARI réservé", theme="CANARI thème", text="CANARI")
    DemandFactory(members_only=True, raised_on=date(1999, 1, 1))
    DemandStepFactory(
        demand__title="CANARI entendue en secret", meeting=held(ago(3), members_only=True)
    )
    DemandStepFactory(demand=known, meeting=held(ago(9)), state="raised")
    DemandStepFactory(
        demand=known, meeting=held(ago(3), members_only=True, kind="audience"), state="granted"
    )
    html = page(client)
    assert "CANARI" not in html
    assert "1999" not in html
    assert "1 revendication<" in html
    assert listed(client, q="canari") == []
    assert listed(client, etat="granted") == []
    assert listed(client, reunion="audience") == []
    assert listed(client, etat="raised") == [known.reference]
    client.force_login(UserFactory(adherent=True))
    assert listed(client, etat="granted", reunion="audience") == [known.reference]
    assert "CANARI thème" in page(client)


def test_the_figures_count_what_the_reader_knows():
    demand = demand_in("under_review")
    DemandStepFactory(demand=demand, meeting=held(ago(1), members_only=True), state="granted")
    DemandFactory(members_only=True)
    member = UserFactory(adherent=True)
    assert tracker.figures(Demand.objects.visible_to(VISITOR)).by_state == {"under_review": 1}
    counted = tracker.figures(Demand.objects.visible_to(member)).by_state
    assert counted == {"granted": 1, "raised": 1}


# Figures


def figures_of(counts):
    return tracker.Figures(counts)


def test_the_shares():
    figures = figures_of({"granted": 2, "refused": 1, "raised": 3, "postponed": 1, "unanswered": 1})
    shares = [(share.group.key, share.count, share.percent) for share in figures.shares]
    assert shares == [
        ("granted", 2, "25 %"),
        ("partially_granted", 0, "0 %"),
        ("refused", 1, "12 %"),
        ("unanswered", 1, "12 %"),
        ("under_way", 4, "50 %"),
    ]


@pytest.mark.parametrize(
    ("counts", "points"),
    [
        ((12, 9, 5, 3, 9, 2), [30, 23, 12, 7, 23, 5]),
        ((12, 11, 6, 3, 8, 2), [29, 26, 14, 7, 19, 5]),
        ((1, 1, 1, 0, 0, 0), [33, 33, 33, 0, 0]),
        ((0, 0, 5, 0, 0, 0), [0, 0, 100, 0, 0]),
        ((0, 0, 0, 0, 0, 0), [0, 0, 0, 0, 0]),
    ],
)
def test_the_shares_never_make_more_than_a_hundred_and_equals_have_the_same(counts, points):
    states = ["granted", "partially_granted", "refused", "unanswered", "raised", "withdrawn"]
    shares = figures_of(dict(zip(states, counts, strict=True))).shares
    assert [share.points for share in shares] == points


def test_the_page_says_that_shares_are_rounded_only_where_they_are(client):
    for state in ("granted", "refused"):
        demand_in(state)
    assert "arrondies" not in page(client)
    demand_in("unanswered")
    assert "Les parts sont arrondies" in words_on(page(client))


def test_every_state_is_counted_once():
    counted = sorted(state for group in tracker.GROUPS for state in group.states)
    assert counted == sorted(DemandState)


def test_a_few_are_not_said_to_be_none_nor_nearly_all_to_be_all():
    shares = figures_of({"granted": 999, "refused": 1}).shares
    assert (shares[0].percent, shares[2].percent) == ("plus de 99 %", "moins de 1 %")


def test_the_segments_fill_the_bar():
    drawn = segments(figures_of({"granted": 1, "refused": 1, "withdrawn": 2}))
    assert [(one.group.key, one.start, one.width, one.middle) for one in drawn] == [
        ("granted", "0.000%", "25.000%", "12.500%"),
        ("refused", "25.000%", "25.000%", "37.500%"),
        ("withdrawn", "50.000%", "50.000%", "75.000%"),
    ]


def test_a_number_is_written_where_there_is_room_for_it():
    drawn = segments(figures_of({"granted": 97, "refused": 3}))
    assert [one.has_room for one in drawn] == [True, False]
    assert segments(figures_of({})) == []


def test_the_page_draws_the_figures_and_gives_them_in_a_table(client):
    demand_in("granted")
    demand_in("granted")
    demand_in("refused")
    html = words_on(page(client, etat="refused"))
    assert 'role="img" aria-labelledby="barre-titre barre-texte"' in html
    assert "pour 3 revendications : 2 obtenues, 1 refusée." in html
    table = html.partition("<table")[2].partition("</table>")[0]
    assert "<td>2</td>\n<td>67 %</td>" in table
    assert "/revendications/?etat=granted" in table


def test_the_figures_leave_the_state_filter_aside_and_obey_the_others():
    demand_in("granted", theme="Santé")
    demand_in("refused", theme="Santé")
    demand_in("refused", theme="Effectifs")
    asked = DemandFilter(QueryDict("etat=granted&theme=Sant%C3%A9"), VISITOR)
    assert tracker.figures(asked.in_every_state()).by_state == {"granted": 1, "refused": 1}
    assert [demand.shown_state for demand in asked.demands()] == ["granted"]


# Waiting


def waits_of(user=VISITOR):
    demands = Demand.objects.visible_to(user)
    return tracker.waits(demands, tracker.figures(demands))


def test_the_waiting_of_an_odd_and_of_an_even_number():
    for waited in (10, 20, 90):
        demand_in("under_review", waited=waited)
    waits = waits_of()
    assert (waits.open_count, waits.median_open, waits.longest_days) == (3, 20, 90)
    longest = demand_in("unanswered", waited=200)
    waits = waits_of()
    assert (waits.open_count, waits.median_open, waits.longest) == (4, 55, longest)


def test_the_time_that_answers_took():
    for days, state in ((5, "granted"), (9, "refused"), (40, "partially_granted")):
        demand_in(state, waited=60, answered_after=days)
    demand_in("withdrawn", waited=60, answered_after=1)
    waits = waits_of()
    assert (waits.answered_count, waits.median_answer, waits.open_count) == (3, 9, 0)
    assert (waits.median_open, waits.longest) == (None, None)


def test_an_answer_dated_before_the_raising_took_no_time():
    demand_in("granted", waited=10, answered_after=-30)
    assert waits_of().median_answer == 0


def test_the_waiting_is_what_the_reader_knows_of():
    demand = DemandFactory(raised_on=ago(50))
    DemandStepFactory(demand=demand, meeting=held(ago(30)), state="under_review")
    DemandStepFactory(demand=demand, meeting=held(ago(20), members_only=True), state="granted")
    DemandFactory(members_only=True, raised_on=ago(900))
    visitor, member = waits_of(), waits_of(UserFactory(adherent=True))
    assert (visitor.longest_days, visitor.answered_count) == (50, 0)
    assert (member.longest_days, member.median_answer) == (900, 30)


@pytest.mark.parametrize(
    ("state", "waited", "answered_after", "words"),
    [
        ("under_review", 214, 10, "attend une réponse depuis 214 jours"),
        ("unanswered", 1, 0, "attend une réponse depuis 1 jour"),
        ("raised", 0, 0, "attend une réponse depuis aujourd’hui"),
        ("refused", 100, 96, "réponse en 96 jours"),
        ("granted", 100, 1, "réponse en 1 jour"),
        ("partially_granted", 100, 0, "réponse le jour même"),
        ("withdrawn", 100, 30, "retirée après 30 jours"),
        ("withdrawn", 100, 0, "retirée le jour même"),
    ],
)
def test_the_waiting_in_words(client, state, waited, answered_after, words):
    demand_in(state, waited=waited, answered_after=answered_after)
    assert f"<span>{words}</span>" in words_on(page(client))


# Cost


@pytest.mark.parametrize("signed_in", [False, True])
@pytest.mark.parametrize("asked", [{}, {"reunion": "technical", "q": "revendication"}])
def test_the_list_takes_the_same_queries_for_1_row_and_for_100(client, signed_in, asked):
    url = reverse("meetings:demand_list")
    if signed_in:
        client.force_login(UserFactory(adherent=True))

    def fill(count):
        for number in range(count):
            demand_in(list(DemandState)[number % 8], theme=f"Thème {number}")

    fill(1)
    client.get(url, asked)
    with CaptureQueriesContext(connection) as one:
        client.get(url, asked)
    fill(99)
    with CaptureQueriesContext(connection) as hundred:
        client.get(url, asked)
    assert len(hundred) == len(one)
    assert len(one) <= (12 if signed_in else 8)


# The home page and the menu


def test_the_home_page_tells_the_state_of_the_demands(client):
    demand_in("granted")
    demand_in("refused")
    CommitmentFactory(overdue=True)
    CommitmentFactory(overdue=True, agenda_item__meeting=held(ago(20), members_only=True))
    html = client.get("/").content.decode()
    assert "Les 2 revendications suivies" in html
    assert "1 obtenue<" in html
    assert "1 engagement de l’administration en retard" in html
    assert '"/engagements/?etat=overdue"' in html


def test_the_home_page_counts_nothing_reserved(client):
    DemandFactory(members_only=True)
    assert "revendications suivies" not in client.get("/").content.decode()
    assert Commitment.objects.count() == 0


@pytest.mark.parametrize(
    ("url", "current"),
    [
        ("/revendications/", 'href="/revendications/" aria-current="page"'),
        ("/revendications/REV-2025-001/", 'href="/revendications/" aria-current="true"'),
        ("/engagements/", 'href="/engagements/" aria-current="page"'),
        ("/reunions/", 'href="/reunions/" aria-current="page"'),
        ("/articles/", 'href="/articles/" aria-current="page"'),
        ("/espace/", 'href="/espace/" aria-current="page"'),
        ("/espace/reactions/", 'href="/espace/" aria-current="true"'),
        ("/reunions/mon-calendrier/", 'href="/espace/" aria-current="true"'),
        ("/compte/password/change/", 'href="/espace/" aria-current="true"'),
    ],
)
def test_the_menu_tells_where_one_is(client, url, current):
    DemandFactory(raised_on=ago(5))
    client.force_login(UserFactory(adherent=True))
    menu = client.get(url).content.decode().partition("<nav")[2].partition("</nav>")[0]
    assert current in menu
    assert menu.count("aria-current") == 1


@pytest.mark.parametrize("url", ["/adherer/", "/confidentialite/", "/rien-ici/"])
def test_the_menu_names_no_part_for_a_page_that_is_in_none(client, url):
    menu = client.get(url).content.decode().partition("<nav")[2].partition("</nav>")[0]
    assert "aria-current" not in menu

"""The search page: what is shown of an answer, what to try next, and what nobody can break."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cgtdouanes.search import index, results
from meetings.models import Kind
from tests.factories import (
    ArticleFactory,
    CategoryFactory,
    DemandFactory,
    MeetingFactory,
    UserFactory,
)
from tests.search.asking import addresses, an_adherent, ask, found, heading, marks, proposed

pytestmark = pytest.mark.django_db


def excerpts(page):
    shown = re.findall(r"</h3>\n(.*?)<p class=\"meta\">", page, re.DOTALL)[0]
    return re.findall("<p>(.*?)</p>", shown)


def follow(address):
    return Client().get(f"/recherche/{unescape(address)}").content.decode()


def test_before_anything_is_asked(client):
    page = client.get("/recherche/").content.decode()
    assert "Comment chercher" in page
    assert "resultats" not in page
    assert "noindex" not in page
    assert '<label for="recherche_q">' in page


def test_what_is_found_is_marked_as_it_is_written():
    ArticleFactory(
        published=True,
        title="Des douanières en grève",
        lead="",
        body="<p>Rien à voir.</p><p>L’adhérent·e, <b>douanier</b> ou non, l’a dit.</p>",
    )
    assert marks(ask("DOUANIER")) == ["douanières", "douanier"]
    assert marks(ask("adhérente")) == ["adhérent·e"]
    assert excerpts(ask("adherents")) == ["L’<mark>adhérent·e</mark>, douanier ou non, l’a dit."]


def test_a_phrase_is_marked_whole_and_only_where_it_stands():
    ArticleFactory(published=True, body="<p>Une prime. Les primes de la nuit.</p>")
    assert marks(ask('"prime de nuit"')) == ["primes de la nuit"]
    assert marks(ask("prime nuit")) == ["prime", "primes", "nuit"]


def test_a_long_paragraph_is_cut_around_what_is_asked():
    before, after = "avant " * 80, "après " * 80
    ArticleFactory(published=True, body=f"<p>{before}le mot juste {after}</p>")
    (excerpt,) = excerpts(ask("juste"))
    assert excerpt.startswith("… avant")
    assert excerpt.endswith("après …")
    assert "le mot <mark>juste</mark> après" in excerpt
    assert len(excerpt) < 280


def test_the_lines_that_tell_the_most():
    lines = ["Un zèbre.", "Un lion.", "Un lion et un zèbre.", "Un tigre, un lion."]
    ArticleFactory(published=True, lead="", body="".join(f"<p>{line}</p>" for line in lines))
    text = [re.sub("</?mark>", "", line) for line in excerpts(ask("zèbre tigre lion"))]
    assert text == ["Un lion et un zèbre.", "Un tigre, un lion."]


def test_text_is_never_taken_for_markup():
    ArticleFactory(
        published=True,
        kicker="<i>x</i>",
        title="<script>alert(1)</script> alerte",
        lead="<b>gras</b> & alerte",
        body="<p>a &lt;img src=x onerror=alert(1)&gt; alerte</p>",
    )
    page = ask("alerte <script>alert(2)</script>")
    assert "&lt;script&gt;alert(2)" in page
    page = ask("alerte")
    for written in ("<script>alert", "<i>x</i>", "<b>gras", "<img src=x"):
        assert written not in page
    assert "&lt;script&gt;" in page
    assert "&lt;b&gt;gras&lt;/b&gt; &amp; <mark>alerte</mark>" in page


def test_a_page_of_answers_is_kept_out_of_other_engines_and_says_what_was_asked():
    page = ask("négociation")
    assert '<meta name="robots" content="noindex">' in page
    assert "<title>«\u202fnégociation\u202f»\u202f: recherche – CGT Douanes</title>" in page


def test_kinds_are_counted_and_lead_to_their_answers():
    ArticleFactory(published=True, title="Un lion")
    MeetingFactory(title="Le lion")
    DemandFactory(title="Des lions")
    DemandFactory(title="Pas de lion")
    page = ask("lion")
    shelves = re.findall(r'class="tag-link" href="([^"]+)".*?>(.*?) <span[^>]*>(\d+)<', page)
    assert [(label, count) for _, label, count in shelves] == [
        ("Tout", "4"),
        ("Comptes rendus et articles", "1"),
        ("Réunions", "1"),
        ("Revendications", "2"),
    ]
    narrowed = follow(shelves[3][0])
    assert len(addresses(narrowed)) == 2
    assert heading(narrowed).startswith("2 résultats")
    assert ">4<" in narrowed


def test_pages_of_answers():
    # The oldest is written first: when the clocks go back, two of these moments are of one day.
    for day in reversed(range(45)):
        ArticleFactory(
            published=True,
            title=f"Le tigre {day}" if day % 3 else f"Le lion {day}",
            body="<p>tigre</p>",
            published_at=timezone.now() - timedelta(days=day),
        )
    titles = [*found("tigre"), *found("tigre", page=2), *found("tigre", page=3)]
    in_their_name = [f"Le tigre {day}" for day in range(45) if day % 3]
    assert titles == [*in_their_name, *(f"Le lion {day}" for day in range(0, 45, 3))]
    assert found("tigre", page=99) == found("tigre", page=3)
    assert "page=2" in ask("tigre")
    assert heading(ask("tigre")).startswith("45 résultats")


def test_more_answers_than_anybody_reads(monkeypatch):
    monkeypatch.setattr(results, "MAX_COUNTED", 3)
    ArticleFactory.create_batch(5, published=True, title="Panthère")
    DemandFactory(title="Panthère")
    page = ask("panthère")
    assert heading(page).startswith("Plus de 1\u202f000 résultats")
    assert len(addresses(page)) == 3
    assert "ajoutez un mot" in page
    assert heading(ask("panthère", type="revendications")).startswith("1 résultat ")


def test_nothing_in_a_year_but_something_in_others():
    ArticleFactory(published=True, title="Le lynx")
    MeetingFactory(title="Autre chose", starts_at=timezone.now() - timedelta(days=800))
    year = str((timezone.now() - timedelta(days=800)).year)
    page = ask("lynx", annee=year)
    assert heading(page).startswith("Aucun résultat")
    assert "1 résultat\u202f: <a" in page
    assert f"annee={year}" not in re.findall(r'1 résultat\u202f: <a href="([^"]+)"', page)[0]


def test_the_years_and_rubriques_offered():
    CategoryFactory(title="Instances")
    DemandFactory(raised_on=date(2021, 5, 1))
    ArticleFactory(published=True, members_only=True, published_at="2019-01-01T12:00:00Z")
    DemandFactory(raised_on=date(2023, 5, 1))

    def years(page):
        return re.findall(r'<option value="(\d{4})"', page)

    assert years(ask("x")) == ["2023", "2022", "2021"]
    assert years(ask("x", an_adherent())) == ["2023", "2022", "2021", "2020", "2019"]
    assert "Instances" in ask("x")


SLIPS = [
    ("negosiation", "négociation"),
    ("négociatoin", "négociation"),
    ("negociaton", "négociation"),
    ("rénumération", "rémunération"),
    ("assemblee genrale", "assemblee générale"),
    ("Negosiation", "négociation"),
    ('"assemblée génerale" remuneratoin', '"assemblée génerale" rémunération'),
    ("élus de l’asemblée", "élus de l’assemblée"),
    ("zzzzzzzz", ""),
    ("négociation zzzzzzzz", ""),
    ("ab", ""),
]


@pytest.mark.parametrize(("typed", "meant"), SLIPS)
def test_a_slip_of_the_keyboard(typed, meant):
    ArticleFactory(
        published=True,
        title="Assemblée générale",
        body="<p>La négociation sur la rémunération ; les élus.</p>",
    )
    page = ask(typed)
    assert proposed(page) == meant
    if meant:
        address = re.search(r'suggestion">Essayez <a href="([^"]+)"', page)[1]
        assert len(addresses(follow(address))) == 1


def test_a_slip_of_a_word_by_which_something_is_found_that_does_not_say_it():
    ArticleFactory(
        published=True,
        published_at=timezone.now() - timedelta(days=9),
        title="La spécialité de chacun",
        body="<p>Une brigade spécialisée.</p>",
    )
    MeetingFactory(kind=Kind.HEALTH_PANEL, title="Suivi médical")
    assert proposed(ask("specialiseer")) == "spécialisée"


def test_nothing_is_proposed_where_there_are_answers():
    ArticleFactory(published=True, title="Prime")
    ArticleFactory(published=True, title="Crime")
    assert proposed(ask("crime")) == ""


def test_words_that_are_everywhere():
    page = ask("de la")
    assert "aucun mot que l’on puisse chercher" in page
    assert "resultats" not in page


def test_visitors_are_told_that_something_is_not_searched_whether_or_not_there_is_anything():
    said = "Ce qui est réservé aux adhérent·es n’est pas cherché ici"
    assert said in ask("ocelot")
    ArticleFactory(published=True, members_only=True, title="Ocelot")
    before = ask("ocelot")
    assert said in before
    assert "/compte/login/?next=%2Frecherche%2F%3Fq%3Docelot" in before
    assert said in ask("ocelot", UserFactory(lapsed=True))
    assert said not in ask("ocelot", an_adherent())


HOSTILE = [
    "",
    "   ",
    '"',
    '""',
    '"" "" ""',
    '"non fermé lion',
    "« lion",
    '"lion" "',
    "lion' OR '1'='1",
    "lion; DROP TABLE search_visitorentry; --",
    "lion* OR NOT (lion) AND NEAR(lion, 2) ^lion {words}: lion -lion +lion",
    "lion & ! | <-> :* 'lion' \\",
    "%lion% _lion_ %s {} $1 {{ q }} {% now %}",
    "lion 🦁 👩‍👩‍👧",
    "\u202elion\u202c \u200flion\u200e",
    "لیون שלום 狮子 лев",
    "li\u0301on" * 10,
    "lion\t\r\nlion\x0b\x1f\x7f",
    "A" * 200,
    "lion " * 40,
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "../../etc/passwd",
    "é'é’é`é´é",
]


@pytest.mark.parametrize("typed", HOSTILE)
def test_nothing_typed_breaks_the_page(typed):
    ArticleFactory(published=True, title="Un lion", body="<p>Le lion.</p>")
    page = ask(typed)
    assert "<script>alert" not in page
    assert page.count("</html>") == 1
    ask(typed, an_adherent(), type="articles", page="2")


def test_operators_are_words_like_others():
    ArticleFactory(published=True, title="Un lion")
    ArticleFactory(published=True, title="Ni lion, near, and or not tigre")
    assert len(found("lion NEAR tigre")) == 1
    assert len(found("lion OR chat")) == 0
    assert len(found("lion -tigre")) == 1


def test_too_long_a_question_is_refused_and_given_back(client):
    typed = "x" * 10_000
    page = ask(typed)
    assert "Cherchez avec 200 caractères au plus." in page
    assert typed in page
    assert client.get("/recherche/", {"q": "a\0b"}).status_code == 400
    assert client.post("/recherche/", {"q": "lion"}).status_code == 405


@pytest.mark.parametrize("name", ["page", "annee", "rubrique", "type"])
def test_nothing_put_in_the_address_breaks_the_page(name):
    ArticleFactory(published=True, title="Un lion")
    for value in ("", "x", "-1", "0", "9" * 30, "2024; DROP", "é", "['a']"):
        ask("lion", **{name: value})


def test_no_more_queries_for_a_hundred_answers_than_for_three(client):
    def cost(**asked):
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/recherche/", {"q": "lion"} | asked).status_code == 200
        return len(queries)

    def add(count):
        for _ in range(count):
            ArticleFactory(published=True, title="Un lion", category=category)
            DemandFactory(title="Un lion")
            MeetingFactory(title="Un lion")
        index.catch_up()

    category = CategoryFactory()
    add(1)
    # One more for each kind of thing on the page: here there are all three.
    three = cost()
    add(40)
    assert cost() <= three
    assert cost(page=3) <= three
    assert three < 20


def test_the_header_leads_to_the_search(client):
    page = client.get("/articles/").content.decode()
    assert re.search(r'<a class="site-nav__search" href="/recherche/">.*Rechercher', page)
    page = client.get("/").content.decode()
    assert re.search(
        r'<form [^>]*action="/recherche/" role="search">\s*<label for="recherche">', page
    )

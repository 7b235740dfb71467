"""Pages of visitors are kept, told apart from anybody else's, and never outlive what they show."""

import re
from datetime import timedelta
from threading import Lock
from types import SimpleNamespace

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from articles import editorial, pdf, reacting
from articles.models import ARTICLES, Article, Category, Page, Status
from cgtdouanes import pages, richtext
from cgtdouanes.pages import changes
from cgtdouanes.pages.known import forget
from cgtdouanes.pages.memory import MEMORY
from cgtdouanes.pages.versions import counters
from meetings.models import Commitment, Demand, Meeting
from tests.factories import (
    AgendaItemFactory,
    ArticleFactory,
    AttachmentFactory,
    CategoryFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    DocumentFactory,
    MeetingFactory,
    UserFactory,
)
from tests.pages.asking import ask, fresh

pytestmark = pytest.mark.django_db

LISTS = ["/", "/articles/", "/articles/flux.atom", "/reunions/", "/reunions/calendrier.ics"]
LISTS += ["/revendications/", "/engagements/", "/mentions-legales/"]


@pytest.fixture(autouse=True)
def _nothing_kept(settings, tmp_path):
    settings.PAGES_FILE = tmp_path / "counters"
    MEMORY.clear()
    yield
    MEMORY.clear()


@pytest.fixture(autouse=True)
def _as_if_committed(request, monkeypatch):
    """A test is one transaction, which never ends: what waits for its end is done at once."""
    if not request.node.get_closest_marker("django_db").kwargs.get("transaction"):
        at_once = SimpleNamespace(on_commit=lambda said, robust: said())
        monkeypatch.setattr("cgtdouanes.pages.changes.transaction", at_once)


@pytest.fixture
def clock():
    """A feed without entries says of itself that it is of this instant."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def meeting():
    return MeetingFactory(held=True, title="Une réunion", slug="une-reunion")


@pytest.fixture
def article(meeting):
    category = CategoryFactory(title="Instances", slug="instances")
    return ArticleFactory(
        published=True, title="Un compte rendu", slug="un", meeting=meeting, category=category
    )


@pytest.fixture
def demand(meeting):
    demand = DemandFactory(title="Une revendication")
    DemandStepFactory(demand=demand, meeting=meeting)
    return demand


# Kept


@pytest.mark.parametrize("page", ["", "impression/"])
def test_a_page_is_made_once(article, page):
    address = f"{article.get_absolute_url()}{page}"
    first, second = ask(address), ask(address)
    assert (first.was_kept, second.was_kept) == (False, True)
    assert first.body == second.body
    assert first.headers == second.headers
    assert second.text == fresh(address)
    assert "Un compte rendu" in second.text


@pytest.mark.parametrize("address", LISTS)
def test_lists_calendars_and_feeds_are_kept(article, demand, address):
    assert ask(address).text == ask(address).text == fresh(address)
    assert ask(address).was_kept


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_it_is_sent_as_small_as_the_browser_takes_it(article, accepted, encoding):
    for _ in range(2):
        answer = ask("/articles/", HTTP_ACCEPT_ENCODING=accepted)
        assert answer.headers.get("Content-Encoding") == encoding
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert {"Accept-Encoding", "Cookie"} <= set(answer.headers["Vary"].split(", "))
        assert answer.text == fresh("/articles/")


def test_a_browser_that_has_it_is_sent_nothing(article):
    for accepted in ("br", "gzip", ""):
        etag = ask("/articles/", HTTP_ACCEPT_ENCODING=accepted).headers["ETag"]
        known = ask("/articles/", HTTP_ACCEPT_ENCODING=accepted, HTTP_IF_NONE_MATCH=etag)
        assert (known.status, known.body) == (304, b"")
        assert known.headers["ETag"] == etag
        assert "Content-Length" not in known.headers
    # Another encoding is another sequence of bytes: a strong ETag tells them apart.
    assert ask("/articles/", HTTP_IF_NONE_MATCH='"other"').status == 200
    gzipped = ask("/articles/", HTTP_ACCEPT_ENCODING="gzip").headers["ETag"]
    assert gzipped != ask("/articles/", HTTP_ACCEPT_ENCODING="br").headers["ETag"]


def test_only_the_headers_are_sent_to_who_asks_for_them(article):
    whole = ask("/articles/")
    for _ in range(2):
        head = ask("/articles/", "HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["Content-Length"] == str(len(whole.body))


def test_browsers_ask_again_each_time(article):
    ask("/articles/")
    assert ask("/articles/").headers["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_each_page_of_a_list_is_its_own(article):
    for number in range(30):
        ArticleFactory(published=True, category=article.category, title=f"Numéro {number}")
    first, second = ask("/articles/?page=1").text, ask("/articles/?page=2").text
    assert first != second
    assert ask("/articles/?page=2").text == second
    assert ask("/articles/?page=2").was_kept


# For visitors alone


def signed_in(user):
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return f"theme=dark; {name}={client.cookies[name].value}"


@pytest.mark.parametrize("end", ["", "?page=1", "?x=.css"])
def test_a_member_and_a_visitor_are_never_given_each_other_s_page(article, end):
    ArticleFactory(published=True, members_only=True, title="CANARI", category=article.category)
    cookie = signed_in(UserFactory(adherent=True))
    for _ in range(2):
        member = ask(f"/articles/{end}", HTTP_COOKIE=cookie)
        assert "CANARI" in member.text
        assert "Se déconnecter" in member.text
        assert member.headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in member.headers
        visitor = ask(f"/articles/{end}")
        assert "CANARI" not in visitor.text
        assert "Se connecter" in visitor.text


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_AUTHORIZATION": "Basic eDp5"},
        {"HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}=none"},
        {"HTTP_COOKIE": f"a=b;{settings.SESSION_COOKIE_NAME}=none;c=d"},
        {"HTTP_X_FORWARDED_PROTO": "gopher"},
    ],
)
def test_who_may_be_somebody_is_answered_by_the_application(article, headers):
    ask("/articles/")
    assert not ask("/articles/", **headers).was_kept
    assert ask("/articles/").was_kept


def test_other_hosts_and_schemes_are_other_pages(article):
    ask("/articles/")
    assert ask("/articles/", HTTP_HOST="elsewhere.test").status == 400
    assert not ask("/articles/", HTTP_X_FORWARDED_PROTO="https").was_kept


def test_nobody_has_the_links_of_a_kept_page_lead_elsewhere(article):
    asked = article.get_absolute_url()
    assert "/ailleurs/articles/" in ask(asked, SCRIPT_NAME="/ailleurs").text
    for _ in range(2):
        assert "/ailleurs/" not in ask(asked).text
    assert not ask(asked, SCRIPT_NAME="/ailleurs").was_kept


def test_an_address_with_something_unknown_is_answered_and_not_kept(article):
    for _ in range(2):
        answer = ask("/articles/?page=1&gclid=1")
        assert answer.status == 200
        assert not answer.was_kept


@pytest.mark.parametrize(
    "address", ["/articles/rien/", "/compte/login/", "/recherche/?q=un", "/espace/", "/healthz"]
)
def test_what_is_nobody_s_page_is_not_kept(article, address):
    ask(address)
    assert not MEMORY.pages


def test_the_memory_has_an_end(article, monkeypatch):
    monkeypatch.setattr("cgtdouanes.pages.memory.ROOM", 4 * ask("/articles/").body.__len__())
    for address in LISTS:
        ask(address)
    assert 0 < len(MEMORY.pages) < len(LISTS)
    assert MEMORY.size == sum(page.size for page in MEMORY.pages.values())


# Until it changes


def publish(article):
    writer = UserFactory(role="editor")
    return editorial.publish(editorial.keep(article, writer), writer)


def rewrite(obj, **changes):
    for name, value in changes.items():
        setattr(obj, name, value)
    obj.save()


def corrected():
    article = Article.objects.get(slug="un")
    article.body = "<p>Corrigé.</p>"
    publish(article)


def came_out():
    ArticleFactory(
        status=Status.SCHEDULED,
        published_at=timezone.now() - timedelta(seconds=1),
        meeting=Meeting.objects.get(),
    )
    editorial.publish_due()


CHANGES = {
    "an article comes out": lambda: publish(ArticleFactory(meeting=Meeting.objects.get())),
    "its hour has come": came_out,
    "a correction is published": corrected,
    "an article is put away": lambda: editorial.archive(
        Article.objects.get(slug="un"), UserFactory(role="editor"), "Périmé."
    ),
    "an article is reserved": lambda: rewrite(Article.objects.get(slug="un"), visibility="members"),
    "an article is about no meeting": lambda: rewrite(Article.objects.get(slug="un"), meeting=None),
    "an article goes": lambda: Article.objects.get(slug="un").delete(),
    "a file is attached": lambda: AttachmentFactory(article=Article.objects.get(slug="un")),
    "a rubrique is renamed": lambda: rewrite(Category.objects.get(slug="instances"), title="Autre"),
    "a rubrique is added": CategoryFactory,
    "a page is rewritten": lambda: rewrite(
        Page.objects.get(slug="mentions-legales"), body="<p>Autre.</p>"
    ),
    "a meeting is renamed": lambda: rewrite(Meeting.objects.get(), title="Autrement"),
    "a meeting is reserved": lambda: rewrite(Meeting.objects.get(), visibility="members"),
    "a meeting is announced": MeetingFactory,
    "a point is added": lambda: AgendaItemFactory(meeting=Meeting.objects.get()),
    "a document arrives": lambda: DocumentFactory(meeting=Meeting.objects.get()),
    "a demand is made": DemandFactory,
    "a demand is answered": lambda: DemandStepFactory(
        demand=Demand.objects.get(), meeting=Meeting.objects.get(), state="granted"
    ),
    "a demand is reworded": lambda: rewrite(Demand.objects.get(), title="Autrement dit"),
    "a commitment is made": CommitmentFactory,
    "a commitment is kept": lambda: rewrite(Commitment.objects.get(), state="kept"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_next_request_shows_a_change(clock, article, demand, meeting, change):
    CommitmentFactory(agenda_item=AgendaItemFactory(meeting=meeting))
    addresses = [
        *LISTS,
        *(article.get_absolute_url(), f"{article.get_absolute_url()}impression/"),
        *(meeting.get_absolute_url(), f"{meeting.get_absolute_url()}reunion.ics"),
        *(demand.get_absolute_url(), "/rubriques/instances/"),
    ]
    before = {address: ask(address).text for address in addresses}
    change()
    after = {address: ask(address) for address in addresses}
    assert {address: answer.text for address, answer in after.items()} != before
    for address, answer in after.items():
        assert answer.text == fresh(address), address
    assert any(answer.was_kept for answer in after.values()), "not everything is thrown away"


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_adherent_is_shown_it_too(article, demand, meeting, change):
    CommitmentFactory(agenda_item=AgendaItemFactory(meeting=meeting))
    article.body = f"<p>{richtext.citation(demand.reference, demand.reference)}</p>"
    article.save()
    cookie = signed_in(UserFactory(adherent=True))

    def page():
        # Each request has a token of its own.
        answer = ask(article.get_absolute_url(), HTTP_COOKIE=cookie)
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text)

    assert page() == page()
    change()
    shown = page()
    forget()
    assert shown == page()


def test_what_was_drawn_for_an_adherent_is_shown_to_nobody_else(article, meeting):
    article.body = "<p>Public.</p><hr class='cut'><p>CANARI de la suite.</p>"
    article.visibility = "teaser"
    article.save()
    AttachmentFactory(article=article, title="CANARI joint", visibility="members")
    rewrite(meeting, visibility="members", title="CANARI réuni")
    people = [
        UserFactory(adherent=True),
        UserFactory(lapsed=True),
        UserFactory(),
        UserFactory(adherent=True),
    ]
    pages_ = [ask(article.get_absolute_url(), HTTP_COOKIE=signed_in(each)).text for each in people]
    assert [page.count("CANARI") >= 3 for page in pages_] == [True, False, False, True]
    assert [page.count("CANARI") for page in pages_[1:3]] == [0, 0]
    assert "Votre cotisation n’est plus à jour" in pages_[1]
    assert "Votre cotisation n’est plus à jour" not in pages_[2]


def test_what_no_visitor_sees_throws_nothing_away(article, demand):
    other = ArticleFactory(published=True, category=article.category)
    addresses = [*LISTS, article.get_absolute_url(), other.get_absolute_url()]
    for address in addresses:
        ask(address)
    writer, adherent = UserFactory(role="editor"), UserFactory(adherent=True)
    editorial.keep(ArticleFactory(category=article.category), writer)
    article.title = "Une correction qui attend"
    editorial.keep(article, writer)
    reacting.post_reaction(Article.objects.get(slug="un"), adherent, "Bravo.")
    Client().post("/recherche/", {"q": "x"})
    assert [address for address in addresses if not ask(address).was_kept] == []


def test_a_correction_throws_no_other_article_away(article):
    other = ArticleFactory(published=True, category=article.category, meeting=None)
    for address in (article.get_absolute_url(), other.get_absolute_url(), "/revendications/"):
        ask(address)
    corrected()
    assert not ask(article.get_absolute_url()).was_kept
    assert ask(other.get_absolute_url()).was_kept
    assert ask("/revendications/").was_kept


def test_what_changes_while_a_page_is_made_is_not_kept(article, monkeypatch):
    from articles.views import reading

    def changes_meanwhile(*args):
        response = rendered(*args)
        rewrite(article, title="Changé entre-temps")
        return response

    rendered = reading.render
    monkeypatch.setattr(reading, "render", changes_meanwhile)
    assert "Un compte rendu" in ask(article.get_absolute_url()).text
    monkeypatch.undo()
    assert "Changé entre-temps" in ask(article.get_absolute_url()).text


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_of_what_is_being_changed(article):
    ask("/articles/")
    with transaction.atomic():
        rewrite(article, title="En cours")
        for _ in range(2):
            assert not ask("/articles/").was_kept
        transaction.set_rollback(True)
    assert "Un compte rendu" in ask("/articles/").text


def test_a_process_that_dies_before_it_tells_of_its_change_hides_nothing(article):
    ask("/articles/")
    counters().begin([ARTICLES])
    Article.objects.filter(pk=article.pk).update(title="Gardé juste avant")
    assert "Gardé juste avant" in ask("/articles/").text
    with time_machine.travel(timezone.now() + timedelta(seconds=31), tick=False):
        assert "Gardé juste avant" in ask("/articles/").text
        assert ask("/articles/").was_kept


def test_what_nobody_told_of_is_seen_some_minutes_later(article):
    ask("/articles/")
    Article.objects.filter(pk=article.pk).update(title="En dehors de tout")
    assert "En dehors de tout" not in ask("/articles/").text
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        assert "En dehors de tout" in ask("/articles/").text


def test_a_page_does_not_outlive_its_day(article):
    with time_machine.travel("2025-03-04T22:59:59Z", tick=False) as clock:
        ask("/")
        assert ask("/").was_kept
        clock.shift(2)
        assert not ask("/").was_kept


# When the counters are away


def test_without_counters_every_page_is_made_and_every_save_is_kept(
    article, settings, tmp_path, monkeypatch
):
    # What is made up for once they are back would be in the middle of a later test.
    taken = Lock()
    taken.acquire()
    monkeypatch.setattr(changes, "_one_at_a_time", taken)
    ask("/articles/")
    settings.PAGES_FILE = tmp_path
    rewrite(article, title="Sans compteurs")
    for _ in range(2):
        answer = ask("/articles/")
        assert "Sans compteurs" in answer.text
        assert not answer.was_kept


def test_counters_that_go_take_the_pages_with_them(article, settings):
    ask("/articles/")
    settings.PAGES_FILE.unlink()
    Article.objects.filter(pk=article.pk).update(title="Pendant ce temps")
    assert "Pendant ce temps" in ask("/articles/").text
    assert ask("/articles/").was_kept


def test_a_cache_that_machines_share_tells_them_all(article, settings):
    settings.PAGES_SHARED_BY_CACHE = True
    ask("/articles/")
    ask("/articles/")
    assert ask("/articles/").was_kept
    rewrite(article, title="Ailleurs")
    assert "Ailleurs" in ask("/articles/").text
    assert ask("/articles/").was_kept
    pages.changed(ARTICLES)
    assert not ask("/articles/").was_kept


def test_who_asks_for_the_headers_first_empties_no_page(article):
    head = ask("/articles/", "HEAD")
    assert head.body == b""
    assert ask("/articles/").text == fresh("/articles/") != ""


# PDFs


@pytest.fixture
def made_pdf(monkeypatch):
    monkeypatch.setattr(pdf, "from_html", lambda html, reader: b"%PDF-1.7 made")


def test_a_pdf_is_kept_as_it_is_with_its_own_tag(article, made_pdf):
    address = f"{article.get_absolute_url()}impression.pdf"
    assert ask(address, "HEAD").body == b""
    first, second = ask(address), ask(address, HTTP_ACCEPT_ENCODING="br, gzip")
    assert (first.was_kept, second.was_kept) == (False, True)
    assert first.body == second.body == b"%PDF-1.7 made"
    assert first.headers == second.headers
    assert "Content-Encoding" not in second.headers
    assert second.headers["Cache-Control"] == "private, no-cache"
    tag = second.headers["ETag"]
    # A part is of the same file: what a telephone lost goes on from where it stopped.
    part = ask(address, HTTP_RANGE="bytes=0-3", HTTP_IF_RANGE=tag)
    assert (part.status, part.body, part.headers["ETag"]) == (206, b"%PDF", tag)
    again = ask(address, HTTP_IF_NONE_MATCH=tag)
    assert (again.status, again.body, again.was_kept) == (304, b"", True)


@pytest.mark.parametrize("change", ["members", "archived"])
def test_the_pdf_of_what_is_taken_back_is_kept_for_nobody(article, made_pdf, change):
    address = f"{article.get_absolute_url()}impression.pdf"
    tag = ask(address).headers["ETag"]
    assert ask(address).was_kept
    if change == "members":
        article.visibility = change
    else:
        article.status = change
    article.save()
    for headers in ({}, {"HTTP_IF_NONE_MATCH": tag}, {"HTTP_RANGE": "bytes=0-3"}):
        assert ask(address, **headers).status == 404


def test_the_pdf_of_an_adherent_is_kept_for_nobody(article, made_pdf):
    article.visibility = "members"
    article.save()
    address = f"{article.get_absolute_url()}impression.pdf"
    client = Client()
    client.force_login(UserFactory(adherent=True))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    for _ in range(2):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert ask(address, "HEAD", HTTP_COOKIE=cookie).status == 200
        assert ask(address).status == 404

"""Pages of visitors are kept, in the size that browsers take, apart from anybody else’s."""

import pytest
from django.conf import settings

from cgtdouanes.pages.memory import MEMORY
from tests.factories import ArticleFactory, UserFactory
from tests.pages.asking import LISTS, ask, fresh, signed_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("_nothing_kept", "_as_if_committed"),
]


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
    for headers in ({"SCRIPT_NAME": "/ailleurs"}, {}):
        assert "/ailleurs/" not in ask(article.get_absolute_url(), **headers).text


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


def test_who_asks_for_the_headers_first_empties_no_page(article):
    head = ask("/articles/", "HEAD")
    assert head.body == b""
    assert ask("/articles/").text == fresh("/articles/") != ""

"""A kept page never outlives what it shows, whatever becomes of the counters of changes."""

import re
from datetime import timedelta
from threading import Lock

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.utils import timezone

from articles import editorial, reacting
from articles.models import ARTICLES, Article, Category, Page, Status
from cgtdouanes import pages, richtext
from cgtdouanes.pages import changes
from cgtdouanes.pages.known import forget
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
from tests.pages.asking import LISTS, ask, fresh, signed_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("_nothing_kept", "_as_if_committed"),
]


@pytest.fixture
def clock():
    """A feed without entries says of itself that it is of this instant."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


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

"""The demo: what `manage.py demo` fills, what it refuses, and that nothing reserved shows in it."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from io import StringIO
from itertools import chain

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory, TestCase
from django.urls import reverse
from django.utils import timezone

from articles.accessibility import remarks
from articles.models import (
    Article,
    ArticleVisibility,
    Attachment,
    Category,
    Mention,
    QuickReaction,
    Reaction,
    Status,
    Wording,
)
from cgtdouanes import demo, richtext
from cgtdouanes.checks import DEMO_EMAILS
from meetings.due import still_owed
from meetings.models import (
    AgendaItem,
    Commitment,
    CommitmentState,
    DeadlineRule,
    Demand,
    DemandState,
    DemandStep,
    Document,
    Meeting,
    MeetingStatus,
    MeetingVisibility,
)
from members.models import Membership, OutgoingMail, User

pytestmark = pytest.mark.django_db

PUBLIC = MeetingVisibility.PUBLIC

ALLAUTH = "allauth.account.auth_backends.AuthenticationBackend"
SPACES = re.compile(r"[\s\u00a0\u202f]+")
TEXT = re.compile(r"<(?:p|li|h2|td|caption)>([^<]{12,})")
CITED = re.compile(r"\{[A-Za-z0-9-]+\}")
CITATION = re.compile(r"<data .*?</data>")
FIGURE = re.compile("<figure .*?</figure>")
INTERNAL_LINK = re.compile(r'href="(/[^"]*)"')


def fill(*options: str) -> str:
    output = StringIO()
    call_command("demo", *options, stdout=output)
    return output.getvalue()


def rows() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"members", "meetings", "articles", "account"}
    }


def words(html: str) -> str:
    """The text of some HTML as one line, whatever its spaces and its tags."""
    return SPACES.sub("", unescape(re.sub(r"<[^>]*>", "", html)))


def public_pages() -> list[str]:
    articles = Article.objects.published().exclude(visibility=ArticleVisibility.MEMBERS)
    lists = ("articles:list", "meetings:list", "meetings:demand_list", "meetings:commitment_list")
    pages = [reverse("home"), *map(reverse, lists)]
    pages += [category.get_absolute_url() for category in Category.objects.all()]
    pages += [meeting.get_absolute_url() for meeting in Meeting.objects.filter(visibility=PUBLIC)]
    known = Demand.objects.exclude(public_state="").order_by("pk")
    pages += [demand.get_absolute_url() for demand in known]
    for article in articles:
        pages += [article.get_absolute_url(), reverse("articles:print", args=[article.slug])]
    return pages


def test_fills_an_empty_database():
    told = fill()
    assert Category.objects.count() == 4
    assert Article.objects.published().count() == 29
    assert set(Article.objects.values_list("status", flat=True)) == set(Status.values)
    assert Attachment.objects.exclude(sha256="").count() == 2
    assert set(Reaction.objects.values_list("status", flat=True)) == {
        "published",
        "pending",
        "hidden",
    }
    assert QuickReaction.objects.filter(reaction=None).count() > 10
    assert list(Reaction.objects.to_moderate().values_list("waits_for", flat=True)) == [2, 3]
    assert Wording.objects.count() == 1
    assert Mention.objects.get().user.email == "brigadiere@example.org"
    assert Meeting.objects.upcoming().count() == 5
    for email in DEMO_EMAILS:
        assert email in told
    assert demo.PASSWORD in told


def test_is_refused_where_there_is_one_account():
    User.objects.create_superuser("operateur@example.net", "une phrase de passe assez longue")
    before = rows()
    with pytest.raises(CommandError, match="n’est pas vide"):
        fill()
    assert rows() == before


def test_is_refused_in_production(settings):
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        fill()
    assert not User.objects.exists()


def test_is_refused_before_its_story_ends(monkeypatch):
    assert max(row["raised_on"] for row in demo.rows("demands")) == demo.TOLD_UNTIL
    too_early = timezone.make_aware(datetime(2026, 10, 18, 12))
    monkeypatch.setattr(timezone, "now", lambda: too_early)
    with pytest.raises(CommandError, match="19.octobre.2026"):
        fill()
    assert not User.objects.exists()
    monkeypatch.setattr(timezone, "now", lambda: too_early + timedelta(days=1))
    fill()
    assert Demand.objects.exists()


def test_fills_nothing_when_something_goes_wrong(monkeypatch):
    before = rows()
    monkeypatch.setattr(demo, "file", lambda name: demo.HERE / "missing.pdf")
    with pytest.raises(FileNotFoundError, match="missing.pdf"):
        fill()
    assert rows() == before


@pytest.mark.parametrize("years", [0, 2])
def test_statuses_hold_whenever_it_is_filled(monkeypatch, years):
    filled_on = timezone.now() + timedelta(days=365 * years)
    monkeypatch.setattr(timezone, "now", lambda: filled_on)
    fill()
    people = {user.email.partition("@")[0]: user for user in User.objects.all()}
    assert {name: people[name].member_status for name in ("adherente", "ancien")} == {
        "adherente": "active",
        "ancien": "lapsed",
    }
    assert people["redactrice"].roles == {"editor"}
    assert people["redactrice"].member_status == "active"
    assert people["secretaire"].roles == {"secretary"}
    assert people["secretaire"].member_status == "active"
    assert people["admin"].is_superuser
    assert people["admin"].member_status is None
    upcoming = list(Meeting.objects.upcoming())
    assert len(upcoming) == 5
    assert all(timezone.localtime(meeting.starts_at).weekday() < 5 for meeting in upcoming)
    today = timezone.localdate()
    assert Commitment.objects.overdue().count() >= 2
    assert Commitment.objects.pending().filter(due_on__gt=today).count() >= 2
    assert not DemandStep.objects.filter(on__gt=today).exists()
    to_come = Article.objects.filter(published_at__gt=timezone.now())
    assert [article.status for article in to_come] == [Status.SCHEDULED]


def test_files_are_named_by_the_day_of_publication():
    paths = sorted((demo.HERE / "reports").glob("*.html"))
    for path, row in zip(paths, demo.reports(), strict=True):
        if "published_at" in row:
            assert path.stem == f"{row['published_at'].date()}-{row['slug']}"


def test_the_files_of_the_demo_are_small_and_all_used():
    named = {row["file"] for row in demo.rows("documents")}
    named |= {each["file"] for row in demo.reports() for each in row.get("attachments", [])}
    files = {path.name: path.stat().st_size for path in (demo.HERE / "files").iterdir()}
    assert files.keys() == named
    assert max(files.values()) < 20_000


class TestWhatItFills(TestCase):
    """Filled once for all that only read it, which takes seconds."""

    @classmethod
    def setUpTestData(cls) -> None:
        fill()

    def test_a_meeting_leads_to_the_next(self):
        slugs = ["gt-probite-juin-2025"]
        while earlier := Meeting.objects.get(slug=slugs[-1]).follows:
            slugs.append(earlier.slug)
        assert slugs[1:] == ["reunion-technique-probite-janvier-2025", "gt-probite-decembre-2024"]

    def test_three_chains_of_meetings_with_their_accidents(self):
        chains = [
            list(Meeting.objects.of_chain(first).select_related("follows"))
            for first in Meeting.objects.filter(follows=None)
        ]
        long_ones = [chain for chain in chains if len(chain) >= 5]
        assert len(long_ones) >= 3
        for each in long_ones:
            followed = [meeting.follows for meeting in each if meeting.follows]
            assert len(followed) > len(set(followed)), "no meeting of the chain is followed by two"
            assert each[-1].status == MeetingStatus.PLANNED
        accidents = {meeting.status for each in long_ones for meeting in each}
        assert accidents == set(MeetingStatus)
        assert any(not meeting.is_public for each in long_ones for meeting in each)

    def test_demands_are_in_every_state_and_referred_to_without_a_gap(self):
        demands = list(Demand.objects.order_by("pk"))
        assert len(demands) >= 25
        assert {demand.state for demand in demands} == set(DemandState)
        assert 8 <= len({demand.theme for demand in demands}) <= 10
        assert [demand.reference for demand in demands] == [
            row["reference"] for row in demo.rows("demands")
        ]
        for year in (2024, 2025, 2026):
            numbers = [d.reference for d in demands if d.raised_on.year == year]
            assert numbers == [f"REV-{year}-{number:03}" for number in range(1, len(numbers) + 1)]

    def test_steps_are_corrected_and_some_are_reserved(self):
        assert DemandStep.objects.exclude(corrects=None).count() >= 2
        assert DemandStep.objects.filter(meeting=None).exists()
        reserved = Demand.objects.filter(public_state="")
        assert reserved.exists()
        known_in_part = [
            demand
            for demand in Demand.objects.exclude(public_state="").order_by("pk")
            if demand.state != demand.public_state
        ]
        assert known_in_part

    def test_commitments_are_in_every_state(self):
        commitments = Commitment.objects.order_by("pk")
        assert commitments.count() >= 12
        assert {commitment.state for commitment in commitments} == set(CommitmentState)
        for replaced in commitments.filter(state=CommitmentState.SUPERSEDED):
            assert replaced.superseded_by
        assert commitments.exclude(proof_document=None).exists()
        assert (
            commitments.filter(demand=None).count() < commitments.exclude(demand=None).count() / 3
        )

    def test_planned_meetings_take_up_what_is_left_over(self):
        planned = AgendaItem.objects.filter(title="", meeting__status=MeetingStatus.PLANNED)
        assert planned.exclude(demand=None).exists()
        assert planned.exclude(commitment=None).exists()
        for item in planned.exclude(takes_up=None).select_related("takes_up"):
            assert item.takes_up.takes_up is None, "not the first of its series"
            break
        else:
            pytest.fail("no postponed item is taken up")

    def test_what_came_back_and_was_answered_is_no_longer_owed(self):
        reader = User.objects.get(email="secretaire@example.org")
        planned = Meeting.objects.filter(status=MeetingStatus.PLANNED)
        owed = [still_owed(meeting, reader) for meeting in planned.order_by("starts_at")]
        assert any(each.demands for each in owed)
        assert any(each.commitments for each in owed)
        assert [point.item.title for each in owed for point in each.items] == []

    def test_the_journal_tells_each_day_what_the_officers_wrote_down(self):
        first = Meeting.history.earliest()
        assert timezone.localdate(first.history_date) == date(2024, 9, 26)
        for model in (Meeting, AgendaItem, Demand, Commitment, Document):
            assert not model.history.filter(history_user=None).exists(), model
            assert not model.history.filter(history_date__gt=timezone.now()).exists(), model
        corrections = DemandStep.objects.exclude(corrects=None).order_by("recorded_at")
        assert [timezone.localdate(step.recorded_at) for step in corrections] == [
            date(2025, 4, 22),
            date(2025, 6, 20),
            date(2026, 10, 2),
        ]

    def test_agendas_are_numbered_as_the_desk_numbers_them(self):
        for meeting in Meeting.objects.order_by("pk"):
            positions = [item.position for item in meeting.agenda_items.in_outline()]
            assert positions == list(range(1, len(positions) + 1)), meeting

    def test_documents_come_in_time_late_or_not_at_all(self):
        rules = {rule.kind: rule for rule in DeadlineRule.objects.order_by("kind")}
        assert len(rules) == 4
        assert all(rule.source for rule in rules.values())
        delays = [
            (document.meeting.day - document.received_on).days
            - rules[document.meeting.kind].documents_days
            for document in Document.objects.filter(kind="preparatory_document").select_related(
                "meeting"
            )
        ]
        assert min(delays) < 0 <= max(delays)
        committees = Meeting.objects.filter(kind="social_committee", status=MeetingStatus.HELD)
        assert committees.exclude(documents__kind="minutes").exists()
        twice = [
            document
            for document in Document.objects.select_related("meeting").order_by("pk")
            if Document.objects.same_file_as(document).exists()
        ]
        assert len({document.meeting for document in twice}) == 2

    def test_two_held_meetings_wait_for_their_report(self):
        took_place = Meeting.objects.filter(
            status__in=[MeetingStatus.HELD, MeetingStatus.RECONVENED, MeetingStatus.BOYCOTTED]
        )
        without = took_place.filter(articles=None).values_list("slug", flat=True)
        assert set(without) == {
            "formation-specialisee-septembre-2026",
            "reunion-technique-cycles-octobre-2026",
        }

    def test_reports_cite_what_they_follow_as_it_stood(self):
        articles = list(Article.objects.order_by("pk"))
        cited = {article.slug: richtext.cited(article.body) for article in articles}
        assert sum(bool(values) for values in cited.values()) >= 4
        known = set(Demand.objects.order_by("pk").values_list("reference", flat=True))
        known |= {commitment.anchor for commitment in Commitment.objects.order_by("pk")}
        for article in articles:
            assert "{" not in article.body
            assert cited[article.slug] <= known, article.slug
            if article.is_published:
                assert cited[article.slug] == article.cited_states.keys(), article.slug
        heating = Article.objects.get(slug="neuf-degres")
        promised = Commitment.objects.get(
            due_on=date(2026, 3, 31), demand__reference="REV-2025-012"
        )
        assert heating.cited_states[promised.anchor]["visitors"]["state"] == "announced"
        assert promised.state == CommitmentState.KEPT

    def test_is_refused_on_a_database_that_is_not_empty(self):
        before = rows()
        with pytest.raises(CommandError, match="n’est pas vide"):
            fill()
        assert rows() == before

    def test_leaves_a_filled_database_alone_when_asked_to_fill_if_empty(self):
        before = rows()
        output = fill("--if-empty")
        assert "n’est pas vide" in output
        assert "adherente@example.org" in output
        assert rows() == before

    def test_the_demo_accounts_sign_in(self):
        for email in DEMO_EMAILS:
            user = authenticate(RequestFactory().post("/"), email=email, password=demo.PASSWORD)
            assert user is not None
            assert user.email == email

    def test_the_other_accounts_do_not_sign_in(self):
        others = User.objects.exclude(email__in=DEMO_EMAILS)
        assert others.count() >= 5
        assert not any(user.has_usable_password() for user in others)

    def test_bodies_lose_nothing_to_the_allowlist(self):
        for row in demo.reports():
            stored = Article.objects.get(slug=row["slug"]).body
            assert stored == richtext.sanitise(stored)
            as_written = CITED.sub("", row["body"].replace("\n", ""))
            assert FIGURE.sub("", CITATION.sub("", stored)) == as_written
            assert len(FIGURE.findall(stored)) == ("drawing" in row)

    def test_every_report_can_be_read_by_everybody(self):
        for article in Article.objects.all():
            assert remarks(article.body) == []

    def test_reactions_come_after_what_they_answer(self):
        for reaction in Reaction.objects.select_related("article", "parent"):
            before = (
                reaction.parent.created_at if reaction.parent else reaction.article.published_at
            )
            assert timedelta() < reaction.created_at - before < timedelta(days=4)

    def test_an_adherent_follows_two_demands_and_nobody_is_written_to(self):
        adherent = User.objects.get(email="adherente@example.org")
        assert adherent.followed_demands.count() == 2
        call_command("send_mail_queue")
        assert not OutgoingMail.objects.exists()

    def test_every_public_page_answers_a_visitor(self):
        for page in public_pages():
            assert self.client.get(page).status_code == 200, page

    def test_an_adherent_reads_everything_published_and_the_reactions(self):
        self.client.force_login(User.objects.get(email="adherente@example.org"), backend=ALLAUTH)
        for article in Article.objects.published():
            response = self.client.get(article.get_absolute_url())
            assert response.status_code == 200, article.slug
            shown = words(response.content.decode())
            assert all(words(text) in shown for text in TEXT.findall(article.body)), article.slug
            for reaction in article.reactions.all():
                assert (words(reaction.body) in shown) == (reaction.status == "published")

    def test_links_between_reports_open_for_a_visitor(self):
        links = {
            link
            for article in Article.objects.published()
            for link in INTERNAL_LINK.findall(article.body)
        }
        assert links
        for link in links:
            assert self.client.get(link).status_code == 200, link

    def test_nothing_reserved_reaches_a_visitor(self):
        reserved_meetings = Meeting.objects.exclude(visibility=PUBLIC)
        reserved = set(chain.from_iterable(reserved_meetings.values_list("title", "slug")))
        for article in Article.objects.all():
            if article.visibility == ArticleVisibility.TEASER:
                after_the_cut = article.body.partition('<hr class="cut">')[2]
                reserved |= set(TEXT.findall(after_the_cut))
            elif not (article.is_published and article.visibility == ArticleVisibility.PUBLIC):
                reserved |= {article.title, article.slug, article.lead, *TEXT.findall(article.body)}
        for item in AgendaItem.objects.exclude(meeting__visibility=PUBLIC):
            reserved |= {item.title, item.presented, item.discussion, item.outcome}
        for step in DemandStep.objects.filter(meeting__in=reserved_meetings):
            reserved |= {step.answer, step.quote}
        for demand in Demand.objects.filter(public_state=""):
            reserved |= {demand.reference, demand.title, demand.text}
        promised = Commitment.objects.filter(agenda_item__meeting__in=reserved_meetings)
        reserved |= set(chain.from_iterable(promised.values_list("wording", "proof")))
        reserved |= set(Reaction.objects.values_list("body", flat=True))
        reserved |= set(chain.from_iterable(User.objects.values_list("email", "display_name"))) - {
            ""
        }
        reserved |= set(Membership.objects.values_list("last_name", flat=True))
        reserved -= {""}
        assert len(reserved) > 150
        for page in public_pages():
            html = self.client.get(page).content.decode()
            shown = words(html)
            assert [text for text in reserved if words(text) in shown or text in html] == [], page

    def test_a_public_statement_downloads_and_a_reserved_one_does_not(self):
        for attachment in Attachment.objects.select_related("article"):
            response = self.client.get(attachment.get_absolute_url())
            if attachment.visibility == "public":
                assert response.status_code == 200
                assert b"".join(response.streaming_content).startswith(b"%PDF-")
            else:
                assert response.status_code == 404

    def test_the_documents_of_the_meetings_download_for_who_may(self):
        documents = list(Document.objects.select_related("meeting").order_by("pk"))
        assert {document.visibility for document in documents} == {"public", "members"}
        for document in documents:
            response = self.client.get(document.get_absolute_url())
            open_to_all = document.visibility == "public" and document.meeting.is_public
            assert response.status_code == (200 if open_to_all else 404), document.title
            if open_to_all:
                assert b"".join(response.streaming_content).startswith(b"%PDF-")

"""Meetings: what each reader may know of them, their agenda and their chain."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from meetings.models import AgendaItem, Meeting, MeetingStatus
from tests.factories import AgendaItemFactory, ArticleFactory, MeetingFactory, UserFactory

pytestmark = pytest.mark.django_db


def text(client, url):
    return client.get(url).content.decode()


def test_a_meeting_shows_its_agenda_and_what_came_of_it(client):
    meeting = MeetingFactory(held=True, title="Plan probité")
    item = AgendaItemFactory(
        meeting=meeting,
        title="Les ateliers",
        presented="Une expérimentation.\n\nDeux sites.",
        outcome="Les agents volontaires y participeront.",
        outcome_kind="commitment",
    )
    AgendaItemFactory(meeting=meeting, parent=item, title="Le calendrier")
    page = text(client, meeting.get_absolute_url())
    for words in (
        "Plan probité",
        "Les ateliers",
        "<p>Deux sites.</p>",
        "volontaires",
        "calendrier",
    ):
        assert words in page
    assert page.index("Les ateliers") < page.index("Le calendrier")


def test_markup_in_an_agenda_is_text(client):
    item = AgendaItemFactory(presented="<script>alert(1)</script>")
    assert "<script>alert" not in text(client, item.meeting.get_absolute_url())


def test_the_chain_shows_only_what_the_reader_may_know(client):
    earlier = MeetingFactory(held=True, members_only=True, title="CANARI", slug="canari")
    meeting = MeetingFactory(follows=earlier)
    later = MeetingFactory(
        follows=meeting, title="La suite", starts_at=timezone.now() + timedelta(days=40)
    )
    page = text(client, meeting.get_absolute_url())
    assert "canari" not in page.lower()
    assert later.title in page
    client.force_login(UserFactory(adherent=True))
    assert "CANARI" in text(client, meeting.get_absolute_url())


def test_the_page_lists_the_reports_that_the_reader_may_open(client):
    meeting = MeetingFactory(held=True)
    ArticleFactory(published=True, meeting=meeting, title="Le compte rendu")
    ArticleFactory(meeting=meeting, title="CANARI brouillon")
    ArticleFactory(published=True, members_only=True, meeting=meeting, title="CANARI réservé")
    page = text(client, meeting.get_absolute_url())
    assert "Le compte rendu" in page
    assert "CANARI" not in page


def test_a_meeting_is_to_come_until_its_hour():
    planned = MeetingFactory()
    cancelled = MeetingFactory(status=MeetingStatus.CANCELLED)
    held = MeetingFactory(held=True)
    overdue = MeetingFactory(starts_at=timezone.now() - timedelta(hours=1))
    assert set(Meeting.objects.upcoming()) == {planned, cancelled}
    assert set(Meeting.objects.past()) == {held, overdue}


def test_a_meeting_follows_an_earlier_one():
    later = MeetingFactory()
    meeting = MeetingFactory(held=True, follows=later)
    with pytest.raises(ValidationError, match="antérieure"):
        meeting.clean()


def test_a_meeting_is_not_moved_after_what_follows_it():
    earlier = MeetingFactory(held=True)
    MeetingFactory(follows=earlier)
    earlier.starts_at = timezone.now() + timedelta(days=100)
    with pytest.raises(ValidationError, match="fait suite à celle-ci"):
        earlier.clean()


@pytest.mark.parametrize("year", [1, 202, 9999])
def test_a_slip_in_a_year_is_noticed(year):
    meeting = MeetingFactory.build(starts_at=datetime(year, 6, 1, tzinfo=UTC))
    with pytest.raises(ValidationError, match="Vérifiez l’année"):
        meeting.full_clean()


def test_a_meeting_does_not_follow_itself():
    meeting = MeetingFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(follows=meeting)


def test_an_agenda_reads_each_item_then_its_sub_items():
    meeting = MeetingFactory(held=True)
    second = AgendaItemFactory(meeting=meeting, title="2", position=2)
    first = AgendaItemFactory(meeting=meeting, title="1", position=1)
    AgendaItemFactory(meeting=meeting, parent=second, title="2.1", position=1)
    AgendaItemFactory(meeting=meeting, parent=first, title="1.2", position=2)
    AgendaItemFactory(meeting=meeting, parent=first, title="1.1", position=1)
    outline = [item.title for item in meeting.agenda_items.in_outline()]
    assert outline == ["1", "1.1", "1.2", "2", "2.1"]


def test_sub_items_stay_in_their_meeting_and_one_level_deep():
    item = AgendaItemFactory()
    elsewhere = AgendaItem(meeting=MeetingFactory(), parent=item, title="x")
    with pytest.raises(ValidationError, match="autre réunion"):
        elsewhere.clean()
    below = AgendaItemFactory(meeting=item.meeting, parent=item)
    deeper = AgendaItem(meeting=item.meeting, parent=below, title="x")
    with pytest.raises(ValidationError, match="sous-point"):
        deeper.clean()


def test_an_officer_records_a_meeting_with_four_items_in_the_order_typed(client):
    client.force_login(UserFactory(role="editor"))
    group = MeetingFactory(held=True, kind="working_group")
    data = {
        "kind": "technical",
        "title": "Plan probité et protection",
        "slug": "plan-probite",
        "status": "held",
        "visibility": "public",
        "starts_at_0": f"{timezone.localdate():%d/%m/%Y}",
        "starts_at_1": "09:30",
        "ends_at_0": "",
        "ends_at_1": "",
        "place": "Direction générale",
        "follows": group.pk,
        "delegation": "",
        "agenda_items-TOTAL_FORMS": "4",
        "agenda_items-INITIAL_FORMS": "0",
        "documents-TOTAL_FORMS": "0",
        "documents-INITIAL_FORMS": "0",
    }
    titles = ["Les ateliers", "La formation", "L’accès aux données", "L’alerte"]
    for number, title in enumerate(titles):
        data |= {
            f"agenda_items-{number}-position": "0",
            f"agenda_items-{number}-title": title,
            f"agenda_items-{number}-outcome": f"Suite de {title}",
            f"agenda_items-{number}-outcome_kind": "decision",
        }
    answer = client.post(reverse("admin:meetings_meeting_add"), data)
    assert answer.status_code == 302
    meeting = Meeting.objects.get(slug="plan-probite")
    assert meeting.follows == group
    assert [item.title for item in meeting.agenda_items.all()] == titles


def test_the_page_takes_the_same_queries_whatever_the_agenda(client):
    meeting = MeetingFactory(held=True)

    def fill(count):
        for _ in range(count):
            item = AgendaItemFactory(meeting=meeting)
            AgendaItemFactory(meeting=meeting, parent=item)
            ArticleFactory(published=True, meeting=meeting)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(meeting.get_absolute_url())
        return len(captured)

    fill(1)
    few = queries()
    fill(30)
    assert queries() == few

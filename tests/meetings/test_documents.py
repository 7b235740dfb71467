"""Documents of a meeting: who downloads them, where they are shown, the same file given twice."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import DocumentKind
from tests.factories import (
    PDF,
    AgendaItemFactory,
    DocumentFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

OTHER_PDF = PDF.replace(b"Catalog", b"Catalog /Lang (fr)")


def text(client, meeting):
    return client.get(meeting.get_absolute_url()).content.decode()


def held(days_ago, **traits):
    day = timezone.now() - timedelta(days=days_ago)
    return MeetingFactory(status="held", starts_at=day, **traits)


def test_a_document_is_a_download_under_its_own_name(client):
    document = DocumentFactory(file__filename="Convocation du 3 mars.pdf")
    response = client.get(document.get_absolute_url())
    assert b"".join(response.streaming_content) == PDF
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="Convocation du 3 mars.pdf"'
    )


def test_a_document_is_served_under_its_own_meeting_only(client):
    document = DocumentFactory()
    other = MeetingFactory(held=True)
    assert (
        client.get(reverse("meetings:document", args=[other.slug, document.pk])).status_code == 404
    )


def test_a_meeting_made_reserved_closes_its_documents(client):
    document = DocumentFactory()
    meeting = document.meeting
    meeting.visibility = "members"
    meeting.save()
    assert client.get(document.get_absolute_url()).status_code == 404
    client.force_login(UserFactory(adherent=True))
    response = client.get(document.get_absolute_url())
    assert b"".join(response.streaming_content) == PDF


def test_what_a_page_says_of_a_document(client):
    document = DocumentFactory(
        title="Ordre du jour définitif",
        kind=DocumentKind.PREPARATORY_DOCUMENT,
        received_on=date(2026, 2, 3),
    )
    page = text(client, document.meeting)
    for words in ("Ordre du jour définitif", "Document préparatoire", "3\u202ffévrier\u202f2026"):
        assert words in page
    assert f"PDF, {len(PDF)}\xa0octets" in page
    assert f'href="{document.get_absolute_url()}"' in page


def test_a_document_of_an_item_is_with_the_item(client):
    meeting = held(20)
    item = AgendaItemFactory(meeting=meeting, title="Les ateliers")
    DocumentFactory(meeting=meeting, title="De la réunion")
    DocumentFactory(meeting=meeting, agenda_item=item, title="Du point", file__data=OTHER_PDF)
    page = text(client, meeting)
    apart = page.index('id="documents"')
    assert page.index("Les ateliers") < page.index("Du point") < apart < page.index("De la réunion")
    assert page.count("Du point") == 1


def test_a_reserved_document_leaves_no_trace_for_visitors(client):
    meeting = held(20)
    item = AgendaItemFactory(meeting=meeting)
    DocumentFactory(meeting=meeting, title="CANARI", members_only=True)
    DocumentFactory(meeting=meeting, agenda_item=item, title="CANARI du point", members_only=True)
    page = text(client, meeting)
    assert "CANARI" not in page
    assert "document" not in page.partition("<main")[2].lower()
    client.force_login(UserFactory(adherent=True))
    page = text(client, meeting)
    assert "CANARI" in page
    assert "réservé aux adhérent·es" in page


def test_the_same_file_as_last_time_is_noticed(client):
    first = DocumentFactory(meeting=held(90), title="Tableau de mars")
    meeting = held(20)
    DocumentFactory(meeting=meeting, title="Tableau de juin")
    DocumentFactory(meeting=meeting, title="Autre chose", file__data=OTHER_PDF)
    page = text(client, meeting)
    assert page.count("Même fichier") == 1
    assert f'href="{first.get_absolute_url()}"' in page
    assert f'href="{first.meeting.get_absolute_url()}"' in page


@pytest.mark.parametrize("reserved", ["meeting", "document"])
def test_a_reserved_copy_is_not_told_to_visitors(client, reserved):
    copy = DocumentFactory(
        meeting=held(90, slug="canari", members_only=reserved == "meeting"),
        members_only=reserved == "document",
    )
    meeting = held(20)
    DocumentFactory(meeting=meeting)
    page = text(client, meeting)
    assert "Même fichier" not in page
    assert "canari" not in page
    client.force_login(UserFactory(adherent=True))
    assert f'href="{copy.get_absolute_url()}"' in text(client, meeting)


def test_two_copies_in_one_meeting_are_not_last_time(client):
    meeting = held(20)
    DocumentFactory.create_batch(2, meeting=meeting)
    assert "Même fichier" not in text(client, meeting)

"""The officers' desk for meetings: documents, addresses, the next meeting."""

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import Document, Meeting
from tests.factories import (
    PDF,
    AgendaItemFactory,
    CommitmentFactory,
    DemandStepFactory,
    DocumentFactory,
    MeetingFactory,
    UserFactory,
)
from tests.meetings.desk_forms import ADD, change, paper, row, sent, stored_rows, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def editor(client):
    user = UserFactory(role="editor")
    client.force_login(user)
    return user


def test_a_document_about_a_point_of_the_meeting(client):
    item = AgendaItemFactory(position=1)
    rows = stored_rows(item.meeting)
    client.post(change(item.meeting), sent(item.meeting, rows, [paper(item=item.pk)]))
    document = item.meeting.documents.get()
    assert document.agenda_item == item
    assert document.received_on.isoformat() == "2026-03-02"


def test_a_new_meeting_with_its_document(client):
    client.post(ADD, sent(documents=[paper()]))
    assert Meeting.objects.get().documents.get().title == "Note"


def test_the_points_of_another_meeting_are_not_offered(client):
    meeting, foreign = MeetingFactory(), AgendaItemFactory(title="CANARI")
    assert "CANARI" not in text(client.get(change(meeting)))
    page = client.post(change(meeting), sent(meeting, documents=[paper(item=foreign.pk)]))
    assert page.status_code == 200
    assert not meeting.documents.exists()


def test_the_same_file_is_noticed_and_kept(client):
    earlier = DocumentFactory(title="Le bilan", received_on=timezone.localdate())
    meeting = MeetingFactory()
    page = client.post(change(meeting), sent(meeting, documents=[paper()]), follow=True)
    said = text(page)
    assert "Ce fichier est le même, à l’octet près, que « Le bilan »" in said
    assert "reçu le" in said
    assert "réunion technique du" in said
    assert earlier.get_absolute_url() in page.content.decode()
    assert meeting.documents.get().sha256 == earlier.sha256


def test_another_file_is_not(client):
    DocumentFactory()
    meeting = MeetingFactory()
    other = paper(content=PDF.replace(b"Root", b"Toor"))
    page = client.post(change(meeting), sent(meeting, documents=[other]), follow=True)
    assert "à l’octet près" not in text(page)


def test_nothing_is_said_when_the_file_is_left_alone(client):
    document = DocumentFactory()
    DocumentFactory()
    meeting = document.meeting
    papers = [paper("Titre corrigé", content=None, document=document)]
    page = client.post(change(meeting), sent(meeting, documents=papers), follow=True)
    document.refresh_from_db()
    assert document.title == "Titre corrigé"
    assert "à l’octet près" not in text(page)


def test_a_document_stays_when_its_point_is_deleted(client):
    item = AgendaItemFactory(position=1)
    document = DocumentFactory(meeting=item.meeting, agenda_item=item)
    rows = [row(item.title, 1, item=item) | {"DELETE": "on"}]
    papers = [paper("Autre titre", content=None, item=item.pk, document=document)]
    answer = client.post(change(item.meeting), sent(item.meeting, rows, papers))
    assert answer.status_code == 302
    document.refresh_from_db()
    assert (document.title, document.agenda_item) == ("Autre titre", None)


def test_files_to_choose_again_are_told(client):
    page = client.post(ADD, sent(rows=[row("", 1, outcome="x")], documents=[paper()]))
    assert "choisissez-les de nouveau" in text(page)


def test_a_deleted_meeting_takes_its_files_along(client, django_capture_on_commit_callbacks):
    client.force_login(UserFactory(role="secretary"))
    document = DocumentFactory()
    storage, name = document.file.storage, document.file.name
    url = reverse("admin:meetings_meeting_delete", args=[document.meeting.pk])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, {"post": "yes"}).status_code == 302
    assert not Document.objects.exists()
    assert not storage.exists(name)


@pytest.mark.parametrize("role", ["secretary", "superuser"])
def test_a_meeting_on_which_the_record_hangs_is_not_deleted_and_what_to_do_is_said(client, role):
    user = UserFactory(superuser=True) if role == "superuser" else UserFactory(role=role)
    client.force_login(user)
    for meeting in (
        CommitmentFactory().agenda_item.meeting,
        DemandStepFactory().meeting,
        MeetingFactory(follows=MeetingFactory(held=True)).follows,
    ):
        url = reverse("admin:meetings_meeting_delete", args=[meeting.pk])
        for page in (client.get(url), client.post(url, {"post": "yes"})):
            assert "Suppression impossible" in text(page)
            assert "Si elle n’a pas eu lieu, notez-la « annulée »." in text(page)
        assert Meeting.objects.filter(pk=meeting.pk).exists()


@pytest.mark.parametrize(
    "typed", ["9h30", "9 h 30", "09h30", "9:30", "09:30:00", "9\u202fh\u202f30"]
)
def test_an_hour_is_understood_as_people_write_it(client, typed):
    client.post(ADD, sent(starts_at_0="27/01/2025", starts_at_1=typed, ends_at_1="12h"))
    meeting = Meeting.objects.get()
    starts_at, ends_at = map(timezone.localtime, (meeting.starts_at, meeting.ends_at))
    assert f"{starts_at:%d/%m/%Y %H:%M}" == "27/01/2025 09:30"
    # The day on which it ends was not typed.
    assert f"{ends_at:%d/%m/%Y %H:%M}" == "27/01/2025 12:00"


def test_an_hour_that_is_not_understood_is_shown_how_to_be_written(client):
    page = client.post(ADD, sent(starts_at_1="neuf heures", ends_at_0="demain", ends_at_1="12:00"))
    said = text(page)
    assert "Donnez l’heure ainsi : 9h30, ou 09:30." in said
    assert "Donnez la date ainsi : 27/01/2025." in said
    assert "neuf heures" in page.content.decode()


def test_an_empty_address_is_found_and_is_not_that_of_another(client):
    MeetingFactory(slug="plan-probite")
    client.post(ADD, sent())
    meeting = Meeting.objects.latest("pk")
    assert meeting.slug == f"plan-probite-{meeting.day}"
    client.post(ADD, sent(slug="plan-probite"))
    assert Meeting.objects.latest("pk").slug == f"plan-probite-{meeting.day}-2"


def test_an_address_that_was_chosen_is_not_changed_by_the_way(client):
    MeetingFactory(slug="prise")
    page = client.post(ADD, sent(slug="prise"))
    assert page.status_code == 200
    assert "adresse" in text(page)
    meeting = MeetingFactory(slug="la-sienne")
    client.post(change(meeting), sent(meeting, title="Autre titre", slug=""))
    meeting.refresh_from_db()
    assert meeting.slug == "la-sienne"


def test_an_address_and_a_title_left_empty_together_lose_nothing_typed(client):
    document = DocumentFactory(meeting__slug="la-sienne")
    meeting = document.meeting
    data = sent(meeting, documents=[paper(document=document)], title="", slug="", place="Port-Rive")
    page = client.post(change(meeting), data)
    assert page.status_code == 200
    assert "Ce champ est obligatoire" in text(page)
    assert "Port-Rive" in page.content.decode()


def test_the_next_meeting_is_prepared_from_a_past_one(client):
    former = MeetingFactory(held=True, place="Direction générale", members_only=True)
    assert f"{ADD}?follows={former.pk}" in client.get(change(former)).content.decode()
    page = client.get(f"{ADD}?follows={former.pk}")
    form = page.context["adminform"].form
    assert form["title"].value() == former.title
    assert form["place"].value() == "Direction générale"
    assert form["visibility"].value() == "members"
    assert form["follows"].value() == former.pk
    assert not form["starts_at"].value()


@pytest.mark.parametrize("asked", ["0", "abc", "99999999999999999999", ""])
def test_a_wrong_former_meeting_is_left_out(client, asked):
    assert client.get(f"{ADD}?follows={asked}").status_code == 200

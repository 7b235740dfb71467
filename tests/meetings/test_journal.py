"""The journal: who changed what in the record, when, readable by the secretary alone."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cgtdouanes.officers.journal import ChangeKind
from meetings.changes import Subject
from meetings.journal import NOBODY, Log, people
from meetings.models import AgendaItem, Commitment, DemandState, DemandStep
from tests.factories import (
    PDF,
    AgendaItemFactory,
    CommitmentFactory,
    DemandFactory,
    DemandStepFactory,
    DocumentFactory,
    MeetingFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

JOURNAL = "/admin/meetings/meeting/journal/"
PARIS = ZoneInfo("Europe/Paris")


def entries(**filters):
    log = Log(**filters)
    return log[0 : len(log)]


def changes(entry):
    return {
        change.label: (
            change.before.replace("\u202f", " "),
            change.after.replace("\u202f", " "),
        )
        for change in entry.changes
    }


def by(user, obj, **values):
    """Change an object as this person would."""
    obj._history_user = user
    for name, value in values.items():
        setattr(obj, name, value)
    obj.save()
    return obj


@pytest.fixture
def secretary(client):
    user = UserFactory(role="secretary", display_name="Camille", email="camille@exemple.test")
    client.force_login(user)
    return user


def words(client, url=JOURNAL, **query):
    page = client.get(url, query).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.replace("\u202f", " ")))


def test_a_change_tells_each_field_before_and_after():
    earlier = MeetingFactory(held=True, title="La première")
    meeting = MeetingFactory(title="Avant", place="")
    meeting.title = "Après"
    meeting.status = "cancelled"
    meeting.starts_at = datetime(2030, 1, 5, 9, 30, tzinfo=PARIS)
    meeting.follows = earlier
    meeting.place = "Direction"
    meeting.save()
    entry = entries()[0]
    assert (entry.subject, entry.action) == (Subject.MEETING, ChangeKind.MODIFICATION)
    told = changes(entry)
    assert told["Titre"] == ("Avant", "Après")
    assert told["État"] == ("prévue", "annulée")
    assert told["Lieu"] == ("", "Direction")
    assert told["Début"][1] == "5 janvier 2030 à 9 h 30"
    assert told["Fait suite à"][0] == ""
    assert told["Fait suite à"][1].endswith(": La première")
    assert set(told) == {"Titre", "État", "Lieu", "Début", "Fait suite à"}


def test_each_change_is_compared_with_the_one_before_it():
    demand = DemandFactory(title="Un")
    for title in ("Deux", "Trois"):
        demand.title = title
        demand.save()
    found = [changes(entry)["Intitulé"] for entry in entries()]
    assert found == [("Deux", "Trois"), ("Un", "Deux"), ("", "Un")]


def test_a_creation_and_a_deletion_are_told_and_what_is_gone_keeps_its_name():
    meeting = MeetingFactory(title="Éphémère")
    AgendaItemFactory(meeting=meeting, title="Un point")
    meeting.delete()
    found = entries()
    assert {(entry.subject, entry.action) for entry in found} == {
        (Subject.MEETING, ChangeKind.CREATION),
        (Subject.MEETING, ChangeKind.DELETION),
        (Subject.AGENDA_ITEM, ChangeKind.CREATION),
        (Subject.AGENDA_ITEM, ChangeKind.DELETION),
    }
    assert not any(entry.url for entry in found)
    item = next(entry for entry in found if entry.subject == Subject.AGENDA_ITEM)
    assert "Éphémère (n’existe plus)" in item.place


def test_a_step_is_told_with_its_answer_and_a_correction_as_such():
    demand = DemandFactory(title="Un local")
    wrong = DemandStepFactory(demand=demand, state=DemandState.REFUSED, answer="Jamais")
    DemandStepFactory(demand=demand, state=DemandState.GRANTED, corrects=wrong)
    correction, step = entries(subject=Subject.STEP)
    assert step.name.endswith(": Un local")
    assert changes(step)["Réponse de l’administration"] == ("", "Jamais")
    assert not step.corrects
    assert correction.corrects
    assert changes(correction)["État"] == ("", "obtenue")
    assert changes(correction)["Corrige"][1].startswith("refusée")


def test_a_replaced_file_is_told_by_its_name():
    document = DocumentFactory()
    document.file = ContentFile(PDF + b"%", name="convocation bis.pdf")
    document.save()
    told = changes(entries(subject=Subject.DOCUMENT)[0])
    assert told == {"Fichier": ("convocation.pdf", "convocation bis.pdf")}


def test_a_taken_up_point_without_words_is_named_by_its_origin():
    demand = DemandFactory(title="Un local")
    AgendaItemFactory(title="", demand=demand)
    entry = entries(subject=Subject.AGENDA_ITEM)[0]
    assert entry.name == "Un local"
    assert changes(entry)["Revendication reprise"][1].endswith(": Un local")


def test_what_hangs_on_a_meeting_names_it_and_leads_to_a_page():
    meeting = MeetingFactory(held=True, title="Effectifs")
    item = AgendaItemFactory(meeting=meeting)
    commitment = CommitmentFactory(agenda_item=item)
    DocumentFactory(meeting=meeting)
    demand = DemandFactory()
    DemandStepFactory(meeting=meeting, demand=demand)
    found = {entry.subject: entry for entry in entries()}
    for subject in (Subject.AGENDA_ITEM, Subject.COMMITMENT, Subject.DOCUMENT, Subject.STEP):
        assert found[subject].place.endswith(": Effectifs")
    within = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    of_demand = reverse("admin:meetings_demand_change", args=[demand.pk])
    assert {subject: entry.url for subject, entry in found.items()} == {
        Subject.MEETING: within,
        Subject.AGENDA_ITEM: within,
        Subject.DOCUMENT: within,
        Subject.COMMITMENT: reverse("admin:meetings_commitment_change", args=[commitment.pk]),
        Subject.DEMAND: of_demand,
        Subject.STEP: of_demand,
    }


def test_saving_writes_one_line_even_within_a_transaction():
    with transaction.atomic():
        meeting = MeetingFactory(title="Avant")
        follower = MeetingFactory(follows=meeting, starts_at=timezone.now() + timedelta(days=40))
    with transaction.atomic():
        meeting.visibility = "members"
        meeting.save()
    assert meeting.history.count() == 2
    assert follower.history.count() == 1
    demand = DemandFactory()
    DemandStepFactory(demand=demand, meeting=meeting)
    assert demand.history.count() == 1
    with transaction.atomic():
        meeting.save()
        transaction.set_rollback(True)
    assert meeting.history.count() == 2


def test_who_is_a_person_a_deleted_account_or_the_system():
    officer = UserFactory(display_name="Solène", email="solene@exemple.test")
    leaver = UserFactory()
    meeting = MeetingFactory()
    by(leaver, meeting, title="Deux")
    by(officer, meeting, title="Trois")
    leaver.delete()
    assert [(entry.who, entry.email) for entry in entries()] == [
        ("Solène", "solene@exemple.test"),
        ("compte supprimé", ""),
        ("système", ""),
    ]
    DemandStepFactory(recorded_by=None)
    assert entries(subject=Subject.STEP)[0].who == "compte supprimé ou système"


def test_the_filters_narrow_down_to_a_person_and_to_a_kind():
    officer, other = UserFactory(), UserFactory()
    meeting, demand = MeetingFactory(), DemandFactory()
    by(officer, meeting, title="Deux")
    by(other, demand, title="Trois")
    DemandStep.objects.create(
        demand=demand, state=DemandState.REFUSED, on=date(2025, 1, 1), recorded_by=officer
    )
    found = [entry.subject for entry in entries(person=str(officer.pk))]
    assert found == [Subject.STEP, Subject.MEETING]
    assert [entry.subject for entry in entries(subject=Subject.DEMAND)] == [Subject.DEMAND] * 2
    assert len(entries(person=NOBODY)) == 2
    assert set(people()) == {officer, other}


def test_the_history_of_a_meeting_holds_what_hangs_on_it():
    meeting = MeetingFactory(held=True)
    item = AgendaItemFactory(meeting=meeting)
    DocumentFactory(meeting=meeting)
    CommitmentFactory(agenda_item=item)
    DemandStepFactory(meeting=meeting)
    gone = AgendaItemFactory(meeting=meeting)
    gone.delete()
    AgendaItemFactory()
    CommitmentFactory()
    found = [entry.subject for entry in entries(about=meeting)]
    assert sorted(found) == sorted(
        [
            Subject.MEETING,
            *[Subject.AGENDA_ITEM] * 3,
            Subject.DOCUMENT,
            Subject.COMMITMENT,
            Subject.STEP,
        ]
    )


def test_the_history_of_a_demand_holds_its_steps():
    demand = DemandFactory()
    DemandStepFactory(demand=demand)
    CommitmentFactory(demand=demand)
    DemandStepFactory()
    found = {entry.subject for entry in entries(about=demand)}
    assert found == {Subject.DEMAND, Subject.STEP, Subject.COMMITMENT}
    assert len(entries(about=demand)) == 3
    assert len(entries(about=Commitment.objects.get())) == 1


def test_pages_follow_each_other_without_gap(client, secretary):
    for number in range(35):
        with time_machine.travel(datetime(2025, 1, 1, 12, number, tzinfo=PARIS), tick=False):
            MeetingFactory(
                title=f"Réunion du jour n° {number:02}"
            ) if number % 2 else DemandFactory(title=f"Réunion du jour n° {number:02}")
    first, second = words(client), words(client, page=2)
    told = re.findall(r"Réunion du jour n° (\d\d) \d+ h", first + second)
    assert told == [f"{number:02}" for number in reversed(range(35))]
    assert "Page 1 sur 2" in first
    assert "35 changements" in first


def make(number):
    for _ in range(number):
        meeting = MeetingFactory(
            held=True,
            follows=MeetingFactory(held=True, starts_at=timezone.now() - timedelta(days=90)),
        )
        item = AgendaItemFactory(meeting=meeting)
        taken_up = AgendaItemFactory(meeting=meeting, title="", takes_up=item)
        demand = DemandFactory()
        commitment = CommitmentFactory(agenda_item=item, demand=demand)
        DemandStepFactory(
            demand=demand, meeting=meeting, agenda_item=item, recorded_by=UserFactory()
        )
        document = DocumentFactory(meeting=meeting, agenda_item=item)
        for each in (meeting, item, taken_up, demand, commitment, document):
            each._history_user = UserFactory()
            each.save()


def test_any_number_of_changes_takes_the_same_queries(client, secretary):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(JOURNAL).status_code == 200
        return len(captured)

    make(1)
    client.get(JOURNAL)
    few = queries()
    make(12)
    assert len(Log()) > 100
    assert queries() == few


@pytest.mark.parametrize(
    "role", ["editor", "publisher", "moderator", "membership_manager", "adherent"]
)
def test_only_the_secretary_reads_it(client, role):
    user = UserFactory(adherent=True) if role == "adherent" else UserFactory(role=role)
    meeting = MeetingFactory()
    client.force_login(user)
    for url in (JOURNAL, reverse("admin:meetings_meeting_history", args=[meeting.pk])):
        answer = client.get(url, follow=True)
        assert answer.status_code == 403


def test_an_editor_is_not_shown_the_way(client):
    meeting = MeetingFactory()
    url = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    client.force_login(UserFactory(role="editor"))
    assert "Historique" not in client.get(url).content.decode()
    assert "Journal des réunions" not in client.get("/admin/").content.decode()
    client.force_login(UserFactory(role="secretary"))
    assert "Historique" in client.get(url).content.decode()
    assert JOURNAL in client.get("/admin/").content.decode()


def test_what_was_typed_is_shown_as_text(client, secretary):
    meeting = MeetingFactory(title="<script>alert(1)</script>")
    meeting.place = "<img src=x onerror=alert(2)>"
    meeting.save()
    page = client.get(JOURNAL).content.decode()
    assert "<script>alert" not in page
    assert "<img" not in page


@pytest.mark.parametrize("query", ["personne=x", "personne=0", "objet=x", "page=x", "page=-1"])
def test_an_odd_address_is_answered(client, secretary, query):
    MeetingFactory()
    answer = client.get(f"{JOURNAL}?{query}")
    assert answer.status_code == 200
    said = "Choisissez dans la liste" in answer.content.decode()
    assert said is not query.startswith("page")


def agenda(meeting, *items, **fields):
    """What the meeting's page sends: the meeting, its agenda, no document."""
    local = timezone.localtime(meeting.starts_at)
    data = {
        "kind": meeting.kind,
        "title": meeting.title,
        "slug": meeting.slug,
        "status": meeting.status,
        "visibility": meeting.visibility,
        "starts_at_0": f"{local:%d/%m/%Y}",
        "starts_at_1": f"{local:%H:%M:%S}",
        "ends_at_0": "",
        "ends_at_1": "",
        "place": meeting.place,
        "follows": "",
        "delegation": "",
        "agenda_items-TOTAL_FORMS": str(len(items)),
        "agenda_items-INITIAL_FORMS": str(sum("id" in item for item in items)),
        "documents-TOTAL_FORMS": "0",
        "documents-INITIAL_FORMS": "0",
    } | fields
    for number, item in enumerate(items):
        form = {
            "meeting": meeting.pk,
            "presented": "",
            "discussion": "",
            "outcome": "",
            "outcome_kind": "none",
            "position": str(number + 1),
        } | item
        data |= {f"agenda_items-{number}-{name}": value for name, value in form.items()}
    return data


def test_what_an_officer_changes_at_the_desk_bears_their_name(client):
    officer = UserFactory(role="editor", display_name="Solène")
    client.force_login(officer)
    start = timezone.localtime().replace(microsecond=0) + timedelta(days=3)
    meeting = MeetingFactory(title="Avant", starts_at=start)
    item = AgendaItemFactory(meeting=meeting, title="Un point", position=1)
    url = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    answer = client.post(
        url,
        agenda(meeting, {"id": item.pk, "title": "Le même, mieux dit"}, {"title": "Un ajout"}),
    )
    assert answer.status_code == 302
    assert AgendaItem.objects.filter(meeting=meeting).count() == 2
    found = [
        (entry.subject, entry.action, entry.who, changes(entry).get("Intitulé"))
        for entry in entries(person=str(officer.pk))
    ]
    assert sorted(found) == sorted(
        [
            (Subject.AGENDA_ITEM, ChangeKind.CREATION, "Solène", ("", "Un ajout")),
            (
                Subject.AGENDA_ITEM,
                ChangeKind.MODIFICATION,
                "Solène",
                ("Un point", "Le même, mieux dit"),
            ),
        ]
    )
    meeting.refresh_from_db()
    client.post(url, agenda(meeting, title="Après"))
    assert [changes(entry) for entry in entries(about=meeting, subject=Subject.MEETING)][0] == {
        "Titre": ("Avant", "Après")
    }


def test_the_journal_names_who_and_leads_to_what_changed(client, secretary):
    officer = UserFactory(role="editor", display_name="Solène", email="solene@exemple.test")
    meeting = by(officer, MeetingFactory(title="Avant"), title="Après")
    page = client.get(JOURNAL).content.decode()
    assert "Solène" in page
    assert "solene@exemple.test" in page
    assert reverse("admin:meetings_meeting_change", args=[meeting.pk]) in page
    assert "avant : Avant après : Après" in words(client)
    history = reverse("admin:meetings_meeting_history", args=[meeting.pk])
    assert "2 changements" in words(client, history)
    assert client.get(reverse("admin:meetings_meeting_history", args=[0])).status_code == 404

"""Whatever an officer sees or does of who belongs to the section is recorded, and names nobody."""

import csv
import io
import logging
from datetime import timedelta

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.audit import record
from members.imports.reading import read
from members.models import (
    Action,
    AuditedRow,
    AuditEntry,
    ImportedRow,
    Membership,
    MembershipImport,
    Subject,
    User,
)
from tests.factories import (
    AccessRequestFactory,
    AuditEntryFactory,
    MandateFactory,
    MembershipFactory,
    OutgoingMailFactory,
    UserFactory,
)
from tests.members.lists import ZOE, csv_file

pytestmark = pytest.mark.django_db

LIST = reverse("admin:members_membership_changelist")
EXPORT = reverse("admin:members_membership_export")
IMPORT = reverse("admin:members_membership_import")
AUDIT = reverse("admin:members_auditentry_changelist")


@pytest.fixture
def member():
    return MembershipFactory(last_name="Sarriette", first_name="Odile", email="odile@exemple.test")


@pytest.fixture(params=["membership_manager", "secretary", "superuser"])
def officer(request, client):
    traits = {"superuser": True} if request.param == "superuser" else {"role": request.param}
    user = UserFactory(**traits)
    client.force_login(user)
    return user


@pytest.fixture
def secretary(client):
    user = UserFactory(role="secretary")
    client.force_login(user)
    return user


def page_of(member, name="change"):
    return reverse(f"admin:members_membership_{name}", args=[member.pk])


def entries():
    """What was recorded: action, list, count, keys."""
    return [
        (
            entry.action,
            entry.subject,
            entry.count,
            sorted(entry.rows.values_list("object_id", flat=True)),
        )
        for entry in AuditEntry.objects.order_by("pk")
    ]


def recorded(action, *keys, count=None, subject=Subject.MEMBERSHIPS):
    return (action, subject, len(keys) if count is None else count, sorted(keys))


def form_of(member, **changes):
    names = ["number", "last_name", "first_name", "email", "joined_on", "paid_until"]
    values = {name: getattr(member, name) for name in names} | changes
    return {name: "" if value is None else str(value) for name, value in values.items()}


def test_every_look_at_the_list_is_recorded(client, officer, member):
    client.get(LIST)
    client.get(LIST, {"q": "sarriette"})
    client.get(LIST, {"q": "personne de ce nom"})
    client.get(page_of(member))
    assert entries() == [
        recorded(Action.LIST, member.pk),
        recorded(Action.SEARCH, member.pk),
        recorded(Action.SEARCH),
        recorded(Action.VIEW, member.pk),
    ]
    assert {entry.officer for entry in AuditEntry.objects.all()} == {officer}


def test_every_change_of_the_list_is_recorded(client, officer, member):
    client.post(page_of(member), form_of(member, first_name="Odette"))
    client.post(page_of(member), form_of(member, first_name="Odette"))
    client.post(page_of(member), form_of(member, number=""))
    client.post(reverse("admin:members_membership_add"), form_of(member, number="neuf"))
    new = Membership.objects.get(number="neuf")
    assert entries() == [
        recorded(Action.CHANGE, member.pk),
        recorded(Action.VIEW, member.pk),
        recorded(Action.ADDITION, new.pk),
    ]
    assert member.history.count() == 2


def test_every_deletion_is_recorded_and_leaves_no_name(client, secretary, member):
    other = MembershipFactory()
    client.get(page_of(member, "delete"))
    client.post(page_of(member, "delete"), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [other.pk]}
    client.post(LIST, chosen)
    client.post(LIST, chosen | {"post": "yes"})
    assert entries() == [
        recorded(Action.VIEW, member.pk),
        recorded(Action.DELETION, member.pk),
        recorded(Action.VIEW, other.pk),
        recorded(Action.DELETION, other.pk),
    ]
    assert not Membership.history.exists()
    assert not LogEntry.objects.exists()


def test_who_is_named_by_the_mail_that_failed_is_recorded(client, secretary, member):
    desk = reverse("admin:members_outgoingmail_changelist")
    client.get(desk)
    assert entries() == []
    account = UserFactory(email="odile@autre.test")
    person = OutgoingMailFactory(recipient=account, failed=True)
    for address in ("Odile@exemple.test", "odile@autre.test", "personne@exemple.test"):
        OutgoingMailFactory(recipient=None, address=address, failed=True)
    client.get(desk)
    client.get(desk, {"q": "Odile@exemple"})
    client.get(reverse("admin:members_outgoingmail_change", args=[person.pk]))
    assert entries() == [
        recorded(Action.LIST, account.pk, subject=Subject.ACCOUNTS),
        recorded(Action.LIST, member.pk),
        recorded(Action.SEARCH, member.pk),
        recorded(Action.VIEW, account.pk, subject=Subject.ACCOUNTS),
    ]


def test_a_request_that_was_accepted_names_a_member_and_is_recorded(client, officer, member):
    asked = AccessRequestFactory(
        state="accepted", membership=member, decided_by=officer, decided_at=timezone.now()
    )
    client.get(reverse("admin:members_accessrequest_changelist"))
    page = client.get(reverse("admin:members_accessrequest_change", args=[asked.pk]))
    assert "Sarriette" in page.content.decode()
    assert entries() == [recorded(Action.VIEW, member.pk)]


def test_a_member_who_is_named_several_times_on_a_page_is_counted_once(client, officer, member):
    for _ in range(3):
        AccessRequestFactory(last_name="Sarriette")
    client.get(reverse("admin:members_accessrequest_changelist"))
    assert entries() == [recorded(Action.SUGGESTION, member.pk)]


def test_the_history_is_recorded(client, secretary, member):
    member.first_name = "Odette"
    member.save()
    page = client.get(page_of(member, "history")).content.decode()
    assert "Odette" in page
    assert "Odile" in page
    assert entries() == [recorded(Action.HISTORY, member.pk)]
    assert "historique ouvert" in client.get(page_of(member, "history")).content.decode()


def test_accounts_name_people_too(client, secretary):
    account = UserFactory(email="zelie@exemple.test")
    client.get(reverse("admin:members_user_changelist"), {"q": "zelie"})
    client.get(reverse("admin:members_user_change", args=[account.pk]))
    client.get(reverse("admin:members_user_history", args=[account.pk]))
    client.get(
        reverse("admin:autocomplete"),
        {"app_label": "members", "model_name": "membership", "field_name": "user", "term": "zelie"},
    )
    seen = {"subject": Subject.ACCOUNTS}
    assert entries() == [
        recorded(Action.SEARCH, account.pk, **seen),
        recorded(Action.VIEW, account.pk, **seen),
        recorded(Action.HISTORY, account.pk, **seen),
        recorded(Action.SUGGESTION, account.pk, **seen),
    ]


def test_an_import_is_recorded_from_its_preview_to_its_undoing(client, officer, member):
    row = [member.number, "Sarriette", "Odette", "", "", ""]
    answer = client.post(
        IMPORT, {"import_file": SimpleUploadedFile("liste.csv", csv_file([row, ZOE]))}
    )
    client.post(
        reverse("admin:members_membership_process_import"),
        {"digest": answer.context["result"].digest},
    )
    zoe = Membership.objects.get(number="00300")
    undo = reverse("admin:members_membership_undo_import", args=[MembershipImport.objects.get().pk])
    client.post(undo)
    assert entries() == [
        recorded(Action.PREVIEW, member.pk, count=2),
        recorded(Action.IMPORT, member.pk, zoe.pk),
        recorded(Action.UNDO, member.pk, zoe.pk),
    ]


def rows_of(answer):
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_an_export_is_what_the_list_shows_and_is_recorded(client, officer, member):
    MembershipFactory(lapsed=True)
    page = client.get(f"{EXPORT}?etat=active").content.decode()
    assert "1 adhésion" in page
    assert not AuditEntry.objects.exists()
    answer = client.post(f"{EXPORT}?etat=active", {"format": "1", "resource": "0"})
    assert "adhesions-" in answer.headers["Content-Disposition"]
    headings, row = rows_of(answer)
    assert headings[:4] == ["Numéro d’adhérent·e", "Nom", "Prénom", "Adresse e-mail"]
    assert row[:4] == [member.number, "Sarriette", "Odile", "odile@exemple.test"]
    assert "à jour" in row
    assert entries() == [recorded(Action.EXPORT, member.pk)]
    assert client.post(f"{EXPORT}?etat=active&password=x", {"format": "1"}).status_code == 400


def test_an_export_holds_no_formula_and_comes_back_by_the_import(client, secretary):
    tricky = MembershipFactory(
        number="-12", last_name='=HYPERLINK("http://mal.example";"ici")', first_name="@SUM(1)"
    )
    cells = rows_of(client.post(EXPORT, {"format": "1"}))[1]
    assert [cell[0] for cell in cells[:3]] == ["'", "'", "'"]
    book = client.post(EXPORT, {"format": "0"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    for row in sheet.iter_rows():
        assert not [cell for cell in row if cell.data_type == "f"]
    assert sheet["F2"].is_date
    assert read(book).lines[0].cells[:3] == ["-12", tricky.last_name, "@SUM(1)"]
    answer = client.post(IMPORT, {"import_file": SimpleUploadedFile("adhesions.xlsx", book)})
    result = answer.context["result"]
    assert [row.number for row in result.unchanged] == ["-12"]
    assert answer.context["not_read"] == []


def test_an_export_survives_what_is_pasted_in_a_name(client, secretary):
    MembershipFactory(last_name="du\x0bTexte", first_name="\uffffcol\u200blé")
    for sort in "01":
        content = client.post(EXPORT, {"format": sort}).content
        assert read(content).lines[0].cells[1:3] == ["du Texte", "collé"]


def test_a_view_that_cannot_be_recorded_is_not_given(client, officer, member, monkeypatch):
    def fail(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr("members.audit.AuditEntry.objects.create", fail)
    client.raise_request_exception = False
    for url in (LIST, page_of(member)):
        answer = client.get(url)
        assert answer.status_code == 500
        assert b"Sarriette" not in answer.content
    assert client.post(EXPORT, {"format": "1"}).status_code == 500
    client.post(page_of(member), form_of(member, first_name="Odette"))
    member.refresh_from_db()
    assert member.first_name == "Odile"
    assert member.history.count() == 1


def test_the_audit_is_written_once(member):
    entry = AuditEntryFactory()
    record(UserFactory(), Action.VIEW, Subject.MEMBERSHIPS, [member.pk])
    row = AuditedRow.objects.get()
    for attempt in (
        entry.save,
        entry.delete,
        row.delete,
        AuditEntry.objects.all().delete,
        AuditedRow.objects.all().delete,
        lambda: AuditEntry.objects.update(count=F("count") + 1),
    ):
        with pytest.raises(TypeError):
            attempt()
    assert AuditEntry.objects.count() == 2


def test_what_is_old_is_purged_and_the_rest_stays():
    now = timezone.now()
    old = AuditEntryFactory(at=now - timedelta(days=400))
    AuditedRow.objects.create(entry=old, object_id=1)
    recent = AuditEntryFactory()
    assert AuditEntry.objects.all().purge(now - timedelta(days=365)) == 1
    assert list(AuditEntry.objects.all()) == [recent]
    assert not AuditedRow.objects.exists()


def test_nothing_is_rewritten_when_people_go(client, secretary, member):
    gone = UserFactory(role="membership_manager")
    record(gone, Action.VIEW, Subject.MEMBERSHIPS, [member.pk])
    before = list(AuditEntry.objects.order_by("pk").values())
    key, member_key = gone.pk, member.pk
    gone.delete()
    member.delete()
    assert list(AuditEntry.objects.order_by("pk").values()) == before
    assert f"compte supprimé n° {key}" in client.get(AUDIT).content.decode()
    detail = reverse("admin:members_auditentry_change", args=[AuditEntry.objects.get().pk])
    page = client.get(detail).content.decode()
    assert f">n° {member_key}</a>" in page


def test_the_audit_repeats_no_name(client, secretary, member):
    for url in (f"{LIST}?q=sarriette", page_of(member), page_of(member, "history")):
        client.get(url)
    client.post(EXPORT, {"format": "1"})
    kept = str(list(AuditEntry.objects.values())) + str(list(AuditedRow.objects.values()))
    pages = client.get(AUDIT).content.decode()
    for entry in AuditEntry.objects.all():
        url = reverse("admin:members_auditentry_change", args=[entry.pk])
        pages += client.get(url).content.decode()
    for word in ("sarriette", "odile", member.number.lower()):
        assert word not in kept.lower()
        assert word not in pages.lower()


def test_the_audit_is_filtered_in_a_constant_number_of_queries(client, secretary):
    other = UserFactory(role="membership_manager")
    AuditEntryFactory(officer=other, action=Action.EXPORT)
    AuditEntryFactory(officer=secretary)
    shown = client.get(AUDIT, {"qui": other.pk}).context["cl"].result_list
    assert [entry.officer for entry in shown] == [other]
    shown = client.get(AUDIT, {"action__exact": "export"}).context["cl"].result_list
    assert [entry.action for entry in shown] == ["export"]
    assert client.get(AUDIT, {"qui": "n’importe"}).status_code == 200
    with CaptureQueriesContext(connection) as few:
        client.get(AUDIT)
    for _ in range(30):
        AuditEntryFactory(officer=other)
    with CaptureQueriesContext(connection) as many:
        client.get(AUDIT)
    assert len(few) == len(many)


def test_the_history_takes_a_constant_number_of_queries(client, secretary, member):
    member.user = UserFactory()
    member.save()
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(member, "history"))
    for number in range(20):
        member.first_name, member.user = f"Odile {number}", UserFactory()
        member.save()
    with CaptureQueriesContext(connection) as many:
        client.get(page_of(member, "history"))
    assert len(few) == len(many)


def test_former_values_are_forgotten_on_demand(member):
    member.first_name = "Odette"
    member.save()
    made = MembershipImport.objects.create(created=0, changed=1, unchanged=0)
    ImportedRow.objects.create(made_in=made, membership=member, before={}, after={})
    other = MembershipFactory()
    member.forget_former_values()
    assert not member.history.exists()
    assert not ImportedRow.objects.exists()
    assert other.history.count() == 1


def test_deleting_a_membership_deletes_its_history(member):
    member.delete()
    assert not Membership.history.exists()


def logged(caplog):
    """All that was logged, tracebacks too; what the database says of itself is not ours."""
    formatter = logging.Formatter()
    return "\n".join(
        formatter.format(record) for record in caplog.records if record.name != "django.db.backends"
    ).lower()


@pytest.mark.parametrize("fails", [False, True])
def test_the_logs_name_nobody(client, secretary, member, caplog, monkeypatch, fails):
    bad = [member.number, "Sarriette", "Odile", "odile chez exemple", "31/02/2025", ""]

    def refuse(*args, **kwargs):
        raise IntegrityError("Key (email)=(zoe.martin@exemple.test) already exists.")

    if fails:
        monkeypatch.setattr("members.imports.resource.bulk_create_with_history", refuse)
    with caplog.at_level("DEBUG"):
        client.get(LIST, {"q": "sarriette"})
        client.get(page_of(member))
        for rows in ([bad, ZOE], [ZOE]):
            file = SimpleUploadedFile("liste de Sarriette.csv", csv_file(rows))
            answer = client.post(IMPORT, {"import_file": file})
        client.post(
            reverse("admin:members_membership_process_import"),
            {"digest": answer.context["result"].digest},
        )
        client.post(EXPORT, {"format": "0"})
    assert Membership.objects.filter(number="00300").exists() is not fails
    text = logged(caplog)
    for word in ("sarriette", "odile", "martin", "exemple.test", "00300"):
        assert word not in text
    if fails:
        assert "IntegrityError" in caplog.text


def test_django_keeps_no_log_of_people(client, secretary, member):
    account = UserFactory()
    client.post(page_of(member), form_of(member, first_name="Odette"))
    client.post(
        reverse("admin:members_user_change", args=[account.pk]),
        {"display_name": "Autre nom", "is_active": "on"},
    )
    account.refresh_from_db()
    assert account.display_name == "Autre nom"
    assert not LogEntry.objects.exists()
    assert User.objects.filter(pk=account.pk).exists()


def test_the_reader_of_the_audit_is_the_secretary(client, member):
    client.force_login(UserFactory(role="membership_manager"))
    page = client.get(page_of(member)).content.decode()
    assert "/history/" not in page
    secretary = UserFactory()
    MandateFactory(user=secretary, role="secretary")
    client.force_login(secretary)
    assert "/history/" in client.get(page_of(member)).content.decode()

"""The import of adherents at the desk: seen first, whole or not at all, and undone once."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.models import ImportDraft, ImportedRow, Membership, MembershipImport, Status
from tests.factories import ArticleFactory, MembershipFactory, UserFactory
from tests.members.lists import HEADINGS, ZOE, csv_file, xlsx_file

pytestmark = pytest.mark.django_db

IMPORT = reverse("admin:members_membership_import")
CONFIRM = reverse("admin:members_membership_process_import")
KNOWN = ["D-0142", "Bruyère", "Maëlle", "maelle@exemple.test", "01/02/2020", "31/12/2027"]
SPACES = re.compile(r"\s+")


@pytest.fixture(autouse=True)
def officer(client):
    user = UserFactory(role="membership_manager", email="gestion@exemple.test")
    client.force_login(user)
    return user


@pytest.fixture
def known():
    return MembershipFactory(
        number="D-0142",
        last_name="Bruyère",
        first_name="Maëlle",
        email="maelle@exemple.test",
        joined_on=date(2020, 2, 1),
        paid_until=date(2026, 12, 31),
    )


def send(client, content, name="liste.csv"):
    """Send a file as the form does; return the answer, with the preview as `result`."""
    return client.post(IMPORT, {"import_file": SimpleUploadedFile(name, content)})


def preview(client, rows, headings=HEADINGS):
    return send(client, csv_file(rows, headings)).context["result"]


def confirm(client, result):
    return client.post(CONFIRM, {"digest": result.digest}, follow=True)


def import_rows(client, rows, headings=HEADINGS):
    return confirm(client, preview(client, rows, headings))


def undo_url(made=None):
    made = made or MembershipImport.objects.first()
    return reverse("admin:members_membership_undo_import", args=[made.pk])


def words(response):
    return SPACES.sub(" ", response.content.decode())


def reasons(result):
    return {row.line: " ".join(row.reasons) for row in result.refused}


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_the_preview_says_what_would_be_done_and_does_nothing(client, known, make):
    unchanged = MembershipFactory(number="7", last_name="Genêt", first_name="Yannick")
    absent = MembershipFactory()
    rows = [KNOWN, ["7", "Genêt", "Yannick", "", "", ""], ZOE]
    answer = send(client, make(rows), "liste")
    result = answer.context["result"]
    assert [row.number for row in result.created] == ["00300"]
    assert [row.line for row in result.changed] == [2]
    assert [(c.label, c.was, c.becomes) for c in result.changed[0].changes] == [
        ("Cotisation réglée jusqu’au", "31/12/2026", "31/12/2027")
    ]
    assert [row.membership for row in result.unchanged] == [unchanged]
    page = words(answer)
    for said in ("1 adhésion à créer", "1 adhésion à modifier", "1 ligne sans changement"):
        assert said in page
    assert Membership.objects.count() == 3
    assert Membership.history.count() == 3
    known.refresh_from_db()
    assert known.paid_until == date(2026, 12, 31)
    assert absent in Membership.objects.all()


def test_confirming_does_what_was_shown(client, known, officer):
    page = words(import_rows(client, [KNOWN, ZOE]))
    assert "1 adhésion créée, 1 modifiée, 0 inchangée" in page
    zoe = Membership.objects.get(number="00300")
    assert (zoe.last_name, zoe.first_name, zoe.email) == (
        "MARTIN",
        "Zoé",
        "zoe.martin@exemple.test",
    )
    assert (zoe.joined_on, zoe.paid_until) == (date(2025, 11, 15), date(2026, 12, 31))
    known.refresh_from_db()
    assert known.paid_until == date(2027, 12, 31)
    versions = known.history.all()
    assert [version.history_user for version in versions] == [officer, None]
    assert versions[0].history_change_reason == "import"
    assert [version.history_type for version in zoe.history.all()] == ["+"]


def test_a_blank_cell_and_an_absent_person_erase_nothing(client, known):
    absent = MembershipFactory()
    result = preview(client, [["D-0142", "", "", "", "", "31/12/2027"]])
    confirm(client, result)
    known.refresh_from_db()
    assert known.email == "maelle@exemple.test"
    assert known.joined_on == date(2020, 2, 1)
    assert known.last_name == "Bruyère"
    assert Membership.objects.filter(pk=absent.pk).exists()


def test_what_the_dates_give_is_given_at_once(client):
    member = UserFactory(lapsed=True)
    article = ArticleFactory(published=True, members_only=True)
    reader = type(client)()
    reader.force_login(member)
    assert reader.get(article.get_absolute_url()).status_code == 404
    until = timezone.localdate() + timedelta(days=30)
    import_rows(
        client,
        [[member.membership.number, f"{until:%d/%m/%Y}"]],
        ["N° adhérent", "Payé jusqu’au"],
    )
    assert reader.get(article.get_absolute_url()).status_code == 200


REFUSED = [
    (["", "MARTIN", "Zoé", "", "", ""], "Numéro d’adhérent·e : Il manque"),
    (["9", "", "Zoé", "", "", ""], "Nom : Il manque"),
    (["9", "MARTIN", "", "", "", ""], "Prénom : Il manque"),
    (["9", "MARTIN", "Zoé", "pas une adresse", "", ""], "Adresse e-mail"),
    (["9", "MARTIN", "Zoé", "", "31/02/2025", ""], "« 31/02/2025 » n’existe pas"),
    (["9", "MARTIN", "Zoé", "", "", "bientôt"], "« bientôt » n’est pas une date"),
    (["9", "MARTIN", "Zoé", "", "01/01/0202", ""], "Vérifiez l’année"),
    (["9" * 31, "MARTIN", "Zoé", "", "", ""], "30 caractères"),
    (["142", "MARTIN", "Zoé", "", "", ""], "00142 l’est"),
    (["9", "#REF!", "Zoé", "", "", ""], "erreur du tableur"),
    (["9", "MARTIN", "Zoé", "camille@exemple.test", "", ""], "aussi celle du n° 00142"),
]


@pytest.mark.parametrize(("row", "reason"), REFUSED)
def test_a_refused_line_says_why_and_stops_all(client, row, reason):
    MembershipFactory(number="00142", email="camille@exemple.test")
    answer = send(client, csv_file([ZOE, row]))
    result = answer.context["result"]
    assert list(reasons(result)) == [3]
    assert reason in reasons(result)[3]
    page = words(answer)
    assert "Ligne 3" in page
    assert "Confirmer l’import" not in page
    assert "Rien n’a été importé" in words(confirm(client, result))
    assert Membership.objects.count() == 1


def test_a_line_says_all_that_is_wrong_with_it(client):
    result = preview(client, [["", "", "Zoé", "x", "31/02/2025", "bientôt"]])
    assert len(result.refused[0].reasons) == 5


def test_the_same_person_twice_in_a_file(client, known):
    one = ["8", "A", "B", "ab@exemple.test", "", ""]
    two = ["9", "C", "D", "AB@exemple.test", "", ""]
    again = ["d-0142", "Bruyère", "Maëlle", "", "", ""]
    refused = reasons(preview(client, [KNOWN, again, one, two]))
    assert "déjà à la ligne 2" in refused[3]
    assert "aussi celle de la ligne 5" in refused[4]
    assert "aussi celle de la ligne 4" in refused[5]


def test_two_people_may_exchange_their_addresses(client, known):
    other = MembershipFactory(number="9", email="autre@exemple.test")
    rows = [["D-0142", "autre@exemple.test"], ["9", "maelle@exemple.test"]]
    import_rows(client, rows, ["N°", "Mail"])
    known.refresh_from_db()
    other.refresh_from_db()
    assert (known.email, other.email) == ("autre@exemple.test", "maelle@exemple.test")


def test_a_number_is_the_same_in_capitals(client, known):
    result = preview(client, [["d-0142", "Bruyère", "Maëlle", "", "", "31/12/2027"]])
    assert [change.name for change in result.changed[0].changes] == ["paid_until"]


def test_the_officer_who_imports_is_never_touched(client, officer):
    own = MembershipFactory(user=officer, number="57", paid_until=date(2026, 12, 31))
    rows = [
        ["57", own.last_name, own.first_name, "", "", "31/12/2099"],
        ["58", "Double", "Mon", "gestion@exemple.test", "", "31/12/2099"],
        ZOE,
    ]
    result = preview(client, rows)
    assert [row.line for row in result.left_alone] == [2, 3]
    confirm(client, result)
    own.refresh_from_db()
    assert own.paid_until == date(2026, 12, 31)
    assert set(Membership.objects.values_list("number", flat=True)) == {"57", "00300"}


def test_an_unknown_column_is_told_and_can_be_named(client, known):
    headings = ["Réf.", "Nom", "Prénom", "Grade", "Fin de droits"]
    content = csv_file([["D-0142", "Bruyère", "Maëlle", "C1", "31/12/2027"]], headings)
    answer = send(client, content)
    assert answer.context["result"] is None
    assert "Dites quelle colonne contient le numéro d’adhérent·e" in words(answer)
    chosen = {"column_0": "number", "column_1": "last_name", "column_2": "last_name"}
    answer = client.post(IMPORT, {"columns": "1", **chosen})
    assert "n’en gardez qu’une" in words(answer)
    chosen |= {"column_2": "first_name", "column_3": "", "column_4": "paid_until"}
    answer = client.post(IMPORT, {"columns": "1", **chosen})
    assert "« Grade »" in words(answer)
    assert "Confirmer l’import" in words(answer)
    confirm(client, answer.context["result"])
    known.refresh_from_db()
    assert known.paid_until == date(2027, 12, 31)


def test_a_column_that_does_not_exist_cannot_be_chosen(client, known):
    send(client, csv_file([KNOWN]))
    answer = client.post(IMPORT, {"columns": "1", "column_0": "user", "column_1": "number"})
    assert answer.status_code == 200
    assert answer.context["result"] is None


def test_what_was_shown_is_what_is_done(client, known):
    result = preview(client, [KNOWN, ZOE])
    Membership.objects.filter(pk=known.pk).update(paid_until=date(2026, 6, 30))
    answer = confirm(client, result)
    assert "Rien n’a été importé : le fichier ou la liste ont changé" in words(answer)
    assert not Membership.objects.filter(number="00300").exists()
    confirm(client, answer.context["result"])
    assert Membership.objects.filter(number="00300").exists()


def test_confirming_twice_does_it_once(client, known):
    result = preview(client, [KNOWN, ZOE])
    confirm(client, result)
    assert "L’aperçu n’est plus là" in words(confirm(client, result))
    assert MembershipImport.objects.count() == 1
    assert Membership.objects.count() == 2


def test_nobody_confirms_the_file_of_another(client, known):
    result = preview(client, [KNOWN, ZOE])
    client.force_login(UserFactory(role="secretary"))
    assert "L’aperçu n’est plus là" in words(confirm(client, result))
    assert not MembershipImport.objects.exists()


def test_the_database_has_the_last_word_and_it_is_all_or_nothing(client, known, monkeypatch):
    result = preview(client, [KNOWN, ZOE])

    def refuse(*args, **kwargs):
        raise IntegrityError("Key (email)=(zoe.martin@exemple.test) already exists.")

    monkeypatch.setattr("members.imports.services.remember", refuse)
    answer = confirm(client, result)
    assert "Rien n’a été importé" in words(answer)
    assert Membership.objects.count() == 1
    assert Membership.history.count() == 1
    assert ImportDraft.objects.exists()


def test_the_file_does_not_stay(client, known):
    send(client, csv_file([KNOWN]))
    assert ImportDraft.objects.count() == 1
    send(client, csv_file([ZOE]))
    assert ImportDraft.objects.count() == 1
    client.post(IMPORT, {"abandon": "1"})
    assert not ImportDraft.objects.exists()
    import_rows(client, [ZOE])
    assert not ImportDraft.objects.exists()


def test_a_preview_is_forgotten_after_an_hour(client, known):
    with time_machine.travel(timezone.now() - timedelta(hours=1, minutes=1), tick=False):
        result = preview(client, [ZOE])
    assert "L’aperçu n’est plus là" in words(confirm(client, result))
    assert "L’aperçu n’est plus là" in words(client.post(IMPORT, {"columns": "1"}, follow=True))
    client.force_login(UserFactory(role="secretary"))
    send(client, csv_file([KNOWN]))
    assert ImportDraft.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Ce fichier est vide"),
        (b"\x89PNG\0\0\0", "ni un tableau CSV"),
        (b"a" * (5 * 1024 * 1024 + 1), "dépasse 5 Mo"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_place(client, content, said):
    answer = send(client, content)
    assert answer.status_code == 200
    assert said in words(answer)
    assert not ImportDraft.objects.exists()


def test_nothing_chosen_is_said_in_place(client):
    assert "Choisissez un fichier" in words(client.post(IMPORT, {}))


def test_a_list_that_changes_nothing_cannot_be_confirmed(client, known):
    row = ["D-0142", "Bruyère", "Maëlle", "maelle@exemple.test", "01/02/2020", "31/12/2026"]
    answer = send(client, csv_file([row]))
    assert "tout y est déjà connu" in words(answer)
    assert "Confirmer l’import" not in words(answer)


def test_undoing_says_nothing_of_what_there_is_none_of(client):
    import_rows(client, [ZOE])
    page = words(client.get(undo_url())) + words(client.post(undo_url()))
    assert "supprimera 1 adhésion" in page
    assert "1 adhésion supprimée." in page
    assert "comme avant" not in page


def test_undoing_restores_and_deletes(client, known):
    import_rows(client, [KNOWN, ZOE])
    page = words(client.get(undo_url()))
    assert "supprimera 1 adhésion" in page
    assert Membership.objects.count() == 2
    page = words(client.post(undo_url()))
    assert "1 adhésion supprimée. 1 adhésion remise comme avant." in page
    known.refresh_from_db()
    assert known.paid_until == date(2026, 12, 31)
    assert known.history.first().history_change_reason == "annulation de l’import"
    assert list(Membership.objects.all()) == [known]
    assert not Membership.history.exclude(id=known.pk).exists()
    assert not ImportedRow.objects.exists()


def test_undoing_is_done_once_and_of_the_last_import_alone(client, known):
    import_rows(client, [ZOE])
    first = MembershipImport.objects.get()
    import_rows(client, [KNOWN])
    assert "ne peut plus être annulé" in words(client.post(undo_url(first), follow=True))
    assert Membership.objects.count() == 2
    last = MembershipImport.objects.first()
    client.post(undo_url(last))
    assert "ne peut plus être annulé" in words(client.post(undo_url(last), follow=True))
    assert "ne peut plus être annulé" in words(client.get(undo_url(last), follow=True))


def test_what_has_changed_since_is_left_and_told(client, known):
    import_rows(client, [[*KNOWN[:3], "nouvelle@exemple.test", *KNOWN[4:]], ZOE])
    known.refresh_from_db()
    known.paid_until = date(2028, 6, 30)
    known.save()
    zoe = Membership.objects.get(number="00300")
    zoe.first_name = "Zoë"
    zoe.save()
    page = words(client.post(undo_url()))
    known.refresh_from_db()
    assert known.paid_until == date(2028, 6, 30)
    assert known.email == "maelle@exemple.test"
    assert Membership.objects.filter(pk=zoe.pk).exists()
    assert "modifiée depuis (Cotisation réglée jusqu’au)" in page
    assert "créée par l’import, modifiée depuis" in page


def test_who_has_opened_an_account_since_is_left(client):
    import_rows(client, [ZOE])
    Membership.objects.update(user=UserFactory())
    assert "rattachée depuis à un compte" in words(client.post(undo_url()))
    assert Membership.objects.count() == 1


def test_an_override_granted_since_is_not_lost(client):
    import_rows(client, [ZOE])
    Membership.objects.update(
        override_status=Status.ACTIVE,
        override_until=timezone.localdate(),
        override_reason="virement annoncé",
    )
    client.post(undo_url())
    assert Membership.objects.count() == 1


def test_undoing_does_not_touch_the_officer_who_undoes(client, known):
    other = UserFactory(role="secretary")
    MembershipFactory(user=other, number="57", paid_until=date(2026, 12, 31))
    import_rows(client, [["57", "31/12/2025"]], ["N°", "Payé jusqu’au"])
    client.force_login(other)
    assert "c’est la vôtre" in words(client.post(undo_url()))
    assert Membership.objects.get(number="57").paid_until == date(2025, 12, 31)


def test_undoing_comes_to_an_end(client, known, officer, settings):
    import_rows(client, [KNOWN])
    settings.IMPORT_UNDO_DAYS = 30
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        client.force_login(officer)
        assert "ne peut plus être annulé" in words(client.post(undo_url(), follow=True))
        send(client, csv_file([ZOE]))
    assert not ImportedRow.objects.exists()


def queries_of(action):
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def people(number, start=0):
    return [
        [f"P{i:04}", f"Nom{i}", f"Prénom{i}", f"p{i}@exemple.test", "01/02/2020", "31/12/2027"]
        for i in range(start, start + number)
    ]


@pytest.mark.parametrize("what", ["created", "changed"])
def test_a_long_list_asks_no_more_of_the_database(client, what):
    """Ten lines and two hundred: the same to look; to confirm, a few more for each full batch."""
    if what == "changed":
        for row in people(210):
            MembershipFactory(number=row[0], email=row[3])
    few, many = csv_file(people(10)), csv_file(people(200, 10))
    looks, confirms = [], []
    for content in (few, many):
        answers = []
        looks.append(queries_of(lambda c=content, a=answers: a.append(send(client, c))))
        result = answers[0].context["result"]
        assert len(getattr(result, what)) in {10, 200}
        confirms.append(queries_of(lambda r=result: client.post(CONFIRM, {"digest": r.digest})))
        client.get(IMPORT)  # which shows the message of the confirmation
    assert looks[0] == looks[1]
    assert confirms[1] - confirms[0] < 20

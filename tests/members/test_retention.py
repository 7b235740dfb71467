"""`manage.py purge_personal_data`: what is purged and when, told, tried without effect, resumed."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Reaction
from members import ledger, retention
from members.departure import leave
from members.mail.sending import send_due
from members.models import (
    AccessRequest,
    AuditEntry,
    Erasure,
    ImportDraft,
    ImportedRow,
    Membership,
    MembershipImport,
    OutgoingMail,
    Role,
    User,
)
from tests.factories import (
    AccessRequestFactory,
    AuditEntryFactory,
    MembershipFactory,
    MembershipImportFactory,
    ReactionFactory,
    UserFactory,
)
from tests.people import log, open_session

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _settings(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"
    # A month later, the files of other tests would be old ones that no row names.
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.RETENTION_MEMBERSHIP_DAYS = 1000
    settings.RETENTION_ACCOUNT_DAYS = 700
    settings.RETENTION_UNOPENED_ACCOUNT_DAYS = 300
    settings.RETENTION_ADMIN_LOG_DAYS = 200
    settings.RETENTION_MAIL_DAYS = 100
    settings.RETENTION_ACCESS_REQUEST_DAYS = 90


def purge(*options):
    out = StringIO()
    call_command("purge_personal_data", *options, stdout=out)
    return out.getvalue()


def ago(days):
    return timezone.now() - timedelta(days=days)


def day(days_ago):
    return timezone.localdate() - timedelta(days=days_ago)


GRACE = 60
MEMBERSHIPS = {
    "active": ({}, False),
    "lapsed long ago": ({"paid_until": day(1001 + GRACE)}, True),
    "lapsed not so long ago": ({"paid_until": day(1000 + GRACE)}, False),
    "resigned long ago": ({"resigned_on": day(1001), "paid_until": day(1200)}, True),
    "resigned not so long ago": ({"resigned_on": day(1000), "paid_until": day(1030)}, False),
    "excluded long ago": ({"excluded_on": day(1001), "paid_until": None}, True),
    "resigned, and paid again": ({"resigned_on": day(1500)}, False),
    "never paid": ({"joined_on": None, "paid_until": None}, False),
}


@pytest.mark.parametrize("case", MEMBERSHIPS)
def test_memberships_are_kept_as_long_as_is_said(case):
    dates, goes = MEMBERSHIPS[case]
    membership = MembershipFactory(**dates)
    log(UserFactory(last_login=timezone.now()), membership)
    purge()
    assert Membership.objects.exists() is not goes
    assert LogEntry.objects.exists() is not goes


def test_a_membership_that_goes_leaves_an_account_that_is_used():
    person = UserFactory(last_login=ago(3))
    MembershipFactory(user=person, paid_until=day(2000))
    purge()
    assert not Membership.objects.exists()
    assert User.objects.get() == person


def test_requests_for_access_are_kept_as_long_as_is_said():
    refused = {"state": "refused", "reason": "Non."}
    AccessRequestFactory(created_at=ago(91))
    AccessRequestFactory(created_at=ago(200), decided_at=ago(91), **refused)
    kept = {
        AccessRequestFactory(created_at=ago(89)),
        AccessRequestFactory(created_at=ago(200), decided_at=ago(89), **refused),
    }
    assert "Demandes d’accès : 2 effacées" in purge()
    assert set(AccessRequest.objects.all()) == kept


def silent(days, **traits):
    return UserFactory(last_login=ago(days), date_joined=ago(days + 100), **traits)


def test_an_unused_account_is_closed_a_month_after_its_owner_was_told(time_machine):
    person = silent(671)
    ReactionFactory(author=person, body="Des mots qui restent")
    told = purge()
    assert "Comptes bientôt fermés : 1 prévenus." in told
    assert "Comptes sans adhésion : 0 fermés." in told
    send_due()
    (letter,) = mail.outbox
    assert letter.subject == "Votre compte va être fermé"
    assert "Pour le garder, il suffit de vous connecter." in letter.body
    time_machine.move_to(timezone.now() + timedelta(days=29, hours=23))
    assert "prévenus" in purge()
    assert User.objects.filter(pk=person.pk).exists()
    time_machine.move_to(timezone.now() + timedelta(days=1))
    purge()
    assert not User.objects.filter(pk=person.pk).exists()
    assert Reaction.objects.get(body="Des mots qui restent").author is None
    send_due()
    assert [letter.subject for letter in mail.outbox] == [
        "Votre compte va être fermé",
        "Votre compte est fermé",
    ]


def test_who_comes_back_keeps_the_account_and_will_be_told_again(settings, time_machine):
    settings.RETENTION_MAIL_DAYS = 5000
    person = silent(690)
    purge()
    send_due()
    User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    time_machine.move_to(timezone.now() + timedelta(days=60))
    purge()
    assert User.objects.filter(pk=person.pk).exists()
    time_machine.move_to(timezone.now() + timedelta(days=645))
    purge()
    send_due()
    assert User.objects.filter(pk=person.pk).exists()
    assert len(mail.outbox) == 2


def test_a_warning_that_is_overtaken_is_not_sent():
    person = silent(690)
    purge()
    MembershipFactory(user=person)
    send_due()
    assert not mail.outbox


def test_nobody_loses_an_account_without_having_been_told(time_machine):
    """The mail server is down for a month: the warning still waits, and so does the account."""
    person = silent(800)
    purge()
    time_machine.move_to(timezone.now() + timedelta(days=40))
    OutgoingMail.objects.update(next_try_at=timezone.now() + timedelta(hours=1))
    purge()
    assert User.objects.filter(pk=person.pk).exists()


def test_accounts_that_have_a_reason_stay():
    staying = [
        silent(2000, adherent=True),
        silent(2000, role=Role.EDITOR),
        silent(2000, superuser=True),
        UserFactory(last_login=None, date_joined=ago(2000), role=Role.EDITOR),
        UserFactory(last_login=None, date_joined=ago(2000), superuser=True),
        UserFactory(last_login=None, date_joined=ago(299)),
    ]
    purge()
    assert set(User.objects.all()) == set(staying)
    assert not OutgoingMail.objects.exists()


def test_an_account_that_nobody_opened_is_closed_without_a_word():
    person = UserFactory(last_login=None, date_joined=ago(301), adherent=True)
    purge()
    assert not User.objects.filter(pk=person.pk).exists()
    assert Membership.objects.get().user is None
    assert not OutgoingMail.objects.exists()


def test_mail_is_kept_as_long_as_is_said_and_what_waits_always():
    waiting = {"created_at": ago(500)}
    cases = {
        "sent long ago": {"sent_at": ago(101), "next_try_at": None},
        "sent since": {"sent_at": ago(99), "next_try_at": None},
        "given up long ago": {"next_try_at": None, "failure": "x", "created_at": ago(101)},
        "given up since": {"next_try_at": None, "failure": "x", "created_at": ago(99)},
        "waits": waiting,
    }
    for event, values in cases.items():
        row = OutgoingMail.objects.create(kind="news", event=event, address="a@exemple.test")
        OutgoingMail.objects.filter(pk=row.pk).update(**values)
    purge()
    assert set(OutgoingMail.objects.values_list("event", flat=True)) == {
        "sent since",
        "given up since",
        "waits",
    }


def test_the_desk_s_log_and_expired_sessions_go():
    officer = UserFactory(last_login=timezone.now())
    log(officer, officer, officer)
    old, recent = LogEntry.objects.order_by("pk")
    LogEntry.objects.filter(pk=old.pk).update(action_time=ago(201))
    LogEntry.objects.filter(pk=recent.pk).update(action_time=ago(199))
    expired, running = open_session(officer), open_session(officer)
    Session.objects.filter(pk=expired).update(expire_date=ago(1))
    purge()
    assert LogEntry.objects.get() == recent
    assert Session.objects.get().pk == running


def test_requests_imports_and_the_register_go_in_their_time(settings):
    settings.RETENTION_ACCESS_REQUEST_DAYS = 50
    settings.RETENTION_AUDIT_DAYS = 40
    settings.IMPORT_UNDO_DAYS = 30
    officer = UserFactory(last_login=timezone.now())
    for days in (31, 29):
        MembershipImportFactory(of=MembershipFactory(), made_at=ago(days))
    for days in (51, 49):
        AccessRequestFactory(created_at=ago(days))
    for days in (41, 39):
        AuditEntryFactory(officer=officer, at=ago(days))
    ImportDraft.objects.create(officer=officer, content=b"x", created_at=ago(1))
    said = purge()
    for told in (
        "Demandes d’accès : 1 effacées.",
        "Listes déposées et jamais importées : 1 effacées.",
        "Anciennes valeurs des imports : 1 effacées.",
        "Lignes du registre des accès : 1 effacées.",
    ):
        assert told in said
    assert MembershipImport.objects.count() == 2
    assert ImportedRow.objects.get().made_in.made_at > ago(30)
    assert AccessRequest.objects.get().created_at > ago(50)
    assert AuditEntry.objects.get().at > ago(40)


def test_a_device_is_forgotten_with_its_session():
    person = UserFactory(last_login=timezone.now())
    for key in (open_session(person), "partie"):
        UserSession.objects.create(user=person, ip="192.0.2.7", session_key=key)
    purge()
    assert UserSession.objects.get().session_key == Session.objects.get().pk


def test_a_dry_run_says_all_and_changes_nothing():
    MembershipFactory(paid_until=day(2000))
    UserFactory(last_login=None, date_joined=ago(301))
    silent(690)
    said = purge("--dry-run")
    assert "Adhésions finies : 1 à traiter. Pourquoi : gardées" in said
    assert "Comptes jamais ouverts : 1 à traiter." in said
    assert "Comptes bientôt fermés : 1 à traiter." in said
    assert "Rien n’a été changé" in said
    assert (Membership.objects.count(), User.objects.count()) == (1, 2)
    assert not OutgoingMail.objects.exists()
    assert "Adhésions finies : 1 effacées." in purge()
    assert "Adhésions finies : 0 effacées." in purge()


def test_a_purge_that_was_stopped_goes_on_from_there(monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for _ in range(5):
        MembershipFactory(paid_until=day(2000))
    rule = next(rule for rule in retention.rules() if rule.title == "adhésions finies")
    assert next(retention.apply(rule)) == 2
    assert Membership.objects.count() == 3
    assert "Adhésions finies : 3 effacées." in purge()


def test_a_rule_that_fails_keeps_no_other_from_applying_and_is_told(monkeypatch):
    MembershipFactory(paid_until=day(2000), email="secrete@exemple.test")
    UserFactory(last_login=None, date_joined=ago(301))

    def fails(membership):
        raise RuntimeError(membership.email)

    monkeypatch.setattr(Membership, "delete", fails)
    with pytest.raises(CommandError) as error:
        purge()
    assert "adhésions finies (RuntimeError)" in str(error.value)
    assert "secrete" not in str(error.value)
    assert not User.objects.exists()


def test_a_restored_backup_is_told_and_replayed(django_capture_on_commit_callbacks):
    person = UserFactory(last_login=timezone.now())
    copy = User(pk=person.pk, email=person.email, date_joined=person.date_joined)
    copy.last_login = person.last_login
    with django_capture_on_commit_callbacks(execute=True):
        leave(person, erase_words=False, tell=False)
    Erasure.objects.all().delete()
    copy.save(force_insert=True)
    assert "Comptes à effacer de nouveau : 1 à effacer." in purge("--dry-run")
    assert "Comptes à effacer de nouveau : 1 effacés." in purge()
    assert not User.objects.exists()
    assert len(ledger.read()) == 1


def test_the_purge_completes_the_ledger():
    leave(UserFactory(), erase_words=True, tell=False)
    assert ledger.read() == []
    purge()
    assert len(ledger.read()) == 1

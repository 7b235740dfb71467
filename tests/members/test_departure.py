"""Leaving: nothing of the person remains but what the section may keep; all of it, or nothing."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core import mail, serializers
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles.models import ModerationDecision, Reaction, ReactionStatus
from members import departure, ledger, personal_data
from members.departure import CannotLeaveYet, Obstacle, has_left, leave, obstacles
from members.mail.sending import send_due
from members.models import Erasure, Membership, OutgoingMail, Role, User
from members.personal_data import Holding
from tests.factories import (
    PASSWORD,
    ArticleFactory,
    DecisionFactory,
    MandateFactory,
    MembershipFactory,
    ReactionFactory,
    UserFactory,
)
from tests.people import DISPLAY_NAME, EMAIL, LAST_NAME, open_session, somebody_known_everywhere

pytestmark = pytest.mark.django_db

SPACE = reverse("members:space")
LEAVE = reverse("members:departure")
CONFIRM = reverse("members:departure_confirm")
DONE = reverse("members:departed")


@pytest.fixture(autouse=True)
def ledger_file(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "var" / "erasures.jsonl"
    return settings.ERASURE_LEDGER


def everything():
    """All the rows of all the tables."""
    every = apps.get_models(include_auto_created=True)
    rows = [row for model in every for row in model._default_manager.order_by("pk")]
    return serializers.serialize("json", rows)


def traces_of(words, pk):
    """Where these words, or the key of the account, still stand: the tables and their columns."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                points = field.related_model is User and value == pk
                if points or any(word.lower() in str(value).lower() for word in words):
                    found.add(f"{model._meta.label}.{field.name}")
    for session in Session.objects.all():
        if any(word in str(session.get_decoded()) for word in words):
            found.add("sessions.Session")
    return found


# The membership is the section's, and so is what its officers did with it.
KEPT = {
    "members.Membership.first_name",
    "members.Membership.last_name",
    "members.Membership.email",
    "admin.LogEntry.object_repr",
    # A key that leads to nobody any more: what an officer did with the list is never rewritten.
    "members.AuditEntry.officer",
}


@pytest.mark.parametrize("erase_words", [True, False])
def test_no_trace_of_the_person_remains(erase_words):
    person = somebody_known_everywhere()
    pk = person.pk
    leave(person, erase_words=erase_words)
    words = [*person.words_of_theirs, "zqaperçu", "zqprenom", "zqadhesion"]
    if not erase_words:
        words.remove("Zqcachee")
    assert traces_of(words, pk) == KEPT | {"members.OutgoingMail.address"}
    assert [entry.object_repr for entry in LogEntry.objects.filter(object_repr__contains="Zq")] == [
        str(Membership.objects.get(last_name=LAST_NAME))
    ]
    send_due()
    assert traces_of(words, pk) == KEPT


def test_the_words_stay_without_a_name():
    person = somebody_known_everywhere()
    before = {reaction.pk: reaction for reaction in Reaction.objects.filter(author=person)}
    leave(person, erase_words=False)
    after = Reaction.objects.in_bulk(before)
    assert after.keys() == before.keys()
    for pk, reaction in after.items():
        assert reaction.author is None
        assert reaction.author_name == "Ancien·ne adhérent·e"
        assert (reaction.body, reaction.status) == (before[pk].body, before[pk].status)
        assert (reaction.parent_id, reaction.created_at) == (
            before[pk].parent_id,
            before[pk].created_at,
        )


def test_the_words_go_and_their_places_stay(client):
    person = somebody_known_everywhere()
    own = set(Reaction.objects.filter(author=person).values_list("pk", flat=True))
    leave(person, erase_words=True)
    gone = Reaction.objects.filter(pk__in=own)
    assert {(reaction.body, reaction.status) for reaction in gone} == {("", ReactionStatus.DELETED)}
    client.force_login(UserFactory(adherent=True))
    article = gone.first().article
    page = client.get(article.get_absolute_url()).content.decode()
    assert page.count("Réaction retirée.") == len(own)
    assert "Zqreponse" in page


def test_a_name_leaves_the_reasons_of_other_decisions_which_stay_readable():
    person = somebody_known_everywhere()
    DecisionFactory(reason="Un mot sur ZqnomDeFamille, et sur zqnom")
    leave(person, erase_words=False)
    reasons = set(ModerationDecision.objects.exclude(reason="").values_list("reason"))
    assert reasons == {
        ("Prend à partie [nom retiré] ([nom retiré]), qui n’y est pour rien",),
        ("Un mot sur ZqnomDeFamille, et sur zqnom",),
    }


def test_a_name_leaves_what_came_from_the_old_site():
    person = UserFactory(display_name="Camille D.", adherent=True)
    membership = person.membership
    full_name = f"{membership.first_name} {membership.last_name}"
    reaction = ReactionFactory(author=None, former_name=full_name)
    other = ReactionFactory(author=None, former_name=f"{full_name} fils")
    article = ArticleFactory(byline=f"Dominique Autre, {full_name}")
    leave(person, erase_words=False)
    for row in (reaction, other, article):
        row.refresh_from_db()
    assert reaction.former_name == ""
    assert other.former_name == f"{full_name} fils"
    assert article.byline == "Dominique Autre"


def test_a_name_in_capitals_is_the_same_name_whatever_the_database():
    person = UserFactory(display_name="", adherent=True)
    Membership.objects.filter(user=person).update(first_name="Élodie", last_name="Zqçelik")
    reaction = ReactionFactory(author=None, former_name="ÉLODIE ZQÇELIK")
    reason = DecisionFactory(reason="Met en cause ÉLODIE ZQÇELIK.")
    article = ArticleFactory(byline="Dominique Autre, ZQÇELIK Élodie")
    leave(person, erase_words=False)
    for row in (reaction, reason, article):
        row.refresh_from_db()
    assert reaction.former_name == ""
    assert reason.reason == "Met en cause [nom retiré]."
    assert article.byline == "Dominique Autre"


def test_another_address_that_ends_alike_is_not_touched():
    near = UserFactory(email=f"ana{EMAIL}")
    officer = UserFactory()
    LogEntry.objects.create(user=officer, object_repr=near.email, action_flag=2)
    leave(somebody_known_everywhere(), erase_words=True)
    assert LogEntry.objects.filter(object_repr=near.email).exists()


def test_the_membership_stays_with_the_section_and_resigning_is_another_choice():
    staying, resigning = UserFactory(adherent=True), UserFactory(adherent=True)
    left = [staying.membership.pk, resigning.membership.pk]
    leave(staying, erase_words=False)
    leave(resigning, erase_words=False, resign=True)
    first, second = (Membership.objects.get(pk=pk) for pk in left)
    assert (first.user, first.resigned_on, first.status) == (None, None, "active")
    assert (second.user, second.resigned_on) == (None, timezone.localdate())


def test_a_membership_that_has_ended_keeps_its_date():
    day = timezone.localdate() - timedelta(days=200)
    person = UserFactory()
    membership = MembershipFactory(user=person, resigned_on=day)
    leave(person, erase_words=False, resign=True)
    membership.refresh_from_db()
    assert membership.resigned_on == day


def test_a_last_letter_confirms_and_its_address_goes_with_it():
    person = UserFactory(adherent=True)
    leave(person, erase_words=False, resign=True)
    assert OutgoingMail.objects.get().address == person.email
    send_due()
    (letter,) = mail.outbox
    assert letter.to == [person.email]
    assert letter.subject == "Votre compte est fermé"
    assert "Votre démission est enregistrée." in letter.body
    assert "CGT" not in letter.subject + letter.body + letter.from_email
    assert not OutgoingMail.objects.exists()


def test_a_mail_server_that_is_down_for_a_day_loses_no_farewell(monkeypatch, time_machine):
    def refuses(self, messages):
        raise ConnectionRefusedError

    person = UserFactory(adherent=True)
    leave(person, erase_words=False)
    with monkeypatch.context() as down:
        down.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuses)
        for hours in range(0, 24, 4):
            time_machine.move_to(timezone.now() + timedelta(hours=hours))
            assert send_due().put_off == 1
    time_machine.move_to(timezone.now() + timedelta(hours=5))
    send_due()
    assert [letter.to for letter in mail.outbox] == [[person.email]]
    assert not OutgoingMail.objects.exists()


class Broken(Exception):
    pass


def _break(*args, **kwargs):
    raise Broken


FAULTS = [
    "members.departure.queue_to_address",
    "members.models.User.delete",
    "members.models.Membership.save",
    "members.models.Erasure.save",
    "last holding",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_middle_leaves_everything(monkeypatch, ledger_file, fault):
    person = somebody_known_everywhere()
    before = everything()
    if fault == "last holding":
        broken = Holding("broken", "", "", "", {}, lambda user: [], forget=_break, rank=99)
        monkeypatch.setitem(personal_data._holdings, "broken", broken)
    else:
        monkeypatch.setattr(fault, _break)
    with pytest.raises(Broken):
        leave(person, erase_words=True, resign=True)
    monkeypatch.undo()
    assert everything() == before
    assert not ledger_file.exists()
    assert not has_left(departure.account_fingerprint(person))
    leave(person, erase_words=True, resign=True)
    assert not User.objects.filter(email=EMAIL).exists()


def test_leaving_twice_is_leaving_once():
    person = UserFactory(adherent=True)
    stale = User.objects.get(pk=person.pk)
    leave(person, erase_words=False)
    leave(stale, erase_words=True)
    assert Erasure.objects.get().words_erased is False
    assert OutgoingMail.objects.count() == 1


def test_the_ledger_tells_nothing_of_the_person(ledger_file, django_capture_on_commit_callbacks):
    person = somebody_known_everywhere()
    with django_capture_on_commit_callbacks(execute=True):
        leave(person, erase_words=True, resign=True)
    text = ledger_file.read_text()
    (erasure,) = ledger.read()
    assert (erasure.words_erased, erasure.resigned) == (True, True)
    assert erasure.on == timezone.localdate()
    assert not any(word.lower() in text.lower() for word in person.words_of_theirs)
    assert ledger_file.stat().st_mode & 0o077 == 0


def test_what_could_not_be_written_in_the_ledger_is_written_the_next_time(
    settings, ledger_file, tmp_path, django_capture_on_commit_callbacks, caplog
):
    settings.ERASURE_LEDGER = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        leave(UserFactory(), erase_words=False)
    assert "IsADirectoryError" in caplog.text
    settings.ERASURE_LEDGER = ledger_file
    assert ledger.copy() == 1
    assert ledger.copy() == 0
    assert len(ledger.read()) == 1


def test_a_line_cut_short_by_a_power_cut_spoils_no_other(ledger_file):
    leave(UserFactory(), erase_words=False)
    ledger.copy()
    with ledger_file.open("a") as file:
        file.write('{"account": "ab')
    leave(UserFactory(), erase_words=False)
    assert ledger.copy() == 1
    assert [erasure.account for erasure in ledger.read()] == [
        erasure.account for erasure in Erasure.objects.all()
    ]


def test_a_restored_backup_replays_the_departures(django_capture_on_commit_callbacks):
    stays = UserFactory(adherent=True)
    person = UserFactory(adherent=True, email="revenante@exemple.test")
    joined, pk, number = person.date_joined, person.pk, person.membership.number
    article = ArticleFactory(published=True)
    with django_capture_on_commit_callbacks(execute=True):
        leave(person, erase_words=True, resign=True)
    # The backup is older than the departure; and somebody else was since given that key.
    Membership.objects.filter(number=number).delete()
    Erasure.objects.all().delete()
    OutgoingMail.objects.all().delete()
    back = User(pk=pk, email="revenante@exemple.test", date_joined=joined)
    back.save(force_insert=True)
    MembershipFactory(user=back, number=number)
    ReactionFactory(article=article, author=back, body="Des mots revenus")
    assert departure.replay() == 1
    assert departure.replay() == 0
    assert set(User.objects.filter(reactions=None)) == {stays}
    assert Membership.objects.get(number=number).resigned_on == timezone.localdate()
    assert Reaction.objects.get().body == ""
    assert not OutgoingMail.objects.exists()
    UserFactory(pk=pk)
    assert departure.replay() == 0


# What must be settled first ------------------------------------------------------------


def test_nothing_keeps_an_adherent():
    assert obstacles(UserFactory(adherent=True)) == []


def test_an_officer_is_told_to_hand_over_first():
    UserFactory(role=Role.SECRETARY)
    editor = UserFactory(role=Role.EDITOR)
    to_come = UserFactory()
    MandateFactory(
        user=to_come, role=Role.EDITOR, starts_on=timezone.localdate() + timedelta(days=9)
    )
    for person in (editor, to_come):
        assert obstacles(person) == [Obstacle.MANDATE]
        with pytest.raises(CannotLeaveYet):
            leave(person, erase_words=False)
    assert User.objects.count() == 3


def test_the_last_secretary_and_the_last_superuser_stay():
    secretary, superuser = UserFactory(role=Role.SECRETARY), UserFactory(superuser=True)
    assert obstacles(secretary) == [Obstacle.MANDATE, Obstacle.SECRETARY]
    assert obstacles(superuser) == [Obstacle.SUPERUSER]
    UserFactory(superuser=True, is_active=False)
    assert obstacles(superuser) == [Obstacle.SUPERUSER]
    UserFactory(superuser=True)
    assert obstacles(superuser) == []


# The pages -----------------------------------------------------------------------------


def prove(client):
    client.post("/compte/reauthenticate/", {"password": PASSWORD})


def asked(client, **choice):
    """Open the last page, as its form's fields."""
    page = client.get(CONFIRM, choice)
    assert page.status_code == 200
    return choice | {"account": page.context["account"]}


@pytest.fixture
def adherent(client):
    user = UserFactory(adherent=True)
    client.force_login(user)
    return user


def test_the_password_is_asked_for_before_the_last_step(client, adherent):
    answer = client.get(CONFIRM, {"words": "garder"})
    assert answer.url.startswith("/compte/reauthenticate/?next=")
    fingerprint = departure.account_fingerprint(adherent)
    answer = client.post(CONFIRM, {"words": "garder", "account": fingerprint})
    assert answer.url.startswith("/compte/reauthenticate/")
    assert User.objects.filter(pk=adherent.pk).exists()


def test_who_proves_too_late_is_asked_again_and_then_gone(client, adherent, time_machine):
    prove(client)
    fields = asked(client, words="garder")
    time_machine.move_to(timezone.now() + timedelta(minutes=6))
    again = client.post(CONFIRM, fields).url
    assert again.startswith("/compte/reauthenticate/")
    assert User.objects.filter(pk=adherent.pk).exists()
    assert client.post(again, {"password": PASSWORD, "next": CONFIRM}).url == DONE
    assert not User.objects.filter(pk=adherent.pk).exists()


def test_a_person_leaves_and_every_device_is_signed_out(client, adherent):
    telephone = Client()
    telephone.force_login(adherent)
    prove(client)
    fields = asked(client, words="effacer", resign="on")
    answer = client.post(CONFIRM, fields)
    assert answer.url == DONE
    assert answer.cookies[settings.SESSION_COOKIE_NAME].value == ""
    assert "C’est fait" in client.get(DONE).content.decode()
    for each in (client, telephone):
        assert each.get(SPACE).status_code == 302
    answer = client.post("/compte/login/", {"login": adherent.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert Membership.objects.get().resigned_on == timezone.localdate()


def test_a_get_does_nothing(client, adherent):
    prove(client)
    before = Reaction.objects.count(), User.objects.count()
    for url in (LEAVE, f"{CONFIRM}?words=effacer", DONE):
        assert client.get(url).status_code == 200
    assert (Reaction.objects.count(), User.objects.count()) == before


def test_a_double_click_is_told_that_it_is_done(client, adherent):
    prove(client)
    fields = asked(client, words="garder")
    assert client.post(CONFIRM, fields).url == DONE
    assert client.post(CONFIRM, fields).url == DONE


def test_a_session_that_has_expired_is_not_told_that_it_is_done(client, adherent):
    prove(client)
    fields = asked(client, words="garder")
    client.logout()
    assert client.post(CONFIRM, fields).url.startswith("/compte/login/")
    assert User.objects.filter(pk=adherent.pk).exists()


def test_the_form_of_another_account_closes_nothing(client, adherent):
    prove(client)
    fields = asked(client, words="garder")
    other = UserFactory(adherent=True)
    client.force_login(other)
    prove(client)
    answer = client.post(CONFIRM, fields, follow=True)
    assert "celui d’un autre compte" in answer.content.decode()
    assert User.objects.count() == 2


def test_nothing_is_chosen_beforehand_and_a_choice_is_asked_for(client, adherent):
    assert "checked" not in client.get(LEAVE).content.decode()
    answer = client.get(CONFIRM, {"resign": "on"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choisissez ce que deviennent les réactions." in page
    assert page.count("checked") == 1


@pytest.mark.parametrize("words", ["", "autre", "garder\0", "x" * 5000])
def test_an_unknown_choice_is_refused(client, adherent, words):
    assert client.post(CONFIRM, {"words": words}).status_code == 422
    assert User.objects.filter(pk=adherent.pk).exists()


def test_an_officer_reads_what_to_do_first(client):
    client.force_login(UserFactory(role=Role.SECRETARY))
    page = client.get(LEAVE).content.decode()
    assert "Personne d’autre ne tient le secrétariat" in page
    assert "<form class" not in page
    assert client.get(CONFIRM, {"words": "garder"}).url == LEAVE


def test_who_reacts_in_a_page_left_open_is_told_politely(client, adherent, monkeypatch):
    article = ArticleFactory(published=True)
    url = reverse("articles:react", args=[article.slug])
    from articles import reacting

    post = reacting.post_reaction

    def after_leaving(article, author, *args):
        leave(author, erase_words=False)
        return post(article, author, *args)

    monkeypatch.setattr(reacting, "post_reaction", after_leaving)
    answer = client.post(url, {"body": "Un dernier mot"})
    assert answer.status_code == 403
    assert "Un dernier mot" in answer.content.decode()


def test_sessions_of_others_stay_open():
    other = UserFactory()
    key = open_session(other)
    leave(somebody_known_everywhere(), erase_words=False)
    assert list(Session.objects.values_list("pk", flat=True)) == [key]
    assert DISPLAY_NAME not in everything()

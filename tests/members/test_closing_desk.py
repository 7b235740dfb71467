"""The secretary closes the account of who asks by letter; nobody deletes an account otherwise."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from articles.models import Reaction
from members.mail.sending import send_due
from members.models import Action, AuditEntry, Membership, Role, Subject, User
from tests.factories import PASSWORD, ReactionFactory, UserFactory

pytestmark = pytest.mark.django_db

ASKED = {"words": "garder", "asked": "on"}


def page_of(account):
    return reverse("admin:members_user_departure", args=[account.pk])


def enter(client, officer):
    client.force_login(officer)
    client.post("/compte/reauthenticate/", {"password": PASSWORD})


@pytest.fixture
def secretary(client):
    officer = UserFactory(role=Role.SECRETARY)
    enter(client, officer)
    return officer


@pytest.mark.parametrize(("words", "body"), [("garder", "Des mots"), ("effacer", "")])
def test_the_secretary_closes_an_account(client, secretary, words, body):
    person = UserFactory(adherent=True, email="partie@exemple.test")
    ReactionFactory(author=person, body="Des mots")
    page = client.get(page_of(person)).content.decode()
    assert "partie@exemple.test" in page
    answer = client.post(page_of(person), ASKED | {"words": words, "resign": "on"}, follow=True)
    assert "Le compte est fermé" in answer.content.decode()
    assert list(User.objects.all()) == [secretary]
    assert (Reaction.objects.get().author, Reaction.objects.get().body) == (None, body)
    assert Membership.objects.get().resigned_on == timezone.localdate()
    send_due()
    assert mail.outbox[-1].to == ["partie@exemple.test"]
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr) == (secretary, "un compte, à la demande de la personne")


def test_the_register_tells_who_closed_which_account(client, secretary):
    person = UserFactory(adherent=True)
    account, membership = person.pk, person.membership.pk
    client.get(page_of(person))
    client.post(page_of(person), ASKED)
    for subject, pk, done in (
        (Subject.ACCOUNTS, account, Action.DELETION),
        (Subject.MEMBERSHIPS, membership, Action.CHANGE),
    ):
        entries = AuditEntry.objects.about(subject, pk).order_by("pk")
        assert [(entry.officer, entry.action) for entry in entries] == [
            (secretary, Action.VIEW),
            (secretary, done),
        ]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"words": "garder"}, "sans demande de la personne, on ne ferme rien"),
        ({"asked": "on"}, "Choisissez ce que deviennent les réactions."),
        ({"words": "vendre", "asked": "on"}, "errorlist"),
    ],
)
def test_nothing_is_done_without_a_choice_and_a_request(client, secretary, fields, said):
    person = UserFactory(adherent=True)
    page = client.post(page_of(person), fields).content.decode()
    assert said in page
    assert "Rien n’a été fait" in page
    assert User.objects.filter(pk=person.pk).exists()


def test_the_password_of_the_officer_is_asked_for_again(client):
    client.force_login(UserFactory(role=Role.SECRETARY))
    person = UserFactory()
    assert client.get(page_of(person)).url.startswith("/compte/reauthenticate/")
    assert client.post(page_of(person), ASKED).url.startswith("/compte/reauthenticate/")
    assert User.objects.filter(pk=person.pk).exists()


def test_an_officer_s_mandate_ends_first(client, secretary):
    editor = UserFactory(role=Role.EDITOR)
    page = client.get(page_of(editor)).content.decode()
    assert "Mettez-y d’abord fin." in page
    assert "Fermer ce compte" not in page
    client.post(page_of(editor), ASKED)
    assert User.objects.filter(pk=editor.pk).exists()


def test_a_secretary_closes_neither_a_superuser_s_account_nor_their_own(client, secretary):
    UserFactory(superuser=True)
    for account in (UserFactory(superuser=True), secretary):
        assert client.get(page_of(account)).status_code == 403
        assert client.post(page_of(account), ASKED).status_code == 403
    assert User.objects.count() == 3


@pytest.mark.parametrize("role", [Role.MEMBERSHIP_MANAGER, Role.MODERATOR, Role.EDITOR])
def test_other_officers_close_no_account(client, role):
    enter(client, UserFactory(role=role))
    person = UserFactory()
    assert client.post(page_of(person), ASKED).status_code == 403
    change = client.get(reverse("admin:members_user_change", args=[person.pk]))
    assert page_of(person) not in change.content.decode()


@pytest.mark.parametrize("officer", ["secretary", "superuser"])
def test_nobody_deletes_an_account_in_the_admin(client, officer):
    who = UserFactory(role=officer) if officer == "secretary" else UserFactory(superuser=True)
    enter(client, who)
    person = UserFactory(adherent=True)
    ReactionFactory(author=person)
    delete = reverse("admin:members_user_delete", args=[person.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    changelist = reverse("admin:members_user_changelist")
    client.post(
        changelist, {"action": "delete_selected", "_selected_action": [person.pk], "post": "yes"}
    )
    assert Reaction.objects.get().author == person
    assert (
        page_of(person)
        in client.get(reverse("admin:members_user_change", args=[person.pk])).content.decode()
    )

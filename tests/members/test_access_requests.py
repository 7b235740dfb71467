"""Asking for access: the same answer to all; a decision by those who keep the list."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.joining import access_requests
from members.joining.access_requests import AlreadyDecided, accept, matches, refuse
from members.mail.sending import send_due
from members.models import AccessRequest, Invitation, Membership, OutgoingMail, User
from tests.factories import (
    AccessRequestFactory,
    InvitationFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

ASK = "/demande-d-acces/"
LIST = "/admin/members/accessrequest/"
PARIS = ZoneInfo("Europe/Paris")
CANARY = "Canarine"


def form(**changes):
    return {
        "first_name": CANARY,
        "last_name": "Dupont",
        "email": "dupont@exemple.test",
        "number": "",
        "message": "",
        "site": "",
    } | changes


def text(response):
    return response.content.decode()


def answers(response):
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", response.content)


def decide(request):
    return reverse("admin:members_accessrequest_change", args=[request.pk])


# Asking


WHO = {
    "a stranger": lambda email: None,
    "an adherent": lambda email: MembershipFactory(email=email),
    "an adherent with an account": lambda email: MembershipFactory(
        email=email, user=UserFactory(email=email)
    ),
    "one who was invited": lambda email: InvitationFactory(membership__email=email),
    "a former adherent": lambda email: MembershipFactory(email=email, lapsed=True),
    "an officer": lambda email: UserFactory(email=email, role="secretary"),
    "one who has asked already": lambda email: AccessRequestFactory(email=email),
    "one who was refused": lambda email: AccessRequestFactory(
        email=email, state="refused", reason="Non.", decided_at=timezone.now()
    ),
}


def test_the_answer_is_the_same_whoever_asks():
    UserFactory(role="membership_manager")
    seen = {}
    for day, (who, make) in enumerate(WHO.items()):
        email = f"personne{day}@ailleurs.test"
        make(email)
        # The first request of a day also queues a mail: each asks on a day of their own.
        with time_machine.travel(timezone.now() + timedelta(days=day), tick=False):
            client = Client()
            with CaptureQueriesContext(connection) as captured:
                answer = client.post(ASK, form(email=email, number=f"N{day}"))
                after = client.get(answer.url)
        verbs = [re.sub(r"_x\d+|\d+", "", query["sql"])[:60] for query in captured]
        seen[who] = (
            answer.status_code,
            answer.url,
            answer.headers.items() - {("Content-Length", "")},
            answer.cookies.keys(),
            after.status_code,
            answers(after),
            verbs,
        )
        assert AccessRequest.objects.filter(email=email, number=f"N{day}").count() == 1
    for who, answer in seen.items():
        assert answer == seen["a stranger"], who


def test_what_is_asked_is_kept_on_one_line(client):
    client.post(ASK, form(last_name="Du\r\npont  et  Fils", message="Bonjour,\r\nc’est moi."))
    request = AccessRequest.objects.get()
    assert request.last_name == "Du pont et Fils"
    assert request.message == "Bonjour,\r\nc’est moi."


def test_a_mistake_is_told_and_nothing_typed_is_lost(client):
    answer = client.post(ASK, form(email="pas une adresse", message="Ma brigade : Valserre"))
    assert answer.status_code == 200
    assert "errorlist" in text(answer)
    assert CANARY in text(answer)
    assert "Ma brigade : Valserre" in text(answer)
    assert not AccessRequest.objects.exists()


def test_a_form_left_open_too_long_gives_the_message_back():
    stale = Client(enforce_csrf_checks=True).post(ASK, form(message="Ma brigade : Valserre"))
    assert stale.status_code == 403
    assert "Ma brigade : Valserre" in text(stale)


def test_a_machine_that_fills_the_hidden_field_is_told_nothing(client):
    person = client.post(ASK, form())
    machine = Client().post(ASK, form(site="https://mal.example"))
    assert (machine.status_code, machine.url) == (person.status_code, person.url)
    assert AccessRequest.objects.count() == 1


def test_the_hidden_field_is_hidden_from_all_people(client):
    shown = text(client.get(ASK))
    decoy = re.search(r'<div class="decoy">(.*?)</div>', shown)[1]
    assert 'name="site"' in decoy
    assert 'tabindex="-1"' in decoy
    assert 'autocomplete="off"' in decoy
    assert "Laissez ce champ vide" in decoy


def test_too_many_requests_wait_and_lose_nothing(client, settings):
    for number in range(20):
        assert client.post(ASK, form(email=f"p{number}@exemple.test")).status_code == 302
    answer = client.post(ASK, form(email="p20@exemple.test", message="Ma brigade : Valserre"))
    assert answer.status_code == 429
    assert "Réessayez dans une heure" in text(answer)
    assert "Ma brigade : Valserre" in text(answer)
    # Another worker counts with the same counter; a header that anybody can write changes nothing.
    forged = Client(headers={"X-Forwarded-For": "203.0.113.9"})
    assert forged.post(ASK, form()).status_code == 429
    assert AccessRequest.objects.count() == 20


def test_the_way_to_ask_is_shown_where_it_is_looked_for(client):
    for page in ("/compte/login/", "/compte/signup/", "/invitation/rien/"):
        assert f'href="{ASK}"' in text(client.get(page))


# Telling the officers


def test_the_officers_are_told_once_a_day_and_without_a_name(client):
    with time_machine.travel(datetime(2025, 3, 3, 10, tzinfo=PARIS)) as clock:
        manager = UserFactory(role="membership_manager")
        UserFactory(role="secretary")
        UserFactory(role="editor")
        UserFactory(role="membership_manager", is_active=False)
        client.post(ASK, form())
        send_due()
        assert [letter.to for letter in mail.outbox] == [[manager.email]]
        client.post(ASK, form(email="autre@exemple.test"))
        client.post(ASK, form(email="encore@exemple.test"))
        clock.move_to(datetime(2025, 3, 4, 7, 59, tzinfo=PARIS))
        send_due()
        assert len(mail.outbox) == 1
        clock.move_to(datetime(2025, 3, 4, 8, 1, tzinfo=PARIS))
        send_due()
        client.post(ASK, form(email="demain@exemple.test"))
        send_due()
    first, second = mail.outbox
    assert "Une demande attend une réponse" in first.body
    assert "3 demandes attendent une réponse" in second.body
    assert LIST in second.body
    for letter in mail.outbox:
        said = letter.subject + letter.body + str(letter.alternatives)
        assert CANARY not in said
        assert "dupont" not in said.lower()
        for word in ("cgt", "syndic", "adhé"):
            assert word not in letter.subject.lower()


def test_without_a_membership_manager_the_secretary_is_told(client):
    secretary = UserFactory(role="secretary")
    client.post(ASK, form())
    assert OutgoingMail.objects.get().recipient == secretary


def test_nobody_is_told_of_what_was_decided_in_the_meantime(client):
    officer = UserFactory(role="membership_manager")
    client.post(ASK, form())
    refuse(AccessRequest.objects.get(), officer, "Non.")
    OutgoingMail.objects.filter(recipient=None).delete()
    send_due()
    assert not mail.outbox


def test_an_officer_whose_mandate_is_over_is_not_told(client):
    officer = UserFactory(role="membership_manager")
    client.post(ASK, form())
    officer.mandates.update(ends_on=timezone.localdate() - timedelta(days=1))
    send_due()
    assert not mail.outbox


@pytest.mark.parametrize(
    ("role", "told"),
    [("membership_manager", True), ("secretary", True), ("editor", False), ("moderator", False)],
)
def test_the_officers_home_page_counts_what_waits(client, role, told):
    client.force_login(UserFactory(role=role))
    assert "Demandes d’accès <" not in text(client.get("/admin/"))
    AccessRequestFactory()
    assert ("Répondre à la demande" in text(client.get("/admin/"))) is told
    AccessRequestFactory()
    assert ("Répondre aux demandes" in text(client.get("/admin/"))) is told


# Whom it may be


def test_who_it_may_be_is_found_however_it_was_typed():
    by_number = MembershipFactory(number="D-0142")
    by_email = MembershipFactory(email="Moi@Exemple.test")
    by_name = MembershipFactory(first_name="Maëlle", last_name="Le Goff")
    by_last_name = MembershipFactory(first_name="Yann", last_name="LE GOFF")
    MembershipFactory()
    asked = AccessRequestFactory(
        number="d 0142", email="moi@exemple.test", first_name="le goff", last_name="MAELLE"
    )
    other = AccessRequestFactory(last_name="Le-Goff", first_name="Anne")
    nobody = AccessRequestFactory()
    found = matches([asked, other, nobody])
    assert [match.membership for match in found[asked.pk]] == [by_number, by_email, by_name]
    assert {match.membership for match in found[other.pk]} == {by_name, by_last_name}
    assert nobody.pk not in found


def test_the_likeliest_comes_first():
    namesakes = [MembershipFactory(first_name="Jean", last_name="Martin") for _ in range(20)]
    asked = AccessRequestFactory(first_name="Jean", last_name="Martin", number=namesakes[-1].number)
    (first, *others) = matches([asked])[asked.pk]
    assert first.membership == namesakes[-1]
    assert len(others) == access_requests.PROPOSED - 1


@pytest.fixture
def manager(client):
    officer = UserFactory(role="membership_manager")
    client.force_login(officer)
    return officer


@pytest.mark.usefixtures("manager")
def test_the_oldest_that_waits_comes_first_with_who_it_may_be(client):
    membership = MembershipFactory(first_name="Maëlle", last_name="Bruyère")
    moment = timezone.now()
    for days, name, decided in [(9, "Faite", moment), (1, "Récente", None), (5, "Bruyère", None)]:
        AccessRequestFactory(
            first_name="Maëlle",
            last_name=name,
            created_at=moment - timedelta(days=days),
            state="accepted" if decided else "pending",
            decided_at=decided,
        )
    shown = text(client.get(LIST))
    assert re.findall('class="field-who">Maëlle ([^<]+)', shown) == ["Bruyère", "Récente", "Faite"]
    assert f"{membership} (mêmes nom et prénom)" in shown


@pytest.mark.usefixtures("manager")
def test_the_list_takes_the_same_queries_for_one_and_for_many(client):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    AccessRequestFactory()
    queries()
    few = queries()
    for _ in range(30):
        AccessRequestFactory()
        MembershipFactory()
    assert queries() == few


# Deciding


@pytest.mark.usefixtures("manager")
def test_the_invitation_goes_to_the_address_of_the_list(client):
    """Whoever knows an adherent's name and number must not get their account."""
    membership = MembershipFactory(email="la-vraie@exemple.test")
    asked = AccessRequestFactory(number=membership.number, email="voleur@exemple.test")
    answer = client.post(decide(asked), {"accept": "", "membership": membership.pk}, follow=True)
    assert "Une invitation est envoyée à la-vraie@exemple.test." in text(answer)
    send_due()
    assert [letter.to for letter in mail.outbox] == [["la-vraie@exemple.test"]]
    membership.refresh_from_db()
    assert membership.email == "la-vraie@exemple.test"


@pytest.mark.usefixtures("manager")
def test_the_address_of_the_request_is_noted_when_the_officer_says_so(client):
    membership = MembershipFactory()
    asked = AccessRequestFactory(number=membership.number, email="Nouvelle@exemple.test")
    refused = client.post(decide(asked), {"accept": "", "membership": membership.pk})
    assert "vous pouvez y noter celle de la demande" in text(refused)
    assert not Invitation.objects.exists()
    form = {"accept": "", "membership": membership.pk, "use_address": "on"}
    client.post(decide(asked), form)
    membership.refresh_from_db()
    assert membership.email == "nouvelle@exemple.test"
    send_due()
    (letter,) = mail.outbox
    assert letter.to == ["nouvelle@exemple.test"]
    path = re.search(r"http://[^/]+(/invitation/\S+)", letter.body)[1]
    chosen = {"password1": "quatre mots bout à bout", "password2": "quatre mots bout à bout"}
    client.logout()
    client.post(path, chosen)
    assert User.objects.get(membership=membership).email == "nouvelle@exemple.test"


@pytest.mark.usefixtures("manager")
def test_another_membership_is_chosen_by_its_number(client):
    membership = MembershipFactory(invitable=True, number="D-0142")
    asked = AccessRequestFactory()
    wrong = client.post(decide(asked), {"accept": "", "membership": "other", "number": "D-9"})
    assert "Aucune adhésion n’a ce numéro" in text(wrong)
    assert 'value="D-9"' in text(wrong)
    client.post(decide(asked), {"accept": "", "membership": "other", "number": " d-0142 "})
    asked.refresh_from_db()
    assert asked.membership == membership
    assert asked.state == "accepted"


@pytest.mark.usefixtures("manager")
@pytest.mark.parametrize("choice", [{}, {"membership": "999999"}, {"membership": "moi"}])
def test_a_membership_must_be_chosen(client, choice):
    asked = AccessRequestFactory()
    answer = client.post(decide(asked), {"accept": ""} | choice)
    assert answer.status_code == 200
    assert "errorlist" in text(answer)
    asked.refresh_from_db()
    assert asked.is_pending


@pytest.mark.usefixtures("manager")
def test_a_membership_that_has_ended_cannot_be_invited(client):
    membership = MembershipFactory(invitable=True, lapsed=True)
    asked = AccessRequestFactory(email="nouvelle@exemple.test")
    form = {"accept": "", "membership": membership.pk, "use_address": "on"}
    answer = client.post(decide(asked), form)
    assert "ne peut pas être invité·e : une adhésion n’ouvre plus de droits" in text(answer)
    asked.refresh_from_db()
    assert asked.is_pending
    assert Membership.objects.get().email == membership.email
    assert not OutgoingMail.objects.exists()


@pytest.mark.usefixtures("manager")
def test_who_has_an_account_is_reminded_of_it_at_its_own_address(client):
    account = UserFactory(email="compte@exemple.test")
    membership = MembershipFactory(user=account, email="liste@exemple.test")
    asked = AccessRequestFactory(email="voleur@exemple.test")
    form = {"accept": "", "membership": membership.pk, "use_address": "on"}
    answer = client.post(decide(asked), form, follow=True)
    assert "a déjà un compte" in text(answer)
    send_due()
    assert [letter.to for letter in mail.outbox] == [["compte@exemple.test"]]
    membership.refresh_from_db()
    assert membership.email == "liste@exemple.test"
    assert not Invitation.objects.exists()


@pytest.mark.usefixtures("manager")
def test_a_refusal_gives_its_reason_and_reveals_nothing_outside(client):
    asked = AccessRequestFactory(email="dupont@exemple.test")
    empty = client.post(decide(asked), {"refuse": "", "reason": "  "})
    assert "Donnez le motif" in text(empty)
    client.post(decide(asked), {"refuse": "", "reason": "Passez <nous> voir."})
    send_due()
    (letter,) = mail.outbox
    assert letter.to == ["dupont@exemple.test"]
    assert letter.subject == "La réponse à votre demande"
    assert "Passez <nous> voir." in letter.body
    assert "Passez &lt;nous&gt; voir." in letter.alternatives[0][0]
    assert ASK in letter.body
    shown = text(client.get(decide(asked)))
    assert "Passez &lt;nous&gt; voir." in shown
    assert 'name="accept"' not in shown


def test_one_decision_answers_all_the_requests_of_an_address(manager):
    first = AccessRequestFactory(email="Dupont@exemple.test")
    second = AccessRequestFactory(email="dupont@exemple.test")
    other = AccessRequestFactory()
    refuse(second, manager, "Non.")
    states = AccessRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["refused", "refused", "pending"]
    send_due()
    assert len(mail.outbox) == 1
    with pytest.raises(AlreadyDecided):
        accept(first, manager, MembershipFactory(invitable=True))
    assert not Invitation.objects.exists()
    assert other.is_pending


@pytest.mark.usefixtures("manager")
def test_a_second_decision_is_told_that_it_comes_too_late(client):
    asked = AccessRequestFactory()
    client.post(decide(asked), {"refuse": "", "reason": "Non."})
    after = client.post(decide(asked), {"refuse": "", "reason": "Si."}, follow=True)
    assert "a déjà reçu une réponse" in text(after)
    assert AccessRequest.objects.get().reason == "Non."
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("role", ["editor", "publisher", "moderator"])
def test_other_officers_decide_nothing(client, role):
    officer = UserFactory(role=role)
    client.force_login(officer)
    asked, membership = AccessRequestFactory(), MembershipFactory(invitable=True)
    for form in ({"accept": "", "membership": membership.pk}, {"refuse": "", "reason": "Non."}):
        assert client.post(decide(asked), form).status_code == 403
    with pytest.raises(PermissionDenied):
        accept(asked, officer, membership)
    with pytest.raises(PermissionDenied):
        refuse(asked, officer, "Non.")
    asked.refresh_from_db()
    assert asked.is_pending


@pytest.mark.usefixtures("manager")
def test_the_log_of_the_desk_names_nobody(client):
    asked = AccessRequestFactory(first_name=CANARY, email="canarine@exemple.test")
    client.post(decide(asked), {"refuse": "", "reason": "Non."})
    entry = LogEntry.objects.get()
    assert entry.change_message == "Demande refusée."
    assert "canarine" not in (entry.object_repr + entry.change_message).lower()


# Forgetting


def test_what_was_settled_long_ago_is_to_be_erased():
    now = timezone.now()
    long_ago, lately = now - timedelta(days=200), now - timedelta(days=10)
    refused = {"state": "refused", "reason": "Non."}
    old = [
        AccessRequestFactory(created_at=long_ago, decided_at=long_ago, **refused),
        AccessRequestFactory(created_at=long_ago),
    ]
    AccessRequestFactory(created_at=long_ago, decided_at=lately, **refused)
    AccessRequestFactory(created_at=lately)
    found = AccessRequest.objects.settled_before(now - timedelta(days=180))
    assert set(found) == set(old)

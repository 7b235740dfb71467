"""Officers' rights begin and end with their mandates, and nobody can climb above their own."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from members.models import Mandate, Role, User
from tests.factories import ArticleFactory, MandateFactory, UserFactory

pytestmark = pytest.mark.django_db


def opens_admin(client, user):
    client.force_login(user)
    return client.get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize(
    ("starts", "ends", "opens"),
    [(0, None, True), (-5, 0, True), (-5, 5, True), (1, None, False), (-5, -1, False)],
)
def test_the_desk_opens_while_a_mandate_runs(client, starts, ends, opens):
    today = timezone.localdate()
    user = UserFactory()
    MandateFactory(
        user=user,
        role=Role.EDITOR,
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )
    assert opens_admin(client, user) is opens
    assert user.has_perm("articles.change_article") is opens


def test_the_end_of_a_mandate_acts_in_the_open_session(client):
    user = UserFactory(role=Role.SECRETARY)
    assert opens_admin(client, user)
    Mandate.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert client.get(reverse("admin:index")).status_code == 302


def test_rights_begin_and_end_at_midnight_in_paris(client):
    user = UserFactory()
    MandateFactory(
        user=user, role=Role.SECRETARY, starts_on=date(2025, 7, 1), ends_on=date(2025, 7, 31)
    )
    for before, after, opens_after in [
        ("2025-06-30T21:59:00+00:00", "2025-06-30T22:01:00+00:00", True),
        ("2025-07-31T21:59:00+00:00", "2025-07-31T22:01:00+00:00", False),
    ]:
        with time_machine.travel(before, tick=False):
            client.force_login(user)
            assert opens_list(client, user) is not opens_after
        with time_machine.travel(after, tick=False):
            assert opens_list(client, user) is opens_after


def opens_list(client, user):
    """Whether this session opens the list of adherents, and the permission says so too."""
    opens = client.get(reverse("admin:members_membership_changelist")).status_code == 200
    assert User.objects.get(pk=user.pk).has_perm("members.view_membership") is opens
    return opens


def test_the_history_of_a_mandate_says_who_gave_and_ended_it(client):
    secretary = UserFactory(role=Role.SECRETARY, display_name="La secrétaire")
    client.force_login(secretary)
    person = UserFactory()
    sent = {"user": person.pk, "role": "editor", "starts_on": "01/07/2025", "ends_on": ""}
    sent["initial-starts_on"] = "01/07/2025"
    client.post(reverse("admin:members_mandate_add"), sent)
    mandate = Mandate.objects.get(user=person)
    url = reverse("admin:members_mandate_change", args=[mandate.pk])
    client.post(url, sent | {"ends_on": "31/07/2025"})
    client.post(url, sent | {"ends_on": "31/07/2025"})
    assert [version.history_type for version in mandate.history.all()] == ["~", "+"]
    page = client.get(reverse("admin:members_mandate_history", args=[mandate.pk]))
    entries = page.context["entries"]
    assert [entry.who for entry in entries] == [f"La secrétaire ({secretary.email})"] * 2
    assert [(change.label, change.after) for change in entries[0].changes] == [
        ("Jusqu’au", "31/07/2025")
    ]
    assert not LogEntry.objects.exists()
    mandate.delete()
    whole = reverse("admin:members_mandate_whole_history")
    page = client.get(whole)
    told = [(entry.action, entry.name) for entry in page.context["entries"]]
    about = f"rédaction, {person.email}"
    expected = [("suppression", about), ("modification", about), ("création", about)]
    assert told[:3] == expected
    MandateFactory(role=Role.EDITOR)
    with CaptureQueriesContext(connection) as few:
        client.get(whole)
    for _ in range(10):
        MandateFactory(role=Role.EDITOR)
    with CaptureQueriesContext(connection) as many:
        client.get(whole)
    assert len(few) == len(many)


def test_the_mandates_are_filtered_by_whether_they_run(client):
    today = timezone.localdate()
    client.force_login(UserFactory(role=Role.SECRETARY))
    client.get(reverse("admin:members_mandate_changelist"))
    past = MandateFactory(role=Role.EDITOR, ends_on=today - timedelta(days=1))
    coming = MandateFactory(role=Role.EDITOR, starts_on=today + timedelta(days=1))
    for chosen, expected in [("fini", past), ("a-venir", coming)]:
        page = client.get(reverse("admin:members_mandate_changelist"), {"etat": chosen})
        assert list(page.context["cl"].result_list) == [expected]
    page = client.get(reverse("admin:members_mandate_changelist"), {"etat": "en-cours"})
    assert not {past, coming} & set(page.context["cl"].result_list)


def test_staff_without_a_mandate_stays_outside(client):
    assert not opens_admin(client, UserFactory(is_staff=True))


def test_a_mandate_marks_its_holder_as_staff():
    user = UserFactory()
    MandateFactory(user=user, role=Role.EDITOR)
    user.refresh_from_db()
    assert user.is_staff


def test_a_mandate_cannot_end_before_it_starts():
    today = timezone.localdate()
    with pytest.raises(IntegrityError), transaction.atomic():
        MandateFactory(role=Role.EDITOR, starts_on=today, ends_on=today - timedelta(days=1))


PERMISSIONS = {
    Role.EDITOR: ("articles.add_article", "members.view_membership"),
    Role.PUBLISHER: ("articles.delete_article", "members.view_membership"),
    Role.MODERATOR: ("articles.change_reaction", "articles.change_article"),
    Role.MEMBERSHIP_MANAGER: ("members.change_membership", "articles.view_article"),
    Role.SECRETARY: ("members.add_mandate", "auth.change_permission"),
}


@pytest.mark.parametrize("role", PERMISSIONS)
def test_a_role_gives_what_it_needs_and_no_more(role):
    user = UserFactory(role=role)
    given, refused = PERMISSIONS[role]
    assert user.has_perm(given)
    assert not user.has_perm(refused)


def test_an_editor_sees_only_what_an_editor_needs(client):
    client.force_login(UserFactory(role=Role.EDITOR))
    page = client.get(reverse("admin:index")).content.decode()
    assert "Articles" in page
    assert "Réunions" in page
    assert "Adhésions" not in page
    assert "Mandats" not in page
    assert "Réactions" not in page


@pytest.mark.parametrize("role", [Role.MEMBERSHIP_MANAGER, Role.SECRETARY])
def test_a_crafted_post_grants_neither_staff_nor_superuser(client, role):
    client.force_login(UserFactory(role=role))
    account = UserFactory()
    client.post(
        reverse("admin:members_user_change", args=[account.pk]),
        {
            "email": "nouvelle@exemple.test",
            "display_name": "Nouveau nom",
            "is_active": "on",
            "is_staff": "on",
            "is_superuser": "on",
            "groups": ["1"],
            "user_permissions": ["1"],
            "password": "en clair",
        },
    )
    password = account.password
    account.refresh_from_db()
    assert account.display_name == "Nouveau nom"
    assert account.email != "nouvelle@exemple.test"
    assert not account.is_staff
    assert not account.is_superuser
    assert not account.groups.exists()
    assert not account.user_permissions.exists()
    assert account.password == password


def test_nobody_takes_over_an_account_above_their_own(client):
    manager = UserFactory(role=Role.MEMBERSHIP_MANAGER)
    secretary = UserFactory(role=Role.SECRETARY)
    superuser = UserFactory(superuser=True)
    for actor, target in [(manager, secretary), (manager, superuser), (secretary, superuser)]:
        client.force_login(actor)
        url = reverse("admin:members_user_change", args=[target.pk])
        answer = client.post(url, {"email": "prise@exemple.test", "is_active": "on"})
        assert answer.status_code == 403
        target.refresh_from_db()
        assert target.email != "prise@exemple.test"


def test_a_new_account_waits_for_its_owner_to_choose_a_password(client):
    client.force_login(UserFactory(role=Role.MEMBERSHIP_MANAGER))
    url = reverse("admin:members_user_add")
    answer = client.post(url, {"email": "Neuve@exemple.test", "display_name": ""})
    assert answer.status_code == 302
    account = User.objects.get(email="neuve@exemple.test")
    assert not account.has_usable_password()
    again = client.post(url, {"email": "NEUVE@exemple.test", "display_name": ""})
    assert "Un compte existe déjà avec cette adresse" in again.content.decode()


def test_no_password_hash_is_shown(client):
    client.force_login(UserFactory(role=Role.SECRETARY))
    account = UserFactory()
    page = client.get(reverse("admin:members_user_change", args=[account.pk])).content.decode()
    assert account.password.split("$")[-1] not in page
    assert 'name="password"' not in page
    assert "md5$" not in page.lower()


def test_lists_answer_no_other_question_than_those_they_offer(client):
    client.force_login(UserFactory(role=Role.MEMBERSHIP_MANAGER))
    url = reverse("admin:members_user_changelist")
    assert client.get(f"{url}?is_active__exact=1").status_code == 200
    for question in ("reactions=3", "is_superuser=1", "logentry__isnull=0", "password__contains=a"):
        assert client.get(f"{url}?{question}").status_code == 400


def test_an_id_is_not_turned_into_an_address(client):
    client.force_login(UserFactory(role=Role.MEMBERSHIP_MANAGER))
    article = ArticleFactory()
    kind = ContentType.objects.get_for_model(article)
    assert client.get(f"/admin/r/{kind.pk}/{article.pk}/").status_code == 404

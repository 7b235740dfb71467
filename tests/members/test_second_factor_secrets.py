"""Secrets of second factors: sealed in the database, shown to no officer, removed when lost."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from members.models import Action, AuditEntry, Role, Subject, User
from tests.factories import UserFactory
from tests.mailbox import received
from tests.members.ways_in import (
    AUTHENTICATE,
    install_application,
    is_signed_in,
    recovery_codes,
    sign_in,
)
from tests.totp import totp

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return UserFactory(role=Role.EDITOR, email="perdue@exemple.test")


@pytest.fixture
def session(owner) -> Client:
    client = Client()
    sign_in(client, owner)
    return client


@pytest.fixture
def secret(session) -> str:
    return install_application(session).replace(" ", "")


def signs_in(owner: User, secret: str, later: int = 1) -> bool:
    client = Client()
    sign_in(client, owner)
    client.post(AUTHENTICATE, {"code": totp(secret, later)})
    return is_signed_in(client)


def stored(owner: User) -> str:
    return json.dumps(
        [factor.data for factor in Authenticator.objects.filter(user=owner).order_by("pk")]
    )


# At rest ---------------------------------------------------------------------------------------


def test_no_secret_can_be_read_in_the_database(session, secret, owner):
    codes = recovery_codes(session)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        rows = str(cursor.fetchall())
    assert len(Authenticator.objects.filter(user=owner)) == 2
    assert secret not in rows
    assert not [code for code in codes if code.replace(" ", "") in rows]


def test_a_new_secret_key_opens_what_the_earlier_one_sealed(secret, owner, settings):
    earlier, settings.SECRET_KEY = settings.SECRET_KEY, "une nouvelle clé" * 4
    assert not signs_in(owner, secret)
    settings.SECRET_KEY_FALLBACKS = [earlier]
    assert signs_in(owner, secret)


def test_resealed_secrets_need_the_earlier_key_no_more(secret, owner, settings):
    earlier, settings.SECRET_KEY = settings.SECRET_KEY, "une nouvelle clé" * 4
    settings.SECRET_KEY_FALLBACKS = [earlier]
    before = stored(owner)
    call_command("reseal_second_factors")
    assert stored(owner) != before
    settings.SECRET_KEY_FALLBACKS = []
    assert signs_in(owner, secret)


def test_a_lost_key_is_told_to_the_person_and_to_the_operator(secret, owner, settings, caplog):
    settings.SECRET_KEY = "une nouvelle clé" * 4
    client = Client()
    sign_in(client, owner)
    page = client.post(AUTHENTICATE, {"code": totp(secret, 1)})
    assert "Ce code ne peut plus être vérifié" in page.content.decode()
    assert "SECRET_KEY_FALLBACKS" in caplog.text
    with pytest.raises(CommandError, match="2 secret"):
        call_command("reseal_second_factors")


# On the desk -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [{"role": Role.SECRETARY}, {"superuser": True}])
def test_no_page_of_the_desk_shows_a_secret(client, session, secret, owner, kind):
    codes = recovery_codes(session)
    sealed = [
        value
        for factor in Authenticator.objects.filter(user=owner)
        for value in (factor.data.get("secret"), factor.data.get("seed"))
        if value
    ]
    hidden = [secret, *codes, *sealed, owner.password.split("$")[-1]]
    client.force_login(UserFactory(**kind))
    for name in ("change", "history", "delete"):
        page = client.get(reverse(f"admin:members_user_{name}", args=[owner.pk])).content.decode()
        assert not [word for word in hidden if word in page]
    assert client.get("/admin/mfa/").status_code == 404
    assert client.get("/admin/mfa/authenticator/").status_code == 404
    assert client.get("/admin/usersessions/usersession/").status_code == 404
    for question in ("authenticator__data__contains=a", "authenticator__isnull=0"):
        url = reverse("admin:members_user_changelist")
        assert client.get(f"{url}?{question}").status_code == 400


def test_a_crafted_post_changes_no_second_factor(client, secret, owner):
    client.force_login(UserFactory(role=Role.SECRETARY))
    before = stored(owner), owner.password
    client.post(
        reverse("admin:members_user_change", args=[owner.pk]),
        {
            "email": owner.email,
            "display_name": "Nouveau nom",
            "is_active": "on",
            "second_factor": "aucun",
            "authenticator_set-TOTAL_FORMS": "1",
            "authenticator_set-INITIAL_FORMS": "0",
            "authenticator_set-0-type": "totp",
            "authenticator_set-0-data": '{"secret": "JBSWY3DPEHPK3PXP"}',
            "is_superuser": "on",
            "password": "en clair",
        },
    )
    owner.refresh_from_db()
    assert owner.display_name == "Nouveau nom"
    assert not owner.is_superuser
    assert (stored(owner), owner.password) == before


# Lost ------------------------------------------------------------------------------------------


def removal(account: User) -> str:
    return reverse("admin:members_user_remove_second_factor", args=[account.pk])


def test_the_secretary_removes_a_lost_second_factor(client, session, secret, owner):
    received().clear()
    client.force_login(UserFactory(role=Role.SECRETARY))
    account = client.get(reverse("admin:members_user_change", args=[owner.pk])).content.decode()
    assert f'href="{removal(owner)}"' in account
    assert "de vive voix" in client.get(removal(owner)).content.decode()
    assert Authenticator.objects.filter(user=owner).exists()
    client.post(removal(owner))
    assert not Authenticator.objects.filter(user=owner).exists()
    assert session.get("/espace/").status_code == 302
    (message,) = received()
    assert message.to == [owner.email]
    assert "Votre second facteur a été retiré" in message.body
    assert "cgt" not in f"{message.subject} {message.from_email}".lower()
    assert AuditEntry.objects.about(Subject.ACCOUNTS, owner.pk).first().action == Action.FACTOR
    again = Client()
    sign_in(again, owner)
    assert is_signed_in(again)


@pytest.mark.parametrize(
    ("actor", "target"),
    [
        ({"role": Role.MEMBERSHIP_MANAGER}, {"adherent": True}),
        ({"role": Role.EDITOR}, {"adherent": True}),
        ({"role": Role.SECRETARY}, {"superuser": True}),
    ],
)
def test_nobody_removes_the_factor_of_who_is_above(client, actor, target):
    account = UserFactory(**target)
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
    client.force_login(UserFactory(**actor))
    assert client.post(removal(account)).status_code == 403
    assert Authenticator.objects.filter(user=account).exists()


def test_nobody_removes_their_own_from_the_desk(client):
    superuser = UserFactory(superuser=True)
    Authenticator.objects.create(user=superuser, type=Authenticator.Type.TOTP, data={})
    client.force_login(superuser)
    assert client.post(removal(superuser)).status_code == 403
    assert Authenticator.objects.exists()


def test_the_operator_removes_it_where_nobody_else_can(session, secret, owner, capsys):
    with pytest.raises(CommandError, match="Aucun compte"):
        call_command("remove_second_factor", "inconnue@exemple.test")
    call_command("remove_second_factor", "PERDUE@exemple.test")
    assert not Authenticator.objects.exists()
    assert session.get("/espace/").status_code == 302

"""What this app keeps about a person: the account, the membership, the mandates, the mail."""

from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings

from members.mail import outbox
from members.mail.letters import subject_of
from members.models import Membership, OutgoingMail, User
from members.personal_data import Holding, Row, Value, in_words

# The fields of a membership that an officer fills in, as the person reads them.
OF_MEMBERSHIP = {
    "number": "Numéro d’adhérent·e",
    "first_name": "Prénom",
    "last_name": "Nom",
    "email": "Adresse e-mail",
    "joined_on": "Adhésion",
    "paid_until": "Cotisation réglée jusqu’au",
    "resigned_on": "Démission",
    "excluded_on": "Exclusion",
    "override_status": "État accordé",
    "override_until": "État accordé jusqu’au",
    "override_reason": "Motif de l’état accordé",
}
WHILE_THE_ACCOUNT = "Tant que votre compte existe."


def _account(user: User) -> Iterator[Row]:
    yield {
        "email": user.email,
        "display_name": user.display_name,
        "has_password": user.has_usable_password(),
        "created_at": user.date_joined,
        "last_sign_in_at": user.last_login,
        "is_open": user.is_active,
        "has_been_officer": user.is_staff,
        "is_superuser": user.is_superuser,
    }


def _addresses(user: User) -> Iterator[Row]:
    for address in EmailAddress.objects.filter(user=user).order_by("pk"):
        yield {
            "email": address.email,
            "is_confirmed": address.verified,
            "is_used": address.primary,
        }


def _membership(user: User) -> Iterator[Row]:
    for membership in Membership.objects.filter(user=user):
        yield values_of(membership) | {"status": str(membership.status.label)}


def values_of(version: Any) -> dict[str, Value]:
    """Tell the values of a membership, as it is or as a row of its history has it."""
    values = {name: getattr(version, name) for name in OF_MEMBERSHIP}
    return values | {"override_status": version.get_override_status_display()}


def _mandates(user: User) -> Iterator[Row]:
    for mandate in user.mandates.order_by("starts_on", "pk"):
        yield {
            "role": mandate.get_role_display(),
            "starts_on": mandate.starts_on,
            "ends_on": mandate.ends_on,
        }


def _mail(user: User) -> Iterator[Row]:
    for mail in OutgoingMail.objects.written_to(user).order_by("pk"):
        yield {
            "subject": subject_of(mail),
            "queued_at": mail.created_at,
            "next_try_at": mail.next_try_at,
            "sent_at": mail.sent_at,
            "failure": mail.failure,
        }


def _forget_mail(user: User, erase_words: bool) -> None:
    outbox.forget(user)


HOLDINGS = [
    Holding(
        name="account",
        title="Votre compte",
        purpose="Vous reconnaître quand vous vous connectez, et signer vos réactions du nom que "
        "vous avez choisi. Votre mot de passe n’est gardé que sous une forme illisible.",
        kept=f"{WHILE_THE_ACCOUNT} Un compte sans adhésion en cours est fermé après "
        f"{in_words(settings.RETENTION_ACCOUNT_DAYS)} sans connexion ; un message vous prévient "
        "avant.",
        fields={
            "email": "Adresse e-mail",
            "display_name": "Nom affiché",
            "has_password": "Mot de passe choisi",
            "created_at": "Compte créé",
            "last_sign_in_at": "Dernière connexion",
            "is_open": "Compte ouvert",
            "has_been_officer": "A été membre du bureau",
            "is_superuser": "Administre le site",
        },
        export=_account,
        answers_for=frozenset({"members.User.email"}),
    ),
    Holding(
        name="addresses",
        title="Vos adresses e-mail",
        purpose="Vous écrire, et vérifier qu’une nouvelle adresse est bien la vôtre.",
        kept=WHILE_THE_ACCOUNT,
        fields={
            "email": "Adresse e-mail",
            "is_confirmed": "Confirmée",
            "is_used": "Sert à la connexion",
        },
        export=_addresses,
        answers_for=frozenset({"account.EmailAddress.user", "account.EmailAddress.email"}),
    ),
    Holding(
        name="membership",
        title="Votre adhésion",
        purpose="Tenir la liste des adhérent·es et des cotisations de la section, et savoir qui "
        "peut lire ce qui est réservé et réagir.",
        kept="Tant que dure l’adhésion, puis "
        f"{in_words(settings.RETENTION_MEMBERSHIP_DAYS)} : le temps pendant lequel une cotisation "
        "déclarée aux impôts peut être contrôlée. Fermer votre compte n’y change rien.",
        fields=OF_MEMBERSHIP | {"status": "État aujourd’hui"},
        export=_membership,
        answers_for=frozenset({"members.Membership.user", "members.Membership.email"}),
    ),
    Holding(
        name="mandates",
        title="Vos mandats",
        purpose="Donner aux membres du bureau, le temps de leur mandat, les droits de leur rôle.",
        kept=WHILE_THE_ACCOUNT,
        fields={"role": "Rôle", "starts_on": "Début", "ends_on": "Fin"},
        export=_mandates,
        answers_for=frozenset({"members.Mandate.user"}),
    ),
    Holding(
        name="mail",
        title="Les messages qui vous sont adressés",
        purpose="Vous écrire une fois, et une seule, à propos de chaque évènement. Le texte des "
        "messages n’est pas gardé.",
        kept=f"{in_words(settings.RETENTION_MAIL_DAYS).capitalize()} après l’envoi.",
        fields={
            "subject": "Objet",
            "queued_at": "Mis en file",
            "next_try_at": "Prochain essai",
            "sent_at": "Envoyé",
            "failure": "Échec",
        },
        export=_mail,
        answers_for=frozenset({"members.OutgoingMail.recipient", "members.OutgoingMail.address"}),
        forget=_forget_mail,
    ),
]

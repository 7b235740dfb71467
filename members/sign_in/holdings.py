"""What is kept of the ways in which a person signs in: never a secret."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from members.models import User
from members.personal_data import Holding, Row

FACTORS = {"totp": "application", "webauthn": "clé d’accès", "recovery_codes": "codes de secours"}


def _factors(user: User) -> Iterator[Row]:
    for factor in Authenticator.objects.filter(user=user).order_by("created_at", "pk"):
        yield {
            "type": FACTORS[factor.type],
            "name": str(factor.data.get("name", "")),
            "created_at": factor.created_at,
            "last_used_at": factor.last_used_at,
        }


def _devices(user: User) -> Iterator[Row]:
    for session in UserSession.objects.filter(user=user).order_by("created_at", "pk"):
        yield {
            "network_address": session.ip,
            "browser": session.user_agent,
            "created_at": session.created_at,
            "last_seen_at": session.last_seen_at,
        }


HOLDINGS = [
    Holding(
        name="second_factors",
        title="Vos clés d’accès et votre second facteur",
        purpose="Vous reconnaître plus sûrement qu’avec un mot de passe seul. Ce qui est secret "
        "est scellé et ne sort pas d’ici.",
        kept="Jusqu’à ce que vous les retiriez, ou tant que votre compte existe.",
        fields={
            "type": "Sorte",
            "name": "Nom donné",
            "created_at": "Ajouté",
            "last_used_at": "Dernier usage",
        },
        export=_factors,
        answers_for=frozenset({"mfa.Authenticator.user"}),
        rank=1,
    ),
    Holding(
        name="devices",
        title="Les appareils de vos sessions",
        purpose="Vous montrer où votre compte est ouvert, pour fermer ce qui n’est pas de vous.",
        kept="Jusqu’à la fin de la session.",
        fields={
            "network_address": "Adresse du réseau",
            "browser": "Navigateur",
            "created_at": "Ouverte",
            "last_seen_at": "Vue pour la dernière fois",
        },
        export=_devices,
        answers_for=frozenset({"usersessions.UserSession.user"}),
        rank=1,
    ),
]

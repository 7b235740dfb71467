"""Start-up checks: what is announced everywhere, and stops a production start.

Demo accounts, and a sender's name that tells whoever sees the mail who belongs to a union.
"""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connection

from cgtdouanes.text.words import folded

DEMO_EMAILS = [
    f"{name}@example.org" for name in ("adherente", "ancien", "redactrice", "secretaire", "admin")
]

# Beginnings of words, without accents: each tells something to who sees the list of one's mail.
REVEALING = ("cgt", "syndic", "douan", "adher", "section", "union", "greve", "militant")


@register(Tags.database)
def demo_accounts(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn of active demo accounts, whose password is public; refuse them in production."""
    if not databases:
        return []
    found = demo_accounts_found()
    if not found:
        return []
    message = f"Comptes de démonstration présents : {', '.join(found)}."
    hint = "Leur mot de passe est public : supprimez-les avant d’ouvrir le site."
    kind = Error if settings.IS_PRODUCTION else Warning
    return [kind(message, hint=hint, id="cgtdouanes.E001" if kind is Error else "cgtdouanes.W001")]


@register(Tags.security)
def sender_name(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn of a sender's name that names the union; refuse it in production."""
    name, _ = parseaddr(settings.DEFAULT_FROM_EMAIL)
    letters = "".join(character for character in folded(name) if character.isalpha())
    if not any(word in letters for word in REVEALING):
        return []
    message = f"Le nom d’expéditeur « {name} » révèle une appartenance syndicale."
    hint = "Changez le nom dans DEFAULT_FROM_EMAIL : « Ne pas répondre <adresse> » par exemple."
    kind = Error if settings.IS_PRODUCTION else Warning
    return [kind(message, hint=hint, id="cgtdouanes.E002" if kind is Error else "cgtdouanes.W002")]


def demo_accounts_found() -> list[str]:
    """Return the addresses of the active demo accounts; none while the database is not ready."""
    user_model = apps.get_model(settings.AUTH_USER_MODEL)
    try:
        if user_model._meta.db_table not in connection.introspection.table_names():
            return []
        return list(
            user_model.objects.filter(email__in=DEMO_EMAILS, is_active=True)
            .order_by("email")
            .values_list("email", flat=True)
        )
    except DatabaseError:
        return []

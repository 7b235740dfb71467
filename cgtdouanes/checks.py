"""Start-up checks: demo accounts are announced everywhere and stop a production start."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError, connection

DEMO_EMAILS = [
    f"{name}@example.org" for name in ("adherente", "ancien", "redactrice", "secretaire", "admin")
]


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

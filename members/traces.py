"""What using the site leaves behind: open sessions, and the desk's log of what officers did."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from members.models import Mandate, Membership, User
from members.personal_data import Holding, Row, in_words

# Where django-allauth keeps, in a session, how and when its person was recognised.
SIGN_INS = "account_authentication_methods"
LOG_KEPT = f"{in_words(settings.RETENTION_ADMIN_LOG_DAYS).capitalize()}."


def _sessions_of(user: User) -> Iterator[tuple[Session, dict]]:
    """Return the person's sessions and what they hold; a session names nobody from outside."""
    for session in Session.objects.order_by("expire_date").iterator():
        data = session.get_decoded()
        if data.get(SESSION_KEY) == str(user.pk):
            yield session, data


def _sessions(user: User) -> Iterator[Row]:
    for session, data in _sessions_of(user):
        moments = [record["at"] for record in data.get(SIGN_INS, [])]
        yield {
            "signed_in_at": datetime.fromtimestamp(min(moments), UTC) if moments else None,
            "recognised_at": datetime.fromtimestamp(max(moments), UTC) if moments else None,
            "expires_at": session.expire_date,
        }


def _end_sessions(user: User, erase_words: bool) -> None:
    keys = [session.pk for session, _ in _sessions_of(user)]
    Session.objects.filter(pk__in=keys).delete()


def _about(user: User, *, membership: bool) -> QuerySet[LogEntry]:
    """The entries about the account and its mandates, its membership's too if asked for."""
    types = ContentType.objects.get_for_models(User, Mandate, Membership)
    mandates = [str(pk) for pk in user.mandates.values_list("pk", flat=True)]
    about = Q(content_type=types[User], object_id=str(user.pk))
    about |= Q(content_type=types[Mandate], object_id__in=mandates)
    if membership:
        known = Membership.objects.filter(user=user).values_list("pk", flat=True)
        keys = [str(pk) for pk in known]
        about |= Q(content_type=types[Membership], object_id__in=keys)
    else:
        # What is deleted since, a mandate for instance, is still called by its holder's address.
        for address in user.addresses():
            about |= Q(object_repr=address) | Q(object_repr__endswith=f" {address}")
            about |= Q(change_message__contains=f'"{address}"')
            about |= Q(change_message__contains=f' {address}"')
    return LogEntry.objects.filter(about)


def _done_to(user: User) -> Iterator[Row]:
    entries = _about(user, membership=True).select_related("content_type")
    for entry in entries.order_by("action_time", "pk"):
        yield {
            "at": entry.action_time,
            "about": entry.content_type.name if entry.content_type else "",
            "action": entry.get_action_flag_display(),
            "fields": ", ".join(_changed_fields(entry)),
        }


def _changed_fields(entry: LogEntry) -> list[str]:
    """Return the names of the fields that were changed; never a value, nor another person."""
    try:
        parts = json.loads(entry.change_message or "[]")
    except json.JSONDecodeError:
        return []
    return [
        name
        for part in parts
        if isinstance(part, dict)
        for name in part.get("changed", {}).get("fields", [])
    ]


def _forget_done_to(user: User, erase_words: bool) -> None:
    _about(user, membership=False).delete()


def _done_by(user: User) -> Iterator[Row]:
    entries = LogEntry.objects.filter(user=user).select_related("content_type")
    for entry in entries.order_by("action_time", "pk"):
        yield {
            "at": entry.action_time,
            "about": entry.content_type.name if entry.content_type else "",
            "action": entry.get_action_flag_display(),
        }


HOLDINGS = [
    Holding(
        name="sessions",
        title="Vos connexions ouvertes",
        purpose="Ne pas vous redemander votre mot de passe à chaque page.",
        kept="Jusqu’à la déconnexion, ou "
        f"{settings.SESSION_COOKIE_AGE // 86400} jours après la connexion.",
        fields={
            "signed_in_at": "Connexion",
            "recognised_at": "Dernière vérification",
            "expires_at": "Fin prévue",
        },
        export=_sessions,
        forget=_end_sessions,
    ),
    Holding(
        name="done_to",
        title="Ce que le bureau a fait de votre dossier",
        purpose="Savoir, en cas d’erreur ou d’abus, ce qui a été changé et quand. La personne du "
        "bureau n’est pas nommée ici.",
        kept=LOG_KEPT,
        fields={"at": "Quand", "about": "Sur", "action": "Action", "fields": "Champs changés"},
        export=_done_to,
        forget=_forget_done_to,
    ),
    Holding(
        name="done_by",
        title="Ce que vous avez fait dans l’administration",
        purpose="Savoir, en cas d’erreur ou d’abus, qui a changé quoi et quand.",
        kept=LOG_KEPT,
        fields={"at": "Quand", "about": "Sur", "action": "Action"},
        export=_done_by,
        answers_for=frozenset({"admin.LogEntry.user"}),
    ),
]

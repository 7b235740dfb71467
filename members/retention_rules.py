"""How long this app keeps what it knows of people, and why.

Sources. CNIL, « Fichiers d’adhérents à un syndicat : quelles sont les bonnes pratiques ? » (13
October 2020): strict durations, purged automatically; once a person has left, another purpose must
justify what is kept, such as evidence or taxes. Here: union dues give a tax credit, which the
administration may check until the end of the third year after the one it is due for (Livre des
procédures fiscales, article L169). CNIL, press release of 18 September 2025: two years without a
sign-in is a proportionate time for an account, and its owner is warned before. CNIL, deliberation
2021-122 on logs: six months to one year.
"""

from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from members.departure import CannotLeaveYet, leave
from members.mail import letters
from members.mail.outbox import queue_to
from members.models import (
    AccessRequest,
    AuditEntry,
    ImportDraft,
    ImportedRow,
    Mandate,
    Membership,
    OutgoingMail,
    User,
)
from members.personal_data import in_words
from members.retention import Rule, before

CLOSING = "account_closing"
NOTICE_DAYS = 30


def closed_memberships() -> QuerySet[Membership]:
    """Those that ended long enough ago."""
    kept = timedelta(days=settings.RETENTION_MEMBERSHIP_DAYS)
    return Membership.objects.ended_before(timezone.localdate() - kept)


def _purge_memberships(rows: QuerySet[Membership]) -> int:
    """Delete memberships, and what the desk's log says of them."""
    keys = [str(pk) for pk in rows.values_list("pk", flat=True)]
    LogEntry.objects.filter(
        content_type__app_label="members", content_type__model="membership", object_id__in=keys
    ).delete()
    for membership in rows:
        membership.delete()
    return len(keys)


def _without_a_reason() -> QuerySet[User]:
    """The accounts that neither a membership nor a mandate gives anything to."""
    return User.objects.filter(is_superuser=False).exclude(
        Q(membership__in=Membership.objects.current()) | Q(mandates__in=Mandate.objects.not_over())
    )


def unused_accounts() -> QuerySet[User]:
    """Those whose owner has not come for long, and was told since that they would be closed."""
    told = OutgoingMail.objects.filter(
        recipient=OuterRef("pk"),
        kind=CLOSING,
        next_try_at=None,
        created_at__lt=before(NOTICE_DAYS),
        created_at__gt=OuterRef("last_login"),
    )
    return _silent_for(settings.RETENTION_ACCOUNT_DAYS).filter(Exists(told))


def accounts_to_warn() -> QuerySet[User]:
    """Those whose owner is to be told, a month before, that they will be closed."""
    told = OutgoingMail.objects.filter(
        recipient=OuterRef("pk"), kind=CLOSING, created_at__gt=OuterRef("last_login")
    )
    silent = _silent_for(settings.RETENTION_ACCOUNT_DAYS - NOTICE_DAYS)
    return silent.exclude(Exists(told))


def _silent_for(days: int) -> QuerySet[User]:
    return _without_a_reason().filter(last_login__lt=before(days))


def unopened_accounts() -> QuerySet[User]:
    """Those that were opened for somebody who never came."""
    limit = before(settings.RETENTION_UNOPENED_ACCOUNT_DAYS)
    officers = Mandate.objects.not_over().values("user")
    never = User.objects.filter(last_login=None, date_joined__lt=limit, is_superuser=False)
    return never.exclude(pk__in=officers)


def _warn(rows: QuerySet[User]) -> int:
    told = 0
    for account in rows:
        queue_to([account.pk], CLOSING, f"{CLOSING}/{account.last_login:%Y%m%d%H%M%S}")
        told += 1
    return told


def _write_warning(mail: OutgoingMail) -> letters.Notice | None:
    """Tell when the account will be closed, unless its owner has come back in the meantime."""
    still_silent = _silent_for(0).filter(last_login__lt=mail.created_at)
    if not still_silent.filter(outgoing_mail=mail).exists():
        return None
    return letters.Notice(
        "Votre compte va être fermé",
        [
            f"Vous ne vous êtes pas connecté·e depuis près de "
            f"{in_words(settings.RETENTION_ACCOUNT_DAYS)}. Votre compte sera fermé dans "
            f"{NOTICE_DAYS} jours, et ce que vous aviez écrit restera en place sans votre nom.",
            "Pour le garder, il suffit de vous connecter. Si vous préférez que ce que vous avez "
            "écrit soit effacé, connectez-vous et choisissez « Quitter le site ».",
        ],
        path="/espace/",
        link="Ouvrir mon espace",
    )


def _close(rows: QuerySet[User]) -> int:
    return sum(_leave(account, tell=True) for account in rows)


def _close_silently(rows: QuerySet[User]) -> int:
    """Close accounts that nobody ever opened: there is nothing to tell, and nobody who knows."""
    return sum(_leave(account, tell=False) for account in rows)


def _leave(account: User, *, tell: bool) -> int:
    try:
        leave(account, erase_words=False, tell=tell)
    except CannotLeaveYet:
        return 0
    return 1


def _purge_audit(rows: Any) -> int:
    """Delete what nothing else may delete."""
    return rows.purge(timezone.now())


def settled_mail() -> QuerySet[OutgoingMail]:
    """What was sent or given up long enough ago; a notice is remembered until it is acted upon."""
    settled = OutgoingMail.objects.settled_before(before(settings.RETENTION_MAIL_DAYS))
    return settled.exclude(kind=CLOSING, created_at__gte=before(2 * NOTICE_DAYS))


WARNING = letters.Kind(CLOSING, "Votre compte va être fermé", _write_warning)
RULES = [
    Rule(
        "adhésions finies",
        f"gardées {in_words(settings.RETENTION_MEMBERSHIP_DAYS)} après la fin, le temps "
        "qu’une cotisation déclarée aux impôts puisse être contrôlée",
        closed_memberships,
        _purge_memberships,
        done="effacées",
    ),
    Rule(
        "comptes bientôt fermés",
        f"sans adhésion ni connexion depuis bientôt "
        f"{in_words(settings.RETENTION_ACCOUNT_DAYS)} : leur titulaire est prévenu·e "
        f"{NOTICE_DAYS} jours avant",
        accounts_to_warn,
        _warn,
        done="prévenus",
    ),
    Rule(
        "comptes sans adhésion",
        f"fermés après {in_words(settings.RETENTION_ACCOUNT_DAYS)} sans connexion ; les "
        "réactions restent, sans nom",
        unused_accounts,
        _close,
        done="fermés",
    ),
    Rule(
        "comptes jamais ouverts",
        f"fermés {in_words(settings.RETENTION_UNOPENED_ACCOUNT_DAYS)} après leur création",
        unopened_accounts,
        _close_silently,
        done="fermés",
    ),
    Rule(
        "messages envoyés ou abandonnés",
        f"gardés {in_words(settings.RETENTION_MAIL_DAYS)}, pour n’écrire qu’une fois",
        settled_mail,
    ),
    Rule(
        "demandes d’accès",
        f"gardées {in_words(settings.RETENTION_ACCESS_REQUEST_DAYS)} après la réponse",
        lambda: AccessRequest.objects.settled_before(
            before(settings.RETENTION_ACCESS_REQUEST_DAYS)
        ),
        done="effacées",
    ),
    Rule(
        "listes déposées et jamais importées",
        "elles ne servent qu’à l’aperçu",
        lambda: ImportDraft.objects.expired(),
        done="effacées",
    ),
    Rule(
        "anciennes valeurs des imports",
        f"gardées {in_words(settings.IMPORT_UNDO_DAYS)}, le temps d’annuler un import",
        lambda: ImportedRow.objects.expired(),
        done="effacées",
    ),
    Rule(
        "lignes du registre des accès",
        f"gardées {in_words(settings.RETENTION_AUDIT_DAYS)}, pour retrouver un abus",
        lambda: AuditEntry.objects.filter(at__lt=before(settings.RETENTION_AUDIT_DAYS)),
        _purge_audit,
        done="effacées",
    ),
    Rule(
        "lignes du journal de l’administration",
        f"gardées {in_words(settings.RETENTION_ADMIN_LOG_DAYS)}, pour retrouver une erreur ou "
        "un abus",
        lambda: LogEntry.objects.filter(action_time__lt=before(settings.RETENTION_ADMIN_LOG_DAYS)),
        done="effacées",
    ),
    Rule(
        "sessions expirées",
        "elles n’ouvrent plus rien",
        lambda: Session.objects.filter(expire_date__lt=timezone.now()),
        done="effacées",
    ),
    Rule(
        "appareils déconnectés",
        "leur session est finie",
        lambda: UserSession.objects.exclude(session_key__in=Session.objects.values("pk")),
    ),
]

"""What is kept of how a person came to have an account: an invitation, a request."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from members.models import AccessRequest, Invitation, OutgoingMail, User
from members.personal_data import Holding, Row, in_words


def _invitations(user: User) -> QuerySet[Invitation]:
    return Invitation.objects.filter(membership__user=user)


def _requests(user: User) -> QuerySet[AccessRequest]:
    """Those that came from one of the person's addresses, or were found to be theirs."""
    addresses = {address.lower() for address in user.addresses()}
    requests = AccessRequest.objects.alias(lower=Lower("email"))
    return requests.filter(Q(membership__user=user) | Q(lower__in=addresses))


def _tell_invitations(user: User) -> Iterator[Row]:
    for invitation in _invitations(user).order_by("pk"):
        yield {
            "address": invitation.address,
            "invited_at": invitation.invited_at,
            "expires_at": invitation.expires_at,
            "accepted_at": invitation.accepted_at,
        }


def _tell_requests(user: User) -> Iterator[Row]:
    for asked in _requests(user).order_by("pk"):
        yield {
            "name": asked.full_name,
            "email": asked.email,
            "number": asked.number,
            "message": asked.message,
            "created_at": asked.created_at,
            "state": str(asked.get_state_display()),
            "reason": asked.reason,
        }


def _forget_invitations(user: User, erase_words: bool) -> None:
    """Forget the letters too: they went where the person was written to before the account."""
    events = [invitation.event for invitation in _invitations(user)]
    OutgoingMail.objects.filter(event__in=events).delete()
    _invitations(user).delete()


def _forget_requests(user: User, erase_words: bool) -> None:
    _requests(user).delete()


HOLDINGS = [
    Holding(
        name="invitations",
        title="L’invitation que vous avez reçue",
        purpose="Vous permettre d’ouvrir votre compte vous-même. Le lien n’est pas gardé.",
        kept="Tant que votre compte existe.",
        fields={
            "address": "Envoyée à",
            "invited_at": "Envoyée",
            "expires_at": "Valable jusqu’au",
            "accepted_at": "Acceptée",
        },
        export=_tell_invitations,
        answers_for=frozenset({"members.Invitation.membership", "members.Invitation.address"}),
        forget=_forget_invitations,
        rank=1,
    ),
    Holding(
        name="access_requests",
        title="Vos demandes d’accès",
        purpose="Répondre à qui demande un accès, et savoir ce qui a été répondu.",
        kept=f"{in_words(settings.RETENTION_ACCESS_REQUEST_DAYS).capitalize()} après la réponse.",
        fields={
            "name": "Nom",
            "email": "Adresse e-mail",
            "number": "Numéro donné",
            "message": "Message",
            "created_at": "Envoyée",
            "state": "Réponse",
            "reason": "Motif",
        },
        export=_tell_requests,
        answers_for=frozenset({"members.AccessRequest.email", "members.AccessRequest.membership"}),
        forget=_forget_requests,
        rank=1,
    ),
]

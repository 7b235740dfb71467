"""The link that stops a theme without signing in: it opens nothing else, and never expires.

It is sealed: it tells nothing to whoever reads it, nobody can make one, and nothing is stored.
"""

from cryptography.fernet import InvalidToken
from django.db import transaction

from cgtdouanes.secrecy.sealing import seal, unseal
from members.models import MailPreferences, Topic, User

PURPOSE = "unsubscribe"
WEEKLY = "le courrier de la semaine"


class NotALink(Exception):
    """The site never made this link, or it was not copied whole."""


def token(user: User, topic: str = "") -> str:
    """Return the secret part of a link; without a topic, it stops all that comes once a week."""
    return seal(PURPOSE, f"{user.pk}/{topic}")


def what_stops(token: str) -> str:
    """Say what the link stops. Raises NotALink."""
    _, topic = _open(token)
    return Topic(topic).label.lower() if topic else WEEKLY


@transaction.atomic
def stop(token: str) -> None:
    """Stop it, once or again; for an account that is no more there is nothing to do.

    Raises NotALink.
    """
    account, topic = _open(token)
    if user := User.objects.select_for_update(of=("self",)).filter(pk=account).first():
        MailPreferences.refuse(user, topic)


def _open(token: str) -> tuple[int, str]:
    try:
        account, _, topic = unseal(PURPOSE, token).partition("/")
    except (InvalidToken, UnicodeError):
        raise NotALink from None
    return int(account), topic

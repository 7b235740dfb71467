"""What a mail says. Each kind of event has a function that writes it, registered by its app.

A subject, a sender's name and an address tell whoever looks over a shoulder that one belongs to a
union: they never name the section, and no word that is reserved to adherents enters a mail.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string

from cgtdouanes.sealing import seal, unseal
from members.models import OutgoingMail

SEALED = "letter"
# The last letter to who leaves: with it goes the last trace of their address.
FAREWELL = "farewell"


@dataclass(frozen=True)
class Notice:
    """What one event says in a mail: sentences, and the address where to read on.

    `path` starts at the root of the site. `link` is what the link says.
    """

    title: str
    sentences: Sequence[str] = ()
    path: str = ""
    link: str = "Ouvrir la page"


@dataclass(frozen=True)
class Kind:
    """A kind of mail. `write` returns None when the mail has lost its object, or its reader.

    `topic` is the preference that governs it; without one it cannot be refused.
    """

    name: str
    subject: str
    write: Callable[[OutgoingMail], Notice | None]
    topic: str = ""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of mail known; called once, when its app is ready."""
    _kinds[kind.name] = kind


def kind_of(mail: OutgoingMail) -> Kind:
    """Return the kind of a mail. Raises KeyError for a kind that no app registered."""
    return _kinds[mail.kind]


def subject_of(mail: OutgoingMail) -> str:
    """Return what its subject says, or what sort of letter was written beforehand."""
    kind = _kinds.get(mail.kind)
    return kind.subject if kind else "Message confidentiel (un code, un lien personnel)"


def seal_words(subject: str, text: str) -> str:
    """Close the words of a letter that is written before it is sent."""
    return seal(SEALED, json.dumps([subject, text]))


def compose(
    mails: Sequence[OutgoingMail], notices: Sequence[Notice], subject: str
) -> EmailMultiAlternatives:
    """Return one message that tells a person of these events, as text and as HTML."""
    context = {
        "notices": notices,
        "site_url": settings.SITE_URL,
        "has_choice": any(kind_of(mail).topic for mail in mails),
    }
    return _message(mails[0], subject, "members/mail/notices", context)


def compose_sealed(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Return the message whose words were sealed."""
    subject, text = json.loads(unseal(SEALED, mail.sealed))
    return _message(mail, subject, "members/mail/sealed", {"text": text})


def _message(
    mail: OutgoingMail, subject: str, template: str, context: dict[str, object]
) -> EmailMultiAlternatives:
    host = settings.SITE_URL.rpartition("/")[2].partition(":")[0]
    message = EmailMultiAlternatives(
        subject,
        render_to_string(f"{template}.txt", context),
        to=[mail.to],
        # The same at each attempt: whoever receives it twice sees that it is one.
        headers={"Message-ID": f"<{mail.pk}.{mail.created_at:%Y%m%d%H%M%S%f}@{host}>"},
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message


def deliver(message: EmailMultiAlternatives, connection: BaseEmailBackend) -> None:
    """Hand a message to the mail server. Raises what the server or the network raises."""
    message.connection = connection
    message.send()

"""What a mail says. Each kind of event has a function that writes it, registered by its app.

A subject, a sender's name and an address tell whoever looks over a shoulder that one belongs to a
union: they never name the section, and no word that is reserved to adherents enters a mail. Of
what is reserved a mail only says that something awaits, after signing in: neither its name, nor
its address, nor how many there are.
"""

import json
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from cgtdouanes.secrecy.sealing import seal, unseal
from cgtdouanes.text.typography import french
from members.mail import unsubscribing
from members.models import OutgoingMail, Topic
from members.permissions import reads_reserved

SEALED = "letter"
NOTICES = ("members/mail/notices.txt", "members/mail/notices.html")
SEALED_WORDS = ("members/mail/sealed.txt", "members/mail/sealed.html")
DIGEST_SUBJECT = "Les nouvelles de la semaine"
AWAITS = "Du nouveau vous attend"
# The last letter to who leaves: with it goes the last trace of their address.
FAREWELL = "farewell"


@dataclass(frozen=True)
class Notice:
    """What one event says: sentences, and the address where to read on.

    `path` starts at the root of the site. `link` is what the link says. Where `is_reserved`, no
    word of it enters the mail: the path is for whoever signs in.
    """

    title: str
    sentences: Sequence[str] = ()
    path: str = ""
    link: str = "Ouvrir la page"
    is_reserved: bool = False


def reserved(path: str) -> Notice:
    """Return the notice of something that is for adherents alone."""
    return Notice("", path=path, is_reserved=True)


@dataclass(frozen=True)
class Kind:
    """A kind of mail. `write` returns None when the mail has lost its object, or its reader.

    `label` is its name at the officers' desk. `topic` is the preference that governs it; without
    one it cannot be refused.
    """

    name: str
    subject: str
    write: Callable[[OutgoingMail], Notice | None]
    topic: Topic | None = None
    label: str = ""


@dataclass(frozen=True)
class _Passage:
    """A notice as the mail has it."""

    title: str
    sentences: Sequence[str]
    url: str
    link: str


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind of mail known; called once, when its app is ready."""
    _kinds[kind.name] = kind


def kind_of(mail: OutgoingMail) -> Kind:
    """Return the kind of a mail. Raises KeyError for a kind that no app registered."""
    return _kinds[mail.kind]


def is_news(mail: OutgoingMail) -> bool:
    """Whether the mail tells of something that a person chose to be told of."""
    return mail.kind in news_kinds()


def news_kinds() -> list[str]:
    """The names of the kinds that tell of what a person chose to be told of."""
    return [name for name, kind in _kinds.items() if kind.topic]


def notice_for(mail: OutgoingMail) -> Notice | None:
    """What its reader may be told now, by the rights of this moment. Raises as `kind_of` does."""
    kind = kind_of(mail)
    reader = mail.recipient
    if reader and not reader.is_active:
        return None
    if reader and kind.topic and not reads_reserved(reader):
        return None
    return kind.write(mail)


def label_of(mail: OutgoingMail) -> str:
    """Name the kind of a mail for officers; a letter written beforehand is about an account."""
    kind = _kinds.get(mail.kind)
    return (kind.label or kind.name) if kind else "message du compte"


def where(error: BaseException) -> str:
    """Where it went wrong, for a log, without the words of the error: they may name somebody."""
    return "".join(traceback.format_tb(error.__traceback__))


def subject_of(mail: OutgoingMail) -> str:
    """Return what its subject says, or what sort of letter was written beforehand."""
    kind = _kinds.get(mail.kind)
    return kind.subject if kind else "Message confidentiel (un code, un lien personnel)"


def seal_words(subject: str, text: str) -> str:
    """Close the words of a letter that is written before it is sent."""
    return seal(SEALED, json.dumps([_one_line(subject), text]))


def compose(written: Sequence[tuple[OutgoingMail, Notice]]) -> EmailMultiAlternatives:
    """Return one message that tells a person of these events, as text and as HTML."""
    mail = written[0][0]
    kind = kind_of(mail)
    subject = DIGEST_SUBJECT if mail.in_digest else kind.subject
    stop, headers = "", {}
    if kind.topic and mail.recipient:
        topic = "" if mail.in_digest else kind.topic
        stop = _url("mail:unsubscribe", unsubscribing.token(mail.recipient, topic))
        # RFC 8058: the mail program itself offers to unsubscribe, in one click.
        headers = {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    context: dict[str, object] = {
        "passages": _passages(written),
        "stop_url": stop,
        "choices_url": _url("members:notifications"),
    }
    return _message(mail, subject, NOTICES, context, headers)


def compose_sealed(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Return the message whose words were sealed."""
    subject, text = json.loads(unseal(SEALED, mail.sealed))
    return _message(mail, subject, SEALED_WORDS, {"text": text}, {})


def _passages(written: Sequence[tuple[OutgoingMail, Notice]]) -> list[_Passage]:
    """The public notices one by one; the reserved ones as one, lest their number be told."""
    passages = [
        _Passage(
            _one_line(notice.title),
            [_one_line(sentence) for sentence in notice.sentences],
            f"{settings.SITE_URL}{notice.path}" if notice.path else "",
            notice.link,
        )
        for _, notice in written
        if not notice.is_reserved
    ]
    awaiting = [mail for mail, notice in written if notice.is_reserved]
    if awaiting:
        url = _url("members:news")
        if len(awaiting) == 1:
            url = _url("members:one_news", awaiting[0].reference)
        passages.append(_Passage(AWAITS, ["Connectez-vous pour le lire."], url, "Se connecter"))
    return passages


def _message(
    mail: OutgoingMail,
    subject: str,
    templates: tuple[str, str],
    context: dict[str, object],
    headers: dict[str, str],
) -> EmailMultiAlternatives:
    text, html = (render_to_string(template, context) for template in templates)
    host = urlsplit(settings.SITE_URL).hostname
    message = EmailMultiAlternatives(
        subject,
        text,
        to=[mail.to],
        headers={
            # The same at each attempt: whoever receives it twice sees that it is one.
            "Message-ID": f"<{mail.reference.hex}@{host}>",
            # RFC 3834: no absence is announced in return.
            "Auto-Submitted": "auto-generated",
            **headers,
        },
    )
    message.attach_alternative(html, "text/html")
    return message


def _url(name: str, *args: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def _one_line(words: str) -> str:
    """These words in French typography, on one line: a title cannot write the rest of the mail."""
    return french(" ".join(words.split()))

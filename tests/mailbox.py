"""The mail that people receive, once the outbox has been sent."""

from django.core import mail
from django.core.mail import EmailMessage

from members.mail.sending import send_due


def received() -> list[EmailMessage]:
    """Send what waits, and return every mail sent in this test."""
    send_due()
    return mail.outbox


def told_by(message: EmailMessage) -> str:
    """All that a mail tells, decoded, but for the address of the person who receives it.

    Its secret links are drawn at random: whole words are looked for in it, never a few letters.
    """
    raw = message.message()
    del raw["To"]
    parts = [part.get_payload(decode=True) or b"" for part in raw.walk()]
    return " ".join([str(raw.items()), *(part.decode() for part in parts)])

"""The mail that people receive, once the outbox has been sent."""

from django.core import mail
from django.core.mail import EmailMessage

from members.mail.sending import send_due


def received() -> list[EmailMessage]:
    """Send what waits, and return every mail sent in this test."""
    send_due()
    return mail.outbox

"""What the tests of the mail start from: a mail server, and kinds of mail of their own."""

from collections.abc import Iterator

import pytest

from members.mail import letters
from members.mail.letters import Kind, Notice
from members.models import Topic
from tests.smtp_server import Server, smtp_server


@pytest.fixture
def server(settings) -> Iterator[Server]:
    """A real SMTP server, which the settings name."""
    with smtp_server() as plan:
        settings.EMAIL_BACKEND = "members.mail.smtp.Backend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = plan.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = None
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 5
        yield plan


@pytest.fixture(autouse=True)
def _kinds(monkeypatch) -> None:
    """`notice`, which everybody may receive, and `broken`, which cannot be written."""

    def broken(mail):
        raise ValueError(mail.to)

    monkeypatch.setattr(letters, "_kinds", dict(letters._kinds))
    letters.register(Kind("notice", "Un message", lambda mail: Notice("Bonjour", ["Voilà."])))
    letters.register(Kind("broken", "Un message", broken))
    letters.register(
        Kind(
            "gossip",
            "Du nouveau",
            lambda mail: Notice(f"Nouvelle {mail.event}", path="/articles/"),
            topic=Topic.REPORTS,
        )
    )

"""The mail server: one connection for many mails, and what each of its answers means.

Once a message is handed over, nobody can tell an answer that is late from one that is lost: the
wait for it is as long as RFC 5321, 4.5.3.2.6 asks, because giving up too soon makes a second copy.
"""

import contextlib
import smtplib
from types import TracebackType
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

# Seconds.
LAST_ANSWER = 600
# "Service not available, closing the channel": many servers say it after so many mails.
CLOSING = 421


class Refused(Exception):
    """The server refuses this mail and may take the next one. `code` is its SMTP reply code."""

    def __init__(self, code: int) -> None:
        self.code = code

    @property
    def is_final(self) -> bool:
        return self.code >= 500


class Unavailable(Exception):
    """The server cannot be reached, or takes nothing from us now; its words are not repeated.

    An error of SMTP or of the network may hold an address; the name of its class does not.
    """


class Unreachable(Unavailable):
    """No connection could even be opened, or the server closes all of them: no mail is why."""


class _AnswerLost(smtplib.SMTPException):
    """The message was handed over, and the connection ended before the server had answered."""


class _PatientSMTP(smtplib.SMTP):
    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand over a message, and wait for the answer longer than for any other."""
        if self.sock:
            self.sock.settimeout(LAST_ANSWER)
        try:
            return super().data(msg)
        except smtplib.SMTPServerDisconnected:
            raise _AnswerLost from None
        finally:
            if self.sock:
                self.sock.settimeout(self.timeout)


class _PatientSMTPS(_PatientSMTP, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    """Django's own backend, with patience for the answer that tells whether a mail is sent."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _PatientSMTPS if self.use_ssl else _PatientSMTP


class MailServer:
    """The server of the settings, opened when the first mail leaves and closed at the end."""

    def __init__(self) -> None:
        self._backend = get_connection()
        self._is_open = False

    def __enter__(self) -> "MailServer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def deliver(self, message: EmailMessage) -> None:
        """Hand over a message. Raises Refused, Unavailable or Unreachable."""
        try:
            self._deliver(message)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _refusal(max(codes, default=450), error) from None
        except (smtplib.SMTPNotSupportedError, UnicodeError):
            # The address has letters that this server cannot write.
            raise Refused(553) from None
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error) from None
        except OSError as error:
            raise _unavailable(error) from None

    def _deliver(self, message: EmailMessage) -> None:
        was_open = self._is_open
        try:
            self._open()
            self._backend.send_messages([message])
        except OSError as error:
            if not (was_open and _closed_before_the_message(error)):
                self._close_after(error)
                raise
            # The connection had served others, and ended: knock once more.
            self._close()
            self._open()
            self._backend.send_messages([message])

    def _open(self) -> None:
        if self._is_open:
            return
        try:
            self._backend.open()
        except OSError as error:
            self._close()
            raise Unreachable(_name(error)) from None
        self._is_open = True

    def _close_after(self, error: OSError) -> None:
        """Keep the connection where the server refused one mail, and may take another."""
        if not isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
            self._close()

    def _close(self) -> None:
        self._is_open = False
        # A server that is gone cannot take its leave.
        with contextlib.suppress(OSError):
            self._backend.close()


def _closed_before_the_message(error: OSError) -> bool:
    return isinstance(error, smtplib.SMTPServerDisconnected) or _code(error) == CLOSING


def _code(error: OSError) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _refusal(code: int, error: OSError) -> Exception:
    return Unreachable(_name(error)) if code == CLOSING else Refused(code)


def _unavailable(error: OSError) -> Unavailable:
    return Unreachable(_name(error)) if _code(error) == CLOSING else Unavailable(_name(error))


def _name(error: OSError) -> str:
    """The kind of an error, and the server's reply code where it gave one."""
    code = _code(error)
    name = type(error).__name__.lstrip("_")
    return f"{name} {code}" if code else name

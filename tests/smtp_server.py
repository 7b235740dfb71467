"""A small SMTP server of this machine, that keeps what it is given and misbehaves when asked to."""

import contextlib
import socketserver
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event, Lock, Thread


@dataclass
class Server:
    """What the server does. `answers` gives a reply to a recipient in place of 250.

    `on_data` is called with the number of the message, once it is received and before the answer.
    """

    port: int = 0
    answers: dict[str, str] = field(default_factory=dict)
    closes_after: int | None = None
    says_goodbye: bool = False
    hangs_at: str = ""
    loses_answers: bool = False
    refuses_passwords: bool = False
    on_data: Callable[[int], None] = lambda number: None
    received: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    lock: Lock = field(default_factory=Lock)
    released: Event = field(default_factory=Event)

    def to(self) -> list[str]:
        """Whom the messages were for, in order."""
        with self.lock:
            return [message["To"] for message in self.received]

    def ids(self, address: str) -> list[str]:
        """The Message-IDs of what this address received."""
        with self.lock:
            return [each["Message-ID"] for each in self.received if each["To"] == address]


class _Session(socketserver.StreamRequestHandler):
    server: "_SmtpServer"

    def handle(self) -> None:
        self.plan = self.server.plan
        with self.plan.lock:
            self.plan.connections += 1
        with contextlib.suppress(OSError):
            self._talk()

    def _talk(self) -> None:
        if self._hangs("CONNECT"):
            return
        self._say("220 ready")
        taken = 0
        while line := self.rfile.readline():
            verb = line.split(b":")[0].split()[0].upper().decode()
            if self._hangs(verb):
                return
            match verb:
                case "EHLO" if self.plan.refuses_passwords:
                    self._say("250-ok\r\n250 AUTH PLAIN")
                case "AUTH":
                    self._say("535 camille is unknown")
                case "EHLO" | "HELO" | "RSET" | "NOOP":
                    self._say("250 ok")
                case "MAIL":
                    if taken == self.plan.closes_after:
                        if self.plan.says_goodbye:
                            self._say("421 enough for today")
                        return
                    self._say("250 ok")
                case "RCPT":
                    address = line.decode().partition("<")[2].partition(">")[0]
                    self._say(self.plan.answers.get(address, "250 ok"))
                case "DATA":
                    self._say("354 go on")
                    self._receive()
                    if self._hangs("END"):
                        return
                    if self.plan.loses_answers:
                        return
                    taken += 1
                    self._say("250 kept")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("500 what?")

    def _receive(self) -> None:
        content = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            content += line.removeprefix(b".")
        with self.plan.lock:
            self.plan.received.append(message_from_bytes(content, policy=policy.default))
            number = len(self.plan.received)
        self.plan.on_data(number)

    def _hangs(self, moment: str) -> bool:
        if self.plan.hangs_at == moment:
            self.plan.released.wait(60)
            return True
        return False

    def _say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())


class _SmtpServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, plan: Server) -> None:
        self.plan = plan
        super().__init__(("127.0.0.1", plan.port), _Session)


@contextlib.contextmanager
def smtp_server(port: int = 0) -> Iterator[Server]:
    """Yield a server that listens on this port of this machine, or on a free one, and close it."""
    plan = Server(port)
    with _SmtpServer(plan) as server:
        plan.port = server.server_address[1]
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield plan
        finally:
            plan.released.set()
            server.shutdown()

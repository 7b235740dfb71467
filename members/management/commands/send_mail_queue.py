"""`manage.py send_mail_queue`: send the mail that waits, once (for cron) or again and again."""

import signal
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connections

from members.mail.letters import look_for_news
from members.mail.sending import Tally, send_due


class Command(BaseCommand):
    help = (
        "Envoie le courrier en attente. Le code de sortie est 1 quand le serveur de courrier ou "
        "la base ne répond pas : rien n’est alors perdu."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop",
            type=_seconds,
            metavar="SECONDES",
            help="recommencer après ce nombre de secondes, sans s’arrêter",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and tell what came of it. Raises CommandError when nothing can leave now."""
        with _stopping() as stopping:
            if not options["loop"]:
                if trouble := self._send(stopping):
                    raise CommandError(trouble)
                return
            while not stopping.is_set():
                if trouble := self._send(stopping):
                    self.stderr.write(trouble)
                connections.close_all()
                stopping.wait(options["loop"])

    def _send(self, stopping: Event) -> str:
        """Send what is due, and say what is in the way, if anything."""
        try:
            look_for_news()
            tally = send_due(should_stop=stopping.is_set)
        except (OperationalError, InterfaceError) as error:
            return f"La base de données ne répond pas ({type(error).__name__}) : rien n’est perdu."
        self._tell(tally)
        if tally.server_is_down:
            return "Le serveur de courrier ne prend rien : rien n’est perdu."
        return ""

    def _tell(self, tally: Tally) -> None:
        if any(vars(tally).values()):
            self.stdout.write(
                f"Envoyés : {tally.sent}, remis à plus tard : {tally.put_off}, "
                f"abandonnés : {tally.given_up}, devenus sans objet : {tally.without_object}"
            )


@contextmanager
def _stopping() -> Iterator[Event]:
    """Give what is set when the service is stopped: the mail that is leaving still leaves."""
    asked = Event()
    if current_thread() is not main_thread():
        yield asked
        return
    former = {
        number: signal.signal(number, lambda *_: asked.set())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield asked
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _seconds(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ArgumentTypeError("un nombre entier de secondes, au moins 1")
    return int(value)

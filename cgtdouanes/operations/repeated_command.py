"""A command that cron runs once, or that runs again and again as a service: `--loop SECONDS`."""

import signal
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connections


class RepeatedCommand(BaseCommand):
    """Run `work`; what is in the way now is said, and is no reason for a service to stop."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop",
            type=_seconds,
            metavar="SECONDES",
            help="recommencer après ce nombre de secondes, sans s’arrêter",
        )

    def work(self, stopping: Event) -> str:
        """Do it once, and return in French what is in the way, if anything.

        `stopping` is set when the service is asked to stop: what is begun is still finished.
        """
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        """Work once or again and again. Raises CommandError when once was in vain."""
        with _stopping() as stopping:
            if not options["loop"]:
                if trouble := self._try(stopping):
                    raise CommandError(trouble)
                return
            while not stopping.is_set():
                if trouble := self._try(stopping):
                    self.stderr.write(trouble)
                connections.close_all()
                stopping.wait(options["loop"])

    def _try(self, stopping: Event) -> str:
        try:
            return self.work(stopping)
        except (OperationalError, InterfaceError) as error:
            return f"La base de données ne répond pas ({type(error).__name__}) : rien n’est perdu."


@contextmanager
def _stopping() -> Iterator[Event]:
    """Give what is set when the service is asked to stop."""
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

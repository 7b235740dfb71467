"""`manage.py send_mail_queue`: send the mail that waits, once (for cron) or again and again."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from members.mail.sending import send_due


class Command(BaseCommand):
    help = "Envoie le courrier en attente."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop",
            type=int,
            metavar="SECONDES",
            help="recommencer après ce nombre de secondes, sans s’arrêter",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            tally = send_due()
            if any(vars(tally).values()):
                self.stdout.write(
                    f"Envoyés : {tally.sent}, remis à plus tard : {tally.put_off}, "
                    f"abandonnés : {tally.given_up}, devenus sans objet : {tally.without_object}"
                )
            if tally.server_is_down:
                self.stderr.write("Le serveur de courrier ne répond pas : rien n’est perdu.")
            if not options["loop"]:
                return
            time.sleep(options["loop"])

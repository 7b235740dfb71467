"""`manage.py publish_scheduled`: publish what was scheduled for a moment that has come."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from articles.editorial import publish_due


class Command(BaseCommand):
    help = "Publie les articles programmés dont l’heure est venue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--loop",
            type=int,
            metavar="SECONDES",
            help="recommencer après ce nombre de secondes, sans s’arrêter",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            for article in publish_due():
                self.stdout.write(f"Publié : {article.slug}")
            if not options["loop"]:
                return
            time.sleep(options["loop"])

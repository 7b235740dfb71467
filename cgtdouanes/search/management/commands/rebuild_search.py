"""`manage.py rebuild_search`: write the whole index again, while the site goes on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cgtdouanes.search.rebuilding import is_outdated, rebuild


class Command(BaseCommand):
    help = "Refait l’index de la recherche, sans interrompre le site."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-needed",
            action="store_true",
            help="seulement s’il n’a jamais été fait, ou s’il l’a été selon d’autres règles",
        )

    def handle(self, *args: Any, if_needed: bool, **options: Any) -> None:
        """Rebuild, and tell how many objects of each kind were read."""
        if if_needed and not is_outdated():
            return
        for name, count in rebuild():
            self.stdout.write(f"  {name:<12}{count}")
        self.stdout.write("Index de la recherche refait.")

"""`manage.py purge_personal_data`: erase what has been kept long enough, and say what and why.

Run each day (cron), and before opening the site again after a backup was restored.
"""

from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cgtdouanes.files.inventory import inventory, remove_orphans
from members import departure, ledger, retention


class Command(BaseCommand):
    help = "Efface les données personnelles dont la durée de conservation est passée."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="dire ce qui serait effacé, sans rien effacer"
        )
        parser.add_argument(
            "--many-files",
            action="store_true",
            help="effacer les fichiers que rien ne nomme, même s’ils sont nombreux",
        )

    def handle(self, *args: Any, dry_run: bool, many_files: bool, **options: Any) -> None:
        """Replay departures, apply the rules, remove lost files; one failure stops no other.

        Raises CommandError at the end when something was not done.
        """
        self.failures: list[str] = []
        if dry_run:
            back = len(departure.came_back())
        else:
            back = self._attempt("comptes à effacer de nouveau", departure.replay)
            self._attempt("registre des départs", ledger.copy)
        self._tell(
            "comptes à effacer de nouveau",
            back,
            "à effacer" if dry_run else "effacés",
            "leurs titulaires sont partis, une sauvegarde restaurée les a ramenés",
        )
        for rule in retention.rules():
            if dry_run:
                self._tell(rule.title, rule.due().count(), "à traiter", rule.why)
            else:
                done = self._attempt(rule.title, partial(_apply, rule))
                self._tell(rule.title, done, rule.done, rule.why)
        step = partial(_remove_orphans, dry_run=dry_run, many_files=many_files)
        self._tell(
            "fichiers déposés que rien ne nomme",
            self._attempt("fichiers que rien ne nomme", step),
            "à effacer" if dry_run else "effacés",
            "une écriture interrompue les avait laissés, il y a plus d’un jour",
        )
        if dry_run:
            self.stdout.write("Rien n’a été changé : c’était un essai.")
        if self.failures:
            raise CommandError(f"À reprendre : {' ; '.join(self.failures)}.")

    def _attempt(self, title: str, step: Callable[[], int]) -> int:
        """Do one step; what stops it is told at the end, by its kind: its words may name people."""
        try:
            return step()
        except Doubt as doubt:
            self.failures.append(str(doubt))
            return 0
        except Exception as error:  # noqa: BLE001  the other steps must go on
            self.failures.append(f"{title} ({type(error).__name__})")
            return 0

    def _tell(self, title: str, number: int, verb: str, why: str) -> None:
        self.stdout.write(f"{title.capitalize()} : {number} {verb}. Pourquoi : {why}.")


class Doubt(Exception):
    """Something would be erased that may not have to be; the message says in French what to do."""


def _remove_orphans(*, dry_run: bool, many_files: bool) -> int:
    """Remove the files that no row names, or only count them. Raises Doubt, and OSError."""
    with inventory() as found:
        if found.is_doubtful and not many_files:
            raise Doubt(
                "les fichiers déposés et la base ne vont pas ensemble, aucun n’a été effacé "
                "(vérifiez DATABASE_URL, MEDIA_ROOT et MEDIA_STORAGE ; s’ils sont justes, ajoutez "
                "--many-files)"
            )
        return sum(1 for _ in found.orphans()) if dry_run else remove_orphans(found)


def _apply(rule: retention.Rule) -> int:
    return sum(retention.apply(rule))

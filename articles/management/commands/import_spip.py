"""`manage.py import_spip`: bring a section's SPIP site here, and say what became of everything."""

import os
import sqlite3
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, IntegrityError
from django.utils import timezone
from tqdm import tqdm

from articles.spip import reports
from articles.spip.database import Unreadable
from articles.spip.run import Run
from articles.spip.source import Dump

GO_ON = "Ce qui est déjà repris est entier : relancez la même commande, elle continuera."

AT_ONCE = (
    "L’import s’est arrêté : une autre reprise, ou le bureau, écrivait la même chose au même "
    "instant."
)

OTHER_SITE = (
    "Cette base est celle de {this}, alors que le site déjà repris est {other} : les articles de "
    "l’un remplaceraient ceux de l’autre. Si c’est le même site, qui a changé d’adresse, ajoutez "
    "--same-site."
)


class Command(BaseCommand):
    help = "Reprend un site SPIP (3.2 à 4) : sa base SQLite, ou la sauvegarde qu’il en fait."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dump", type=Path, help="le fichier .sqlite : il n’est pas changé")
        parser.add_argument(
            "--documents", type=Path, required=True, metavar="DOSSIER", help="le dossier IMG/"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="dire ce qui serait fait, et ne rien écrire"
        )
        parser.add_argument(
            "--since",
            type=_day,
            metavar="AAAA-MM-JJ",
            help="les articles datés de ce jour ou après seulement",
        )

        parser.add_argument(
            "--same-site",
            action="store_true",
            help="c’est bien le site déjà repris : il a changé d’adresse",
        )

    def handle(
        self,
        *args: Any,
        dump: Path,
        documents: Path,
        dry_run: bool,
        since: date | None,
        same_site: bool,
        **options: Any,
    ) -> None:
        """Do it and tell it. Raises CommandError for what is no SPIP site, or no folder."""
        # Unlike those of Path, these questions raise nothing where a folder above it is closed.
        if not (os.path.isdir(documents) and os.access(documents, os.R_OK | os.X_OK)):  # noqa: PTH112
            raise CommandError(
                f"Le dossier des documents « {documents} » n’existe pas, ou n’est pas ouvert au "
                "compte du site."
            )
        started_at = timezone.now()
        try:
            with Dump(dump) as source:
                old_site = source.meta("adresse_site").rstrip("/")
                if not same_site and (other := reports.other_site(old_site)):
                    raise CommandError(OTHER_SITE.format(this=old_site, other=other))
                run = Run(source, documents, since=since, dry_run=dry_run)
                with tqdm(total=len(run.numbers), unit=" articles", disable=None) as bar:
                    findings = run.run(lambda done: bar.update(done))
        except Unreadable as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt as error:
            raise CommandError(f"Interrompu. {GO_ON}") from error
        except IntegrityError as error:
            raise CommandError(f"{AT_ONCE} {GO_ON}") from error
        except (OSError, DatabaseError) as error:
            raise CommandError(f"L’import s’est arrêté : {error}. {GO_ON}") from error
        except sqlite3.DatabaseError as error:
            raise CommandError(
                f"La base de l’ancien site est abîmée ({error}). "
                "Ce qui est déjà repris est entier : refaites la sauvegarde, puis relancez."
            ) from error
        made = None
        if not dry_run:
            made = reports.keep(
                findings, dump=dump.name, site=old_site, started_at=started_at, since=since
            )
        reports.find_pages(findings)
        for line in reports.told(findings, old_site):
            self.stdout.write(line)
        self.stdout.write("")
        self.stdout.write(_closing(dry_run=dry_run, is_kept=made is not None))


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as error:
        raise ArgumentTypeError(f"« {typed} » n’est pas un jour : écrivez 2024-12-31.") from error


def _closing(*, dry_run: bool, is_kept: bool) -> str:
    if dry_run:
        return "Rien n’a été écrit : c’était un essai."
    if is_kept:
        return "Ce rapport est dans le bureau : « Reprises de l’ancien site »."
    return "Rien n’a changé depuis la dernière reprise : son rapport reste valable."

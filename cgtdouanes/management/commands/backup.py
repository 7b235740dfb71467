"""`manage.py backup DIR`: copy the whole site into a folder, while it goes on."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cgtdouanes.backup.taking import take, take_another
from cgtdouanes.backup.trouble import BackupTrouble


class Command(BaseCommand):
    help = "Sauvegarde la base et les fichiers déposés, sans interrompre le site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DOSSIER", help="un dossier nouveau")
        parser.add_argument(
            "--keep",
            type=_several,
            metavar="NOMBRE",
            help="sauvegarder dans un sous-dossier à la date du jour, et ne garder que ce nombre",
        )

    def handle(self, *args: Any, folder: Path, keep: int | None, **options: Any) -> None:
        """Back up, and tell where. Raises CommandError, and then leaves nothing half done."""
        try:
            if keep:
                folder, manifest = take_another(folder, keep)
            else:
                manifest = take(folder)
        except BackupTrouble as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(
            f"Sauvegarde terminée : {folder} (base {manifest.database}, fichiers déposés : "
            f"{manifest.files}). Elle contient des données personnelles : gardez-la à l’abri."
        )
        if manifest.missing:
            self.stderr.write(
                f"Attention : le site avait déjà perdu {manifest.missing} des fichiers que sa base "
                "nomme. Une sauvegarde plus ancienne les a peut-être encore."
            )


def _several(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ArgumentTypeError("un nombre entier, au moins 1")
    return int(value)

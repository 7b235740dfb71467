"""`manage.py restore DIR`: put back, on an empty site, what `manage.py backup` copied."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cgtdouanes.backup.restoring import has_other_key, restore
from cgtdouanes.backup.trouble import BackupTrouble
from cgtdouanes.text.typography import french_date, french_time


class Command(BaseCommand):
    help = "Restaure une sauvegarde dans un site vide : base neuve, aucun fichier déposé."
    # The database may have no table yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DOSSIER", help="une sauvegarde")
        parser.add_argument(
            "--other-site",
            action="store_true",
            help="accepter la sauvegarde d’un site qui avait une autre adresse",
        )

    def handle(self, *args: Any, folder: Path, other_site: bool, **options: Any) -> None:
        """Restore, and tell what comes next. Raises CommandError when it cannot."""
        try:
            manifest = restore(folder, other_site=other_site)
        except BackupTrouble as trouble:
            raise CommandError(str(trouble)) from trouble
        moment = timezone.localtime(datetime.fromisoformat(manifest.made_at))
        when = f"{french_date(moment)} à {french_time(moment)}"
        self.stdout.write(f"Site restauré tel qu’il était le {when}.")
        if has_other_key(manifest):
            self.stdout.write(
                "SECRET_KEY n’est pas celle de ce site-là : les seconds facteurs et les liens déjà "
                "envoyés ne s’ouvrent plus. Remettez l’ancienne clé, ou ajoutez-la à "
                "SECRET_KEY_FALLBACKS."
            )
        self.stdout.write(
            "Avant de rouvrir le site : si un registre des départs plus récent est gardé ailleurs, "
            "remettez-le en place (ERASURE_LEDGER), puis lancez « deploy/manage "
            "purge_personal_data », qui efface de nouveau les personnes parties depuis cette "
            "sauvegarde."
        )

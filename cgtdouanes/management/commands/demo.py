"""`manage.py demo`: fill an empty database with two years of a section, by the officers' rules."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from articles.models import Article
from cgtdouanes import demo
from cgtdouanes.checks import demo_accounts_found
from cgtdouanes.management.filling import fill
from cgtdouanes.text.typography import french_date
from meetings.models import Demand, Meeting
from members.models import Membership, User


class Command(BaseCommand):
    help = "Remplit une base vide avec le contenu de démonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="ne rien faire, sans erreur, si la base n’est pas vide",
        )

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        """Fill the database, or raise CommandError and leave it as it is."""
        with transaction.atomic():
            refusal = _refusal()
            if not refusal:
                fill(timezone.localdate())
        if refusal and not if_empty:
            raise CommandError(refusal)
        self.stdout.write(refusal or "Contenu de démonstration en place.")
        self._tell_accounts()

    def _tell_accounts(self) -> None:
        present = demo_accounts_found()
        if not present:
            return
        self.stdout.write(f"Comptes de démonstration, mot de passe « {demo.PASSWORD} » :")
        for row in demo.rows("people"):
            if row["email"] in present:
                self.stdout.write(f"  {row['email']:<26}{row['signs_in_as']}")


def _refusal() -> str:
    """Why this database may not be filled, or nothing."""
    if settings.IS_PRODUCTION:
        return "Pas de démonstration en production : le mot de passe de ses comptes est public."
    if timezone.localdate() < demo.TOLD_UNTIL:
        until = french_date(demo.TOLD_UNTIL)
        return f"La démonstration raconte ce qui a eu lieu jusqu’au {until} : réglez l’horloge."
    filled = (User, Membership, Meeting, Demand, Article)
    if any(model._default_manager.exists() for model in filled):
        return "La base n’est pas vide : rien n’y a été changé."
    return ""

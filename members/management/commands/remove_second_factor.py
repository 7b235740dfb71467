"""`manage.py remove_second_factor ADDRESS`: for the operator, when no superuser can do it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from members.models import User
from members.sign_in.services import remove_second_factor


class Command(BaseCommand):
    help = "Retire le second facteur d’un compte dont la personne l’a perdu, et ferme ses sessions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", metavar="ADRESSE")

    def handle(self, *args: Any, **options: Any) -> None:
        account = User.objects.filter(email=User.objects.normalize_email(options["address"]))
        if not (found := account.first()):
            raise CommandError("Aucun compte n’a cette adresse.")
        remove_second_factor(found)
        self.stdout.write("Le second facteur est retiré, et les sessions sont fermées.")

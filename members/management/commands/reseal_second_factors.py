"""`manage.py reseal_second_factors`: after a change of SECRET_KEY, close the secrets with it."""

from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from members.sign_in.second_factor import reseal


class Command(BaseCommand):
    help = (
        "Rescelle les seconds facteurs avec SECRET_KEY : l’ancienne clé peut ensuite quitter "
        "SECRET_KEY_FALLBACKS."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = lost = 0
        for pk in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
            try:
                reseal(pk)
            except InvalidToken:
                lost += 1
            else:
                done += 1
        self.stdout.write(f"Seconds facteurs scellés par la clé présente : {done}.")
        if lost:
            raise CommandError(
                f"{lost} secret(s) qu’aucune clé n’ouvre : leur clé manque dans "
                "SECRET_KEY_FALLBACKS."
            )

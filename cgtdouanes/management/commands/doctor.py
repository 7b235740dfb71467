"""`manage.py doctor`: what is missing or unsafe on this server, and what to do about it."""

import sys
from argparse import ArgumentParser
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand

from cgtdouanes.operations.doctor import Finding, Level, findings

MARKS = {Level.GOOD: "  bien     ", Level.MISSING: "  manque   ", Level.UNSAFE: "  DANGER   "}
INDENT = " " * len(MARKS[Level.GOOD])


class Command(BaseCommand):
    help = (
        "Dit ce qui manque ou n’est pas sûr sur ce serveur, et quoi faire. Le code de sortie est 1 "
        "quand quelque chose n’est pas sûr."
    )
    # What the checks would stop at is what this command is there to tell.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mail",
            action="store_true",
            help="n’en dire que les dangers, et les écrire aussi à OPERATOR_EMAIL",
        )

    def handle(self, *args: Any, mail: bool, **options: Any) -> None:
        """Tell each finding, then how many are unsafe, which makes the exit status."""
        found = [finding for finding in findings() if not mail or finding.level == Level.UNSAFE]
        said = "\n".join(_told(finding) for finding in found)
        self.stdout.write(said)
        dangers = sum(finding.level == Level.UNSAFE for finding in found)
        if not dangers:
            self.stdout.write("Rien de dangereux n’a été trouvé.")
            return
        self.stdout.write(f"À corriger avant d’ouvrir le site, ou sans attendre : {dangers}.")
        if mail and settings.OPERATOR_EMAIL:
            self._write_to_operator(dangers, said)
        sys.exit(1)

    def _write_to_operator(self, dangers: int, said: str) -> None:
        """Directly, not by the outbox: it may be what is stuck."""
        try:
            # A telephone shows the subject to whoever is near: it does not say what site it is.
            send_mail(
                f"Votre serveur, à corriger : {dangers}", said, None, [settings.OPERATOR_EMAIL]
            )
        except (OSError, SMTPException) as error:
            kind = type(error).__name__
            self.stderr.write(
                f"Le message à OPERATOR_EMAIL n’est pas parti ({kind}) : voyez EMAIL_URL."
            )


def _told(finding: Finding) -> str:
    to_do = f"\n{INDENT}→ {finding.to_do}" if finding.to_do else ""
    return f"{MARKS[finding.level]}{finding.what}.{to_do}"

"""`manage.py doctor`: what is missing or unsafe on this server, and what to do about it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from cgtdouanes.doctor import Level, findings

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

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell each finding, then how many are unsafe, which makes the exit status."""
        found = list(findings())
        for finding in found:
            self.stdout.write(f"{MARKS[finding.level]}{finding.what}.")
            if finding.to_do:
                self.stdout.write(f"{INDENT}→ {finding.to_do}")
        dangers = sum(finding.level == Level.UNSAFE for finding in found)
        if dangers:
            self.stdout.write(f"À corriger avant d’ouvrir le site, ou sans attendre : {dangers}.")
            sys.exit(1)
        self.stdout.write("Rien de dangereux n’a été trouvé.")

"""`manage.py publish_scheduled`: publish what was scheduled for a moment that has come."""

from threading import Event

from articles.editorial import publish_due
from cgtdouanes.repeated_command import RepeatedCommand


class Command(RepeatedCommand):
    help = "Publie les articles programmés dont l’heure est venue."

    def work(self, stopping: Event) -> str:
        """Publish them, and name their addresses."""
        for article in publish_due():
            self.stdout.write(f"Publié : {article.slug}")
        return ""

"""`manage.py publish_scheduled`: publish what was scheduled for a moment that has come."""

from threading import Event

from articles import press
from articles.editorial import publish_due
from cgtdouanes.operations.repeated_command import RepeatedCommand


class Command(RepeatedCommand):
    help = "Publie les articles programmés dont l’heure est venue, et prépare les PDF qui manquent."

    def work(self, stopping: Event) -> str:
        """Publish them, and name their addresses; then make the PDFs of all that has come out.

        What is to come out waits for one article's PDFs at most.
        """
        while True:
            for article in publish_due():
                self.stdout.write(f"Publié : {article.slug}")
            if stopping.is_set() or not press.make_next():
                return ""

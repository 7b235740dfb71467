"""`manage.py send_mail_queue`: send the mail that waits, once (for cron) or again and again."""

from threading import Event

from cgtdouanes.operations.repeated_command import RepeatedCommand
from members.mail.sending import Tally, send_due


class Command(RepeatedCommand):
    help = (
        "Envoie le courrier en attente. Le code de sortie est 1 quand le serveur de courrier ou "
        "la base ne répond pas : rien n’est alors perdu."
    )

    def work(self, stopping: Event) -> str:
        """Send what is due, and tell what came of it."""
        tally = send_due(should_stop=stopping.is_set)
        self._tell(tally)
        if tally.server_is_down:
            return "Le serveur de courrier ne prend rien : rien n’est perdu."
        return ""

    def _tell(self, tally: Tally) -> None:
        if any(vars(tally).values()):
            self.stdout.write(
                f"Envoyés : {tally.sent}, remis à plus tard : {tally.put_off}, "
                f"abandonnés : {tally.given_up}, devenus sans objet : {tally.without_object}"
            )

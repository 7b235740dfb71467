"""What is done to the way in of somebody else."""

from uuid import uuid4

from allauth.mfa.models import Authenticator
from django.db import transaction

from members.mail.letters import Kind, Notice
from members.mail.outbox import queue_to
from members.models import OutgoingMail, User
from members.sign_in.sessions import end_sessions

REMOVED = "second_factor_removed"


@transaction.atomic
def remove_second_factor(account: User) -> None:
    """Forget a lost second factor, sign the person out everywhere, and tell them by mail.

    They sign in again with their password or a code received by mail, and set up another one.
    """
    Authenticator.objects.filter(user=account).delete()
    end_sessions(account)
    queue_to([account.pk], REMOVED, f"{REMOVED}/{uuid4()}")


def write_removed(mail: OutgoingMail) -> Notice:
    return Notice(
        "Votre second facteur a été retiré",
        [
            "Votre application, vos clés d’accès et vos codes de secours n’ouvrent plus votre "
            "compte, et toutes ses sessions ont été fermées.",
            "Si vous ne l’avez pas demandé, changez aussitôt votre mot de passe et prévenez le "
            "bureau.",
        ],
        path="/compte/2fa/",
        link="En installer un nouveau",
    )


LETTERS = [Kind(REMOVED, "Votre compte : un changement de sécurité", write_removed)]

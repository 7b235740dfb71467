"""What the doctor looks at of people: who administers, how they sign in, whether mail leaves."""

from collections.abc import Iterator

from allauth.mfa.models import Authenticator

from cgtdouanes.operations.doctor import Finding, good, missing, unsafe
from members.models import Mandate, OutgoingMail, Role, User


def officers() -> Iterator[Finding]:
    """Whether somebody administers and keeps the list, and who of them has no second factor."""
    superusers = User.objects.filter(is_active=True, is_superuser=True)
    if not superusers.exists():
        yield missing(
            "Personne n’administre le site", "créez ce compte : « deploy/manage createsuperuser »"
        )
    running = Mandate.objects.running()
    if not running.filter(role=Role.SECRETARY, user__is_active=True).exists():
        yield missing(
            "Personne ne tient le secrétariat",
            "donnez ce mandat dans l’administration, rubrique « Mandats »",
        )
    people = superusers | User.objects.filter(
        is_active=True, pk__in=running.order_by().values("user_id")
    )
    second = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    enrolled = Authenticator.objects.filter(type__in=second).order_by()
    without = people.exclude(pk__in=enrolled.values("user_id")).count()
    if without:
        yield missing(
            f"Membres du bureau sans second facteur : {without}",
            "le bureau leur reste fermé : demandez-leur d’en installer un (/compte/2fa/)",
        )
    else:
        yield good("Tout le bureau a un second facteur")


def mail() -> Iterator[Finding]:
    """Whether what waits is sent: `/healthz` says nothing of it."""
    stuck = OutgoingMail.objects.stuck().count()
    if stuck:
        yield unsafe(
            f"Messages en attente depuis plus d’une heure : {stuck}",
            "vérifiez que « send_mail_queue » tourne (systemctl status section-mail) et EMAIL_URL",
        )
    else:
        yield good("Aucun message n’attend depuis plus d’une heure")


LOOKS = (officers, mail)

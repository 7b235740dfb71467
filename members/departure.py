"""Leaving: the account goes for good, with all that the site held about its person.

A conversation stays whole. What the person wrote there remains without their name, or its place
alone does; they choose. The membership is the section's: it is parted from the account and kept,
unless the person resigns too. All of it happens, or nothing.
"""

import logging

from django.db import models, transaction
from django.db.models import Q

from members import ledger
from members.mail.letters import FAREWELL, Kind, Notice
from members.mail.outbox import queue_to_address
from members.models import Erasure, Mandate, Membership, OutgoingMail, Role, Status, User
from members.models.erasure import fingerprint
from members.personal_data import holdings

logger = logging.getLogger(__name__)


class Obstacle(models.TextChoices):
    """What must be settled before an account goes, so that the section stays in working order."""

    MANDATE = "mandate", "un mandat n’est pas fini"
    SECRETARY = "secretary", "personne d’autre ne tient le secrétariat"
    SUPERUSER = "superuser", "personne d’autre n’administre le site"


class CannotLeaveYet(Exception):
    """Obstacles remain: `obstacles(user)` tells which."""


def obstacles(user: User) -> list[Obstacle]:
    """Return what keeps this account from going today; nothing for nearly everybody."""
    found = []
    others = User.objects.filter(is_active=True).exclude(pk=user.pk)
    held = user.mandates.not_over()
    if held.exists():
        found.append(Obstacle.MANDATE)
    secretaries = Mandate.objects.running().filter(role=Role.SECRETARY, user__in=others)
    if held.filter(role=Role.SECRETARY).exists() and not secretaries.exists():
        found.append(Obstacle.SECRETARY)
    if user.is_superuser and not others.filter(is_superuser=True).exists():
        found.append(Obstacle.SUPERUSER)
    return found


def may_resign(membership: Membership | None) -> bool:
    """Whether there is still something to resign from."""
    return membership is not None and membership.status not in {Status.RESIGNED, Status.EXCLUDED}


def account_fingerprint(user: User) -> str:
    """Return what recognises this account in the ledger, and tells nothing of its person."""
    return fingerprint(user.pk, user.date_joined)


def has_left(account: str) -> bool:
    """Whether the account of this fingerprint is gone: a form sent twice asks for it again."""
    return bool(account) and Erasure.objects.filter(account=account).exists()


@transaction.atomic
def leave(user: User, *, erase_words: bool, resign: bool = False, tell: bool = True) -> None:
    """Delete the account and all that is held about its person; nothing, if it is already gone.

    With `erase_words`, the words of their reactions go too, else they stay without a name. With
    `resign`, the membership ends today. `tell` sends a last message, whose address is then
    forgotten. Raises CannotLeaveYet.
    """
    # Held together, so that the last two administrators do not leave at the same instant.
    together = Q(pk=user.pk) | Q(is_superuser=True)
    held = User.objects.select_for_update(of=("self",)).filter(together).order_by("pk")
    found = {person.pk: person for person in held}.get(user.pk)
    if found is None:
        return
    if obstacles(found):
        raise CannotLeaveYet
    erasure = Erasure(
        account=account_fingerprint(found),
        words_erased=erase_words,
        resigned=resign and may_resign(Membership.objects.filter(user=found).first()),
    )
    _carry_out(found, erasure)
    if tell:
        queue_to_address(found.email, FAREWELL, f"{FAREWELL}/{erasure.account}", erasure.pk)


def came_back() -> list[tuple[int, Erasure]]:
    """Return the accounts that left and that a restored backup has brought back, by their keys."""
    known = {erasure.account: erasure for erasure in [*ledger.read(), *Erasure.objects.all()]}
    return [
        (pk, known[account])
        for pk, joined in User.objects.order_by("pk").values_list("pk", "date_joined")
        if (account := fingerprint(pk, joined)) in known
    ]


def replay() -> int:
    """Erase again what has come back, without a word to anybody; return how many accounts."""
    back = came_back()
    for pk, erasure in back:
        with transaction.atomic():
            _carry_out(User.objects.select_for_update(of=("self",)).get(pk=pk), erasure)
    return len(back)


def _carry_out(user: User, erasure: Erasure) -> None:
    for holding in holdings():
        holding.forget(user, erasure.words_erased)
    if membership := Membership.objects.filter(user=user).first():
        membership.user = None
        if erasure.resigned:
            membership.resigned_on = erasure.on
        membership.save()
    pk = user.pk
    user.delete()
    # What was just done is the last thing that the histories would tell of the person.
    if membership:
        membership.forget_former_values()
    Mandate.history.filter(user_id=pk).delete()
    if not Erasure.objects.filter(account=erasure.account).exists():
        erasure.save(force_insert=True)
    transaction.on_commit(_copy_to_ledger)


def _write_farewell(mail: OutgoingMail) -> Notice | None:
    erasure = Erasure.objects.filter(pk=mail.object_id or 0).first()
    if not erasure:
        return None
    words = "est effacé" if erasure.words_erased else "reste en place, sans votre nom"
    return Notice(
        "Votre compte est fermé",
        [
            "Ce qui était gardé avec lui est effacé, et il n’est plus possible de s’en servir pour "
            "se connecter.",
            f"Ce que vous aviez écrit {words}.",
            *(["Votre démission est enregistrée."] if erasure.resigned else []),
            "Ceci est le dernier message : votre adresse est effacée dès qu’il est parti. Si ce "
            "départ ne vient pas de vous, prévenez aussitôt le secrétariat.",
        ],
    )


FAREWELL_LETTER = Kind(FAREWELL, "Votre compte est fermé", _write_farewell)


def _copy_to_ledger() -> None:
    """The account is gone whatever comes: what could not be written now is written by the purge."""
    try:
        ledger.copy()
    except OSError as error:
        logger.error("The ledger of erasures was not written: %s", type(error).__name__)

"""What remains of a closed account: that it must not come back with a backup, and no more."""

import hashlib
from datetime import datetime

from django.db import models
from django.utils import timezone


def fingerprint(pk: int, date_joined: datetime) -> str:
    """Return what recognises an account and tells nothing of its person.

    The key alone would not do: after a backup is restored, another account may be given it.
    """
    # In whole microseconds: a float would round, and not everywhere alike.
    opened = int(date_joined.timestamp()) * 1_000_000 + date_joined.microsecond
    return hashlib.sha256(f"{pk}/{opened}".encode()).hexdigest()


class Erasure(models.Model):
    """A departure that was carried out; written in its transaction, then copied to the ledger."""

    account = models.CharField("compte", max_length=64, unique=True)
    on = models.DateField("le", default=timezone.localdate)
    words_erased = models.BooleanField("réactions effacées")
    resigned = models.BooleanField("démission")

    class Meta:
        verbose_name = "compte effacé"
        verbose_name_plural = "comptes effacés"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"compte effacé le {self.on:%d/%m/%Y}"

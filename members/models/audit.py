"""The audit: each time that an officer saw, took out or changed who belongs to the section.

It says who, when, what was done and to which rows, by their keys alone: no name, no address, no
word that was searched for. Erasing a person leaves it as it is, and it then names nobody.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

_NEVER_REWRITTEN = "The audit is never rewritten."
_ONLY_PURGED = "The audit is never deleted, only purged when it is old enough."


class Subject(models.TextChoices):
    MEMBERSHIPS = "memberships", "adhésions"
    ACCOUNTS = "accounts", "comptes"


class Action(models.TextChoices):
    LIST = "list", "liste affichée"
    SEARCH = "search", "recherche"
    SUGGESTION = "suggestion", "noms proposés"
    VIEW = "view", "fiche ouverte"
    HISTORY = "history", "historique ouvert"
    ADDITION = "addition", "création"
    CHANGE = "change", "modification"
    DELETION = "deletion", "suppression"
    EXPORT = "export", "export"
    PREVIEW = "preview", "aperçu d’un import"
    IMPORT = "import", "import"
    UNDO = "undo", "annulation d’un import"
    INVITATION = "invitation", "invitation envoyée"
    REVOCATION = "revocation", "invitation annulée"
    FACTOR = "factor", "second facteur retiré"


class KeptQuerySet(models.QuerySet[Any]):
    """Rows that are added and read."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError(_NEVER_REWRITTEN)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(_ONLY_PURGED)


class Kept(models.Model):
    """What is written once. Raises TypeError for a change or a deletion."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError(_NEVER_REWRITTEN)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(_ONLY_PURGED)


class AuditEntryQuerySet(KeptQuerySet):
    def about(self, subject: Subject, key: int) -> "AuditEntryQuerySet":
        """The entries on one row."""
        rows = AuditedRow.objects.filter(object_id=key).order_by()
        return self.filter(subject=subject, pk__in=rows.values("entry"))

    def purge(self, before: datetime) -> int:
        """Delete the entries older than this moment; return how many there were."""
        old = self.filter(at__lt=before)
        return models.QuerySet.delete(old)[1].get(self.model._meta.label, 0)


class AuditEntry(Kept):
    """One action of an officer. `count`: how many rows it concerned, or a search had found."""

    at = models.DateTimeField("quand", default=timezone.now, editable=False, db_index=True)
    # The account's key stays when the account is gone: nothing here is rewritten for that.
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name="qui",
    )
    action = models.CharField("action", max_length=10, choices=Action.choices)
    subject = models.CharField("liste", max_length=11, choices=Subject.choices)
    count = models.PositiveIntegerField("nombre")

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "accès aux adhésions"
        verbose_name_plural = "accès aux adhésions"
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.get_subject_display()})"

    @property
    def who(self) -> str:
        """The officer's address, or the key of an account that is gone."""
        return self.officer.email if self.officer else f"compte supprimé n° {self.officer_id}"


class AuditedRow(Kept):
    """One row that was shown or changed, by its key; the row itself may be gone."""

    entry = models.ForeignKey(
        AuditEntry, on_delete=models.CASCADE, related_name="rows", verbose_name="accès"
    )
    object_id = models.BigIntegerField("fiche", db_index=True)

    objects = KeptQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche concernée"
        verbose_name_plural = "fiches concernées"
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"fiche n° {self.object_id}"

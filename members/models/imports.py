"""The import of adherents: the file between its preview and its confirmation, and the way back.

Both hold personal data, and neither stays. A draft lasts an hour, one for each officer, and goes
when it is confirmed or abandoned. What undoing needs is kept for the last import only, for
`IMPORT_UNDO_DAYS`; the import itself then stays as figures. `members.imports.retention.forget`
deletes what is too old.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from members.models.membership import Membership

DRAFT_LIFETIME = timedelta(hours=1)


def undo_limit() -> datetime:
    """Imports before this moment can no longer be undone."""
    return timezone.now() - timedelta(days=settings.IMPORT_UNDO_DAYS)


class ImportDraftQuerySet(models.QuerySet["ImportDraft"]):
    def fresh(self) -> "ImportDraftQuerySet":
        return self.filter(created_at__gt=timezone.now() - DRAFT_LIFETIME)

    def expired(self) -> "ImportDraftQuerySet":
        return self.filter(created_at__lte=timezone.now() - DRAFT_LIFETIME)


class ImportDraft(models.Model):
    """A file that an officer has sent. `columns`: the field that each column holds, "" for none.

    In the database, where every worker finds it and where it goes with its row.
    """

    officer = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="import_draft",
        verbose_name="qui",
    )
    content = models.BinaryField("fichier")
    columns = models.JSONField("colonnes", default=list)
    created_at = models.DateTimeField("déposé le", default=timezone.now)

    objects = ImportDraftQuerySet.as_manager()

    class Meta:
        verbose_name = "import en préparation"
        verbose_name_plural = "imports en préparation"
        default_permissions = ()

    def __str__(self) -> str:
        return f"import du {self.created_at:%d/%m/%Y}"


class MembershipImport(models.Model):
    """An import that was done: who, when, how many."""

    made_at = models.DateTimeField("fait le", default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="par",
    )
    created = models.PositiveIntegerField("créées")
    changed = models.PositiveIntegerField("modifiées")
    unchanged = models.PositiveIntegerField("inchangées")
    undone_at = models.DateTimeField("annulé le", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="annulé par",
    )

    class Meta:
        verbose_name = "import"
        verbose_name_plural = "imports"
        ordering = ["-made_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"import du {timezone.localtime(self.made_at):%d/%m/%Y}"

    @property
    def can_be_undone(self) -> bool:
        """Whether the last import, for this is asked of no other, still has its way back."""
        return self.undone_at is None and self.made_at > undo_limit() and self.rows.exists()


class ImportedRowQuerySet(models.QuerySet["ImportedRow"]):
    def expired(self) -> "ImportedRowQuerySet":
        return self.filter(made_in__made_at__lte=undo_limit())


class ImportedRow(models.Model):
    """What an import did to a membership: the values before, none for a new one, and after."""

    made_in = models.ForeignKey(
        MembershipImport, on_delete=models.CASCADE, related_name="rows", verbose_name="import"
    )
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="imported_rows", verbose_name="adhésion"
    )
    before = models.JSONField("avant", null=True)
    after = models.JSONField("après")

    objects = ImportedRowQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne importée"
        verbose_name_plural = "lignes importées"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["made_in", "membership"], name="imported_once_by_import"
            )
        ]

    def __str__(self) -> str:
        return f"adhésion n° {self.membership_id}"

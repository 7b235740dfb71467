"""The PDFs of what is out: files that are made once, and go as soon as they hold no more."""

import uuid
from functools import partial

from django.core.files.storage import Storage
from django.db import models, transaction
from django.utils import timezone

from articles.models.article import Article
from cgtdouanes.files.inventory import REMADE

PDFS = f"{REMADE}pdf/"


def new_name() -> str:
    """A name known before the file is there: whoever throws it away need not ask whether it is."""
    return f"{PDFS}{uuid.uuid4().hex}"


class PdfQuerySet(models.QuerySet["Pdf"]):
    def made(self) -> "PdfQuerySet":
        """Those that are ready; `Pdf.is_made` is its twin for one object."""
        return self.exclude(sha256="")

    def being_made(self) -> "PdfQuerySet":
        return self.filter(sha256="", has_failed=False, held_until__gt=timezone.now())

    def discard(self) -> None:
        """Delete them, with their files once nothing can bring them back."""
        for pdf in self:
            transaction.on_commit(partial(pdf.storage.delete, pdf.name))
            pdf.delete()


class Pdf(models.Model):
    """An article on paper, for whoever is shown the page that has this fingerprint.

    Visitors and adherents who may read the same share it. `size` is in bytes. A row without
    `sha256` is being made, until `held_until` by one process; or could not be, and is not tried
    again before then.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="pdfs")
    fingerprint = models.CharField(max_length=64)
    file = models.FileField(default=new_name, editable=False)
    sha256 = models.CharField(max_length=64, default="")
    size = models.PositiveBigIntegerField(default=0)
    held_until = models.DateTimeField(null=True, db_index=True)
    has_failed = models.BooleanField(default=False)

    objects = PdfQuerySet.as_manager()

    class Meta:
        verbose_name = "PDF d’un article"
        verbose_name_plural = "PDF des articles"
        constraints = [
            models.UniqueConstraint(fields=["article", "fingerprint"], name="one_pdf_per_page")
        ]

    def __str__(self) -> str:
        return f"PDF de {self.article}"

    @property
    def storage(self) -> Storage:
        storage: Storage = self.file.storage
        return storage

    @property
    def name(self) -> str:
        return self.file.name or ""

    @property
    def is_held(self) -> bool:
        return self.held_until is not None and self.held_until > timezone.now()

    @property
    def is_made(self) -> bool:
        return bool(self.sha256)

    @property
    def is_there(self) -> bool:
        """Whether its file is, too: a restored backup has none."""
        return self.is_made and self.storage.exists(self.name)


class PdfDue(models.Model):
    """An article that has just come out: its PDFs are to be made, once, without being asked."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="pdf_due"
    )
    next_try_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "PDF à faire"
        verbose_name_plural = "PDF à faire"

    def __str__(self) -> str:
        return f"PDF à faire de {self.article}"

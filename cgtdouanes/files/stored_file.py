"""A row that keeps an uploaded file and what is known of it: an attachment or a document."""

from functools import partial
from typing import Any, Self

from django.db import models, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cgtdouanes.files import downloads, uploads
from cgtdouanes.files.full_disk import note_stored


class StoredFile(models.Model):
    """The file is stored cleaned, under a name that says nothing; `size` is in bytes."""

    file = models.FileField(
        "fichier",
        upload_to=uploads.generated_name,
        validators=[uploads.validate_upload],
        help_text="PDF, JPEG ou PNG, 20 Mo au plus. D’un document Word ou LibreOffice, faites "
        "d’abord un PDF.",
    )
    title = models.CharField("titre", max_length=200)
    name = models.CharField("nom d’origine", max_length=255, editable=False, default="")
    content_type = models.CharField(max_length=60, editable=False, default="")
    size = models.PositiveBigIntegerField("taille en octets", editable=False, default=0)
    sha256 = models.CharField(max_length=64, editable=False, default="", db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and when a file has just been given note what it is and discard the former one.

        Raises OSError where it cannot be written: then neither the file nor its row is there.
        """
        if not self.file or uploads.is_stored(self.file):
            super().save(*args, **kwargs)
            return
        facts = self._keep_clean()
        self.name = uploads.clean_name(self.file.name or "", facts.extension)
        self.content_type = facts.content_type
        self.size = facts.size
        self.sha256 = facts.sha256
        with transaction.atomic():
            self._discard(self._stored_rows().values_list("file", flat=True).first())
            try:
                super().save(*args, **kwargs)
                self._store_copies()
            except OSError:
                if uploads.is_stored(self.file):
                    self.forget_file()
                raise
        note_stored(self)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, then the file once nothing can bring the row back."""
        self._discard(self.file.name)
        return super().delete(*args, **kwargs)

    def stored_names(self) -> list[str]:
        """Return the names of all that is stored of the file, as the storage knows them."""
        return [self.file.name] if self.file.name else []

    def forget_file(self) -> None:
        """Delete the file, of a row that a transaction undone leaves nowhere."""
        for name in self._names(self.file.name or ""):
            self.file.storage.delete(name)

    def served_to(self, request: HttpRequest) -> HttpResponseBase:
        """Return the file, or the part asked for, to a reader whose rights were checked."""
        return downloads.serve(
            request,
            self.file,
            name=self.name,
            content_type=self.content_type,
            sha256=self.sha256,
        )

    def _keep_clean(self) -> uploads.Facts:
        """Put in place of the file just given what is stored of it."""
        return uploads.keep_clean(self.file)

    def _store_copies(self) -> None:
        """Store what else is kept of the file just stored; nothing, of most."""

    def _stored_rows(self) -> "models.QuerySet[Self]":
        return type(self)._default_manager.filter(pk=self.pk)

    def _names(self, name: str) -> list[str]:
        """The names of all that may be stored of the file of this name."""
        return [name]

    def _discard(self, name: str | None) -> None:
        for each in self._names(name) if name else ():
            transaction.on_commit(partial(self.file.storage.delete, each))

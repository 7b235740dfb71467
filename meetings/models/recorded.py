"""What the public record is made of: each change is told to the search and to the pages kept."""

from typing import Any

from django.db import models, transaction

from cgtdouanes import pages
from cgtdouanes.search import index

# Under this tag are kept the pages that show anything of the record.
RECORD = "record"


class Recorded(models.Model):
    """A part of the record: saved or deleted, whoever reads it next reads it as it now is."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            tell_readers(self)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with index.removing(self):
            pages.changed(RECORD)
            return super().delete(*args, **kwargs)


def tell_readers(obj: models.Model) -> None:
    """Tell of a change, in the transaction that makes it."""
    index.changed(obj)
    pages.changed(RECORD)

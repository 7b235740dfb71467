"""A rubrique: where a reader expects to find an article."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse

from cgtdouanes import pages
from meetings.models import RECORD

# Under this tag are kept the pages that name a rubrique; those of the meetings do, too.
CATEGORIES = "categories"


class Category(models.Model):
    title = models.CharField("titre", max_length=120)
    slug = models.SlugField("adresse", max_length=120, unique=True)
    description = models.TextField("présentation", blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="dans la rubrique",
    )
    position = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "rubrique"
        verbose_name_plural = "rubriques"
        ordering = ["position", "title"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            pages.changed(CATEGORIES, RECORD)

    def get_absolute_url(self) -> str:
        return reverse("articles:category", args=[self.slug])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            pages.changed(CATEGORIES, RECORD)
            return super().delete(*args, **kwargs)

    def clean(self) -> None:
        """Refuse a category placed inside itself or one of its own."""
        above = self.parent
        while above:
            if above.pk == self.pk:
                raise ValidationError({"parent": "Une rubrique ne peut pas être dans elle-même."})
            above = above.parent

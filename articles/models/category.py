"""A rubrique: where a reader expects to find an article."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse


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

    def get_absolute_url(self) -> str:
        return reverse("articles:category", args=[self.slug])

    def clean(self) -> None:
        """Refuse a category placed inside itself or one of its own."""
        above = self.parent
        while above:
            if above.pk == self.pk:
                raise ValidationError({"parent": "Une rubrique ne peut pas être dans elle-même."})
            above = above.parent

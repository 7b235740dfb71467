"""A file attached to an article, served only to who may read it."""

from typing import Any

from django.db import models, transaction
from django.urls import reverse

from articles.models.article import Article
from cgtdouanes import uploads
from members.permissions import Reader, reads_reserved


class AttachmentKind(models.TextChoices):
    STATEMENT = "statement", "déclaration liminaire"
    MINUTES = "minutes", "procès-verbal"
    DOCUMENT = "document", "document"
    LEAFLET = "leaflet", "tract"
    OTHER = "other", "autre"


class AttachmentVisibility(models.TextChoices):
    PUBLIC = "public", "toute personne qui voit la page de l’article"
    MEMBERS = "members", "adhérent·es"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: Reader) -> "AttachmentQuerySet":
        """What this reader may download: the article's rule first, then the file's own."""
        visible = self.filter(article__in=Article.objects.visible_to(user))
        if reads_reserved(user):
            return visible
        return visible.filter(visibility=AttachmentVisibility.PUBLIC)


class Attachment(models.Model):
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="attachments", verbose_name="article"
    )
    file = models.FileField(
        "fichier",
        upload_to=uploads.generated_name,
        validators=[uploads.validate_upload],
        help_text="PDF, JPEG ou PNG, 20 Mo au plus.",
    )
    title = models.CharField("titre", max_length=200)
    kind = models.CharField(
        "nature", max_length=10, choices=AttachmentKind.choices, default=AttachmentKind.DOCUMENT
    )
    visibility = models.CharField("visible par", max_length=8, choices=AttachmentVisibility.choices)
    name = models.CharField("nom d’origine", max_length=255, editable=False, default="")
    content_type = models.CharField(max_length=60, editable=False, default="")
    size = models.PositiveBigIntegerField("taille en octets", editable=False, default=0)
    sha256 = models.CharField(max_length=64, editable=False, default="", db_index=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and when a file has just been given note what it is and discard the former one."""
        if self.file and not uploads.is_stored(self.file):
            facts = uploads.keep_clean(self.file)
            self.name = uploads.clean_name(self.file.name or "", facts.extension)
            self.content_type = facts.content_type
            self.size = facts.size
            self.sha256 = facts.sha256
            former = Attachment.objects.filter(pk=self.pk).values_list("file", flat=True).first()
            self._discard(former)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("articles:attachment", args=[self.article.slug, self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row, then the file once nothing can bring the row back."""
        self._discard(self.file.name)
        return super().delete(*args, **kwargs)

    def _discard(self, name: str | None) -> None:
        if name:
            transaction.on_commit(lambda: self.file.storage.delete(name))

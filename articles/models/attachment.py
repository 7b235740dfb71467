"""A file attached to an article, served only to who may read it."""

from typing import Any

from django.db import models, transaction
from django.urls import reverse

from articles.models.article import Article
from cgtdouanes import pages
from cgtdouanes.files.stored_file import StoredFile
from cgtdouanes.search import index
from members.models import Role
from members.permissions import Reader, holds_role, reads_reserved


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
        if holds_role(user, Role.EDITOR, Role.PUBLISHER):
            return visible
        return visible.shown().open_to(user)

    def shown(self) -> "AttachmentQuerySet":
        """Those that the page of their article lists."""
        return self.filter(is_shown=True)

    def open_to(self, user: Reader) -> "AttachmentQuerySet":
        """Those whose own visibility lets this reader in."""
        return self if reads_reserved(user) else self.filter(visibility=AttachmentVisibility.PUBLIC)


class Attachment(StoredFile):
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, related_name="attachments", verbose_name="article"
    )
    kind = models.CharField(
        "nature", max_length=10, choices=AttachmentKind.choices, default=AttachmentKind.DOCUMENT
    )
    visibility = models.CharField("visible par", max_length=8, choices=AttachmentVisibility.choices)
    # False: it waits beside a published article, or was taken away from it and is kept for history.
    is_shown = models.BooleanField(editable=False, default=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce jointe"
        verbose_name_plural = "pièces jointes"
        ordering = ["pk"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            index.changed(self)
            pages.changed(self.article.page_tag)

    def get_absolute_url(self) -> str:
        return reverse("articles:attachment", args=[self.article.slug, self.pk])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with index.removing(self):
            pages.changed(self.article.page_tag)
            return super().delete(*args, **kwargs)

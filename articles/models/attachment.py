"""A file attached to an article, served only to who may read it."""

from django.db import models
from django.urls import reverse

from articles.models.article import Article
from cgtdouanes.stored_file import StoredFile
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
        if reads_reserved(user):
            return visible.filter(is_shown=True)
        return visible.filter(is_shown=True, visibility=AttachmentVisibility.PUBLIC)

    def shown(self) -> "AttachmentQuerySet":
        """Those that the page of their article lists."""
        return self.filter(is_shown=True)


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

    def get_absolute_url(self) -> str:
        return reverse("articles:attachment", args=[self.article.slug, self.pk])

"""An address of the old site, and the page of this one that answers in its place."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse

from articles.models.article import Article
from articles.models.attachment import Attachment
from articles.models.category import Category
from articles.models.picture import Picture
from members.permissions import Reader


class LegacyUrlQuerySet(models.QuerySet["LegacyUrl"]):
    def visible_to(self, user: Reader) -> "LegacyUrlQuerySet":
        """Those whose page this reader may open: the others are as if nobody knew them."""
        return self.filter(
            Q(article__in=Article.objects.visible_to(user))
            | Q(attachment__in=Attachment.objects.visible_to(user))
            | Q(picture__in=Picture.objects.visible_to(user))
            | Q(category__isnull=False)
            | ~Q(keyword="")
        )

    def answering(self, paths: Sequence[str], user: Reader) -> "LegacyUrl | None":
        """Return the one for the first of these paths, in one query; people forget capitals."""
        lowered = [path.lower() for path in paths]
        found = (
            self.visible_to(user)
            .annotate(lowered=Lower("path"))
            .filter(Q(path__in=paths) | Q(lowered__in=lowered))
            .select_related("article", "attachment__article", "category", "picture")
            .only(
                *("path", "keyword", "article__slug", "category__slug"),
                *("attachment__article__slug", "picture__key"),
            )
            .order_by("pk")
        )
        by_path = {each.path: each for each in found}
        by_lowered = {path.lower(): each for path, each in by_path.items()}
        exact = (by_path[path] for path in paths if path in by_path)
        return next(exact, next((by_lowered[p] for p in lowered if p in by_lowered), None))


def _leads_to(target: str) -> Q:
    others = {f"{name}__isnull": name != target for name in _TARGETS}
    return Q(**others, keyword="") if target else Q(**others) & ~Q(keyword="")


_TARGETS = ("article", "category", "attachment", "picture")


class LegacyUrl(models.Model):
    """`path` begins with a slash, and holds the query where the old site told pages by it.

    It leads to one thing alone: an article, a rubrique, an attached file, a picture of a text, or
    what the search finds of a keyword.
    """

    path = models.CharField("ancienne adresse", max_length=500, unique=True)
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, blank=True, related_name="legacy_urls"
    )
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="legacy_urls"
    )
    attachment = models.ForeignKey(
        Attachment, on_delete=models.CASCADE, null=True, blank=True, related_name="legacy_urls"
    )
    picture = models.ForeignKey(
        Picture, on_delete=models.CASCADE, null=True, blank=True, related_name="legacy_urls"
    )
    keyword = models.CharField("mot-clé", max_length=200, blank=True)

    objects = LegacyUrlQuerySet.as_manager()

    class Meta:
        verbose_name = "ancienne adresse"
        verbose_name_plural = "anciennes adresses"
        ordering = ["path"]
        indexes = [models.Index(Lower("path"), name="legacy_url_lowered")]
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, map(_leads_to, (*_TARGETS, ""))),
                name="legacy_url_leads_to_one_thing",
            )
        ]

    def __str__(self) -> str:
        return self.path

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.path = f"/{self.path.lstrip('/')}"
        super().save(*args, **kwargs)

    def target(self) -> str:
        """Return the path that answers: never another host's."""
        page = self.article or self.category or self.attachment or self.picture
        if page:
            return str(page.get_absolute_url())
        return f"{reverse('search')}?{urlencode({'q': self.keyword})}"

"""The pages that every site has and that officers keep: legal notice, privacy, who we are."""

from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from articles.editor import body_field
from articles.models.picture import Picture
from cgtdouanes import pages, richtext
from cgtdouanes.text.typography import french_html


class PageQuerySet(models.QuerySet["Page"]):
    def visible_to(self, user: object) -> "PageQuerySet":
        """Everybody may read them: the law asks for it, or the section wants it."""
        return self


class Page(models.Model):
    """One of the fixed pages; a migration writes their first text."""

    ADDRESSES = ("mentions-legales", "confidentialite", "accessibilite", "adherer", "le-bureau")

    slug = models.SlugField("adresse", max_length=40, unique=True, editable=False)
    title = models.CharField("titre", max_length=120)
    body = body_field("texte")
    html = models.TextField(editable=False, default="")
    pictures = models.ManyToManyField(Picture, editable=False, related_name="pages")
    updated_at = models.DateTimeField("mise à jour le", default=timezone.now, editable=False)

    objects = PageQuerySet.as_manager()

    class Meta:
        verbose_name = "page du site"
        verbose_name_plural = "pages du site"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the cleaned text, ready to be shown."""
        self.body = richtext.sanitise(self.body)
        self.html = french_html(richtext.rendered(self.body))
        self.updated_at = timezone.now()
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.pictures.set(Picture.objects.filter(key__in=richtext.pictured(self.body)))
            pages.changed(self.page_tag)

    def get_absolute_url(self) -> str:
        return reverse(f"articles:{self.slug}")

    @property
    def page_tag(self) -> str:
        """Under which its own page is kept."""
        return f"page:{self.slug}"

    def text(self) -> SafeString:
        """The text as shown; safe because `save` sanitised it."""
        return mark_safe(self.html)  # noqa: S308  sanitised by our allowlist in `save`

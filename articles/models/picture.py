"""A picture of an article's text: encoded again in a few sizes, seen by who may read that text."""

import uuid
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.files import FieldFile
from django.urls import reverse

from articles.models.article import Article
from articles.models.publication import ArticleVisibility
from cgtdouanes.files import pictures, uploads
from cgtdouanes.files.stored_file import StoredFile
from cgtdouanes.richtext.pictures import WIDTHS
from members.models import Role
from members.permissions import Reader, holds_role, reads_reserved

# In pixels: twice the width of a text on a screen.
LARGEST = 1600


def validate_picture(upload: FieldFile) -> None:
    """Raise ValidationError, in words for the officer, unless the file is a picture."""
    if not uploads.is_stored(upload):
        uploads.validate_size(upload)
        _encoded(upload.file)


def _encoded(file: BinaryIO) -> pictures.Encoded:
    content = uploads.content_of(file)
    if not pictures.is_picture(content):
        raise ValidationError(
            "Ce fichier n’est pas une image JPEG, PNG, WebP ou GIF, quel que soit son nom."
        )
    return pictures.encoded(content, LARGEST)


class PictureQuerySet(models.QuerySet["Picture"]):
    def visible_to(self, user: Reader) -> "PictureQuerySet":
        """Those that stand in something that this reader may read; all, for who writes."""
        if holds_role(user, Role.EDITOR, Role.PUBLISHER):
            return self
        places = Place.objects.filter(
            picture=OuterRef("pk"), article__in=Article.objects.visible_to(user)
        )
        if not reads_reserved(user):
            places = places.filter(
                Q(article__visibility=ArticleVisibility.PUBLIC) | Q(is_before_cut=True)
            )
        in_pages = Picture.pages.through.objects.filter(picture=OuterRef("pk"))
        return self.filter(Exists(places) | Exists(in_pages))

    def let_go(self, article: Article) -> None:
        """Delete these pictures of an article that goes, but for those that stand elsewhere too."""
        others = Article.objects.exclude(pk=article.pk).order_by("pk")
        for picture in self:
            held = Q(body__contains=picture.key) | Q(revisions__body__contains=picture.key)
            other = others.filter(held).first()
            if other or picture.pages.exists():
                self.filter(pk=picture.pk).update(article=other)
            else:
                picture.delete()


class Picture(StoredFile):
    """The address that a body holds names its `key`. `width` and `height` are in pixels.

    `alt`, `caption` and `credit` are what was said of it first: they are proposed where it is
    used again. `article`: for which it was given; none yet for an article that was never saved.
    """

    title = None  # type: ignore[assignment]
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(
        Article, on_delete=models.CASCADE, null=True, related_name="pictures", editable=False
    )
    file = models.FileField(
        "image", upload_to=uploads.generated_name, validators=[validate_picture]
    )
    alt = models.CharField("texte de remplacement", max_length=500, blank=True)
    caption = models.CharField("légende", max_length=500, blank=True)
    credit = models.CharField("crédit", max_length=200, blank=True)
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    uploaded_at = models.DateTimeField(auto_now_add=True)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = "illustration"
        verbose_name_plural = "illustrations"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.alt or self.caption or self.name

    def get_absolute_url(self) -> str:
        return reverse("articles:picture", args=[self.key])

    def copy(self, width: int) -> FieldFile | None:
        """Return the copy of this width, if there is one."""
        if width not in WIDTHS or width >= self.width:
            return None
        return FieldFile(self, self.file.field, _copy(self.file.name or "", width))

    def stored_names(self) -> list[str]:
        copies = [copy.name or "" for width in WIDTHS if (copy := self.copy(width))]
        return [*super().stored_names(), *copies]

    def _keep_clean(self) -> uploads.Facts:
        encoded = _encoded(self.file.file)
        self.width, self.height = encoded.width, encoded.height
        cleaned = uploads.Cleaned(encoded.content, encoded.extension, encoded.content_type)
        return uploads.keep_clean(self.file, lambda file: cleaned)

    def _store_copies(self) -> None:
        """Store the smaller ones."""
        with self.file.open("rb") as file:
            content = file.read()
        for width in WIDTHS:
            if copy := self.copy(width):
                smaller = ContentFile(pictures.narrowed(content, width).content)
                copy.storage.save(copy.name, smaller)

    def _names(self, name: str) -> list[str]:
        return [name, *(_copy(name, width) for width in WIDTHS)]


class PlaceManager(models.Manager["Place"]):
    def record(self, article: Article, before_cut: set[str], after_cut: set[str]) -> None:
        """Note which pictures, by their keys, stand in the text of the article; take those new."""
        now = dict.fromkeys(after_cut, False) | dict.fromkeys(before_cut, True)
        known = {
            str(place.picture.key): place.is_before_cut for place in self.select_related("picture")
        }
        if now == known:
            return
        self.all().delete()
        pictures = Picture.objects.filter(key__in=now)
        self.bulk_create(
            Place(article=article, picture=each, is_before_cut=now[str(each.key)])
            for each in pictures
        )
        pictures.filter(article=None).update(article=article)


class Place(models.Model):
    """A picture in the text of an article as it stands; `is_before_cut`: in what visitors read."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="places")
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="places")
    is_before_cut = models.BooleanField()

    objects = PlaceManager()

    class Meta:
        verbose_name = "place d’une illustration"
        verbose_name_plural = "places des illustrations"
        constraints = [
            models.UniqueConstraint(fields=["article", "picture"], name="one_place_per_picture")
        ]

    def __str__(self) -> str:
        return f"{self.picture} dans {self.article}"


def _copy(name: str, width: int) -> str:
    return f"{name}-{width}"

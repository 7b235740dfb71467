"""Illustrations at the desk: sent by the editor as they are chosen, or with the form itself."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from articles.admin.access import for_writers
from articles.illustrations import PictureForm, described, figure
from articles.models import Article, Page, Picture
from cgtdouanes import richtext
from cgtdouanes.files.full_disk import kept_or_refused

INCOMPLETE = "L’illustration n’est pas complète : voyez sous le texte ce qui lui manque."


def illustration_urls(view: Callable[..., Any]) -> list[URLPattern]:
    """Return the addresses where the editor lists an article's pictures, and sends others."""
    return [
        path("illustrations/", view(illustrations), name="articles_article_illustrations_new"),
        path("<int:pk>/illustrations/", view(illustrations), name="articles_article_illustrations"),
    ]


def page_illustration_urls(view: Callable[..., Any]) -> list[URLPattern]:
    """Return the address where the editor does the same for a page of the site."""
    listed = view(page_illustrations)
    return [path("<int:pk>/illustrations/", listed, name="articles_page_illustrations")]


@for_writers
@require_http_methods(["GET", "POST"])
def illustrations(request: HttpRequest, pk: int | None = None) -> JsonResponse:
    """List the pictures given for this article, or keep one more: 201, or 422 and what is wrong."""
    article = get_object_or_404(Article, pk=pk) if pk else None
    given = Picture.objects.filter(article=article) if article else Picture.objects.none()
    return _answered(request, given, article)


@for_writers
@require_http_methods(["GET", "POST"])
def page_illustrations(request: HttpRequest, pk: int) -> JsonResponse:
    """List the pictures that stand in this page, or keep one more, which its text will hold."""
    return _answered(request, get_object_or_404(Page, pk=pk).pictures.all(), None)


def _answered(
    request: HttpRequest, given: QuerySet[Picture], article: Article | None
) -> JsonResponse:
    if request.method == "GET":
        return JsonResponse({"results": [described(picture) for picture in given]})
    return kept_or_refused(request, lambda: _kept(request, article))


def _kept(request: HttpRequest, article: Article | None) -> JsonResponse:
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    form.instance.article = article
    return JsonResponse(described(form.save()), status=201)


class IllustratedForm(forms.ModelForm):
    """The form of a text to whose end an illustration may be added, where no script runs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.illustration = PictureForm(
            self.data if self.is_bound else None,
            self.files if self.is_bound else None,
            prefix="illustration",
            # Nothing is wrong with an illustration that nobody gives.
            empty_permitted=True,
            use_required_attribute=False,
        )

    def is_multipart(self) -> bool:
        return True

    def clean(self) -> dict[str, Any] | None:
        if self.illustration.has_changed() and not self.illustration.is_valid():
            raise forms.ValidationError(INCOMPLETE)
        return super().clean()

    def add_illustration(self, text: Article | Page) -> None:
        """Store the illustration that was given, if any, and end the text with it; save neither."""
        if self.illustration.has_changed():
            picture = self.illustration.instance
            picture.article = text if isinstance(text, Article) and text.pk else None
            self.illustration.save()
            text.body = richtext.sanitise(text.body + figure(picture))

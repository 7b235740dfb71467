"""Illustrations at the desk: sent by the editor as they are chosen, or with the form itself."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from articles.admin.access import for_writers
from articles.illustrations import PictureForm, described, figure
from articles.models import Article, Picture
from cgtdouanes import richtext
from cgtdouanes.files.full_disk import kept_or_refused

INCOMPLETE = "L’illustration n’est pas complète : voyez sous le texte ce qui lui manque."


def illustration_urls(view: Callable[..., Any]) -> list[URLPattern]:
    """Return the addresses where the editor lists an article's pictures, and sends others."""
    return [
        path("illustrations/", view(illustrations), name="articles_article_illustrations_new"),
        path("<int:pk>/illustrations/", view(illustrations), name="articles_article_illustrations"),
    ]


@for_writers
@require_http_methods(["GET", "POST"])
def illustrations(request: HttpRequest, pk: int | None = None) -> JsonResponse:
    """List the pictures given for this article, or keep one more: 201, or 422 and what is wrong."""
    article = get_object_or_404(Article, pk=pk) if pk else None
    if request.method == "GET":
        given = Picture.objects.filter(article=article) if article else Picture.objects.none()
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

    def clean(self) -> dict[str, Any] | None:
        if self.illustration.has_changed() and not self.illustration.is_valid():
            raise forms.ValidationError(INCOMPLETE)
        return super().clean()

    def add_illustration(self, article: Article) -> None:
        """Store the illustration that was given, if any, and end the text with it; save neither."""
        if self.illustration.has_changed():
            picture = self.illustration.instance
            picture.article = article if article.pk else None
            self.illustration.save()
            article.body = richtext.sanitise(article.body + figure(picture))

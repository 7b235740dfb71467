"""What an officer is typing, kept every few seconds: a closed laptop loses no more."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST

from articles.admin.access import for_writers
from articles.editor import MAX_LENGTH
from articles.models import Article, Autosave, Revision
from cgtdouanes import richtext
from cgtdouanes.text.typography import french_time
from members.permissions import signed_in

TYPED = ("slug", "seen", *Revision.CONTENT)


@for_writers
@require_POST
def autosave(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Keep what is typed, whatever it is worth; with `forget`, throw it away."""
    article = get_object_or_404(Article, pk=pk) if pk else None
    if "forget" in request.POST:
        drop_autosave(request, article)
        if article:
            return redirect("admin:articles_article_change", article.pk)
        return redirect("admin:articles_article_add")
    typed = {name: request.POST.get(name, "")[:MAX_LENGTH] for name in TYPED}
    typed["body"] = richtext.sanitise(typed["body"])
    kept, _ = Autosave.objects.update_or_create(
        officer=signed_in(request), article=article, defaults={"typed": typed}
    )
    return JsonResponse({"saved_at": french_time(timezone.localtime(kept.saved_at))})


def autosave_urls(view: Callable[..., Any]) -> list[URLPattern]:
    """Return the addresses to which the form sends what is being typed."""
    return [
        path("saisie/", view(autosave), name="articles_article_autosave_new"),
        path("<int:pk>/saisie/", view(autosave), name="articles_article_autosave"),
    ]


def waiting_autosave(request: HttpRequest, article: Article | None) -> Autosave | None:
    """Return what this officer was typing here and never kept."""
    return Autosave.objects.filter(officer=signed_in(request), article=article).first()


def resumed(request: HttpRequest, article: Article | None) -> dict[str, Any]:
    """Return what was typed, where the officer asks to go on with it; else nothing."""
    if request.method != "GET" or "reprendre" not in request.GET:
        return {}
    kept = waiting_autosave(request, article)
    return dict(kept.typed) if kept else {}


def drop_autosave(request: HttpRequest, article: Article | None) -> None:
    """Forget what was being typed: it is kept as a version, or not wanted."""
    Autosave.objects.filter(officer=signed_in(request), article=article).delete()

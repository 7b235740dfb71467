"""The impression: the article alone on a page made for paper, and the same as a tagged PDF."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from articles import press
from articles.impression import TEMPLATE, impression_context
from articles.models import Article
from articles.presentation import page_tags
from cgtdouanes.files import downloads
from cgtdouanes.pages import kept
from cgtdouanes.pages.memory import LARGEST

# In seconds: when to ask again for what is being made.
SOON = 5
PDF = "application/pdf"


def article_print(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the impression version, as far as this reader may read."""
    article = _article(request, slug)
    return kept(
        render(request, TEMPLATE, impression_context(article, request.user)), *page_tags(article)
    )


def article_pdf(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Serve the PDF of the impression, or say plainly that it is not there (yet)."""
    article = _article(request, slug)
    try:
        response = _pdf(request, article) if article.is_published else _draft(request, article)
    except (press.Unready, FileNotFoundError):
        # It is being made, or was just replaced.
        return _not_there(request, article, "being_made")
    except press.Unavailable:
        return _not_there(request, article, "unavailable")
    except press.Unmade:
        return _not_there(request, article, "unmade")
    # It may become reserved on any day: who keeps it asks each time whether it may still be shown.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _article(request: HttpRequest, slug: str) -> Article:
    articles = Article.objects.visible_to(request.user).select_related("category", "meeting")
    return get_object_or_404(articles, slug=slug)


def _pdf(request: HttpRequest, article: Article) -> HttpResponseBase:
    made = press.asked_for(article, request.user)
    response = downloads.serve(
        request,
        made.file,
        name=f"{article.slug}.pdf",
        content_type=PDF,
        sha256=made.sha256,
        is_shown=True,
    )
    is_visitor = not request.user.is_authenticated and request.method == "GET"
    if is_visitor and isinstance(response, FileResponse) and made.size <= LARGEST:
        # Read whole, it is kept for all visitors as their pages are.
        whole = HttpResponse(response.getvalue(), headers=response.headers)
        # The file alone: an answer that is closed ends the request, and its connections with it.
        if response.file_to_stream:
            response.file_to_stream.close()
        return kept(whole, *page_tags(article))
    return response


def _draft(request: HttpRequest, article: Article) -> HttpResponse:
    """Make the PDF of what is not out, for this officer alone."""
    disposition = {"Content-Disposition": f'inline; filename="{article.slug}.pdf"'}
    content = press.of_draft(article, request.user)
    return HttpResponse(content, content_type=PDF, headers=disposition)


def _not_there(request: HttpRequest, article: Article, why: str) -> HttpResponse:
    context = {"article": article, "why": why}
    response = render(request, "articles/pdf_unavailable.html", context, status=503)
    response.headers["Cache-Control"] = "no-store"
    if why == "being_made":
        response.headers["Retry-After"] = str(SOON)
    return response

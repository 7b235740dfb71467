"""The impression: the article alone on a page made for paper, and the same as a tagged PDF."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string

from articles import pdf
from articles.models import Article
from articles.permissions import reaction_notice
from articles.presentation import modifications, page_tags, paged_body, printed_body
from cgtdouanes.pages import kept
from cgtdouanes.qr_code import qr_code

KEPT_SECONDS = 24 * 3600


def article_print(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the impression version, as far as this reader may read."""
    article = _article(request, slug)
    page = render(request, "articles/article_print.html", _context(request, article))
    return kept(page, *page_tags(article))


def article_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Serve the impression as a PDF, or say plainly that this server cannot make one."""
    article = _article(request, slug)
    if not pdf.is_available():
        return render(request, "articles/pdf_unavailable.html", {"article": article}, status=503)
    context = _context(request, article)
    # Whatever changes the page of one reader or another, from one day to the next: it is made once
    # for each. What is cited is named in the text as the record has it today.
    facts = f"{article.pk} {article.updated_at.isoformat()} {context['notice']}"
    facts = f"{facts} {context['online_url']} {context['body']}"
    key = f"pdf-{hashlib.sha256(facts.encode()).hexdigest()}"
    content = cache.get(key)
    if content is None:
        context["body"] = paged_body(article, request.user)
        context["qr_code"] = qr_code(context["online_url"])
        page = render_to_string("articles/article_print.html", context, request)
        content = pdf.from_html(page, request.user)
        cache.set(key, content, KEPT_SECONDS)
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{article.slug}.pdf"'
    return response


def _article(request: HttpRequest, slug: str) -> Article:
    articles = Article.objects.visible_to(request.user).select_related("category")
    return get_object_or_404(articles, slug=slug)


def _context(request: HttpRequest, article: Article) -> dict[str, Any]:
    return {
        "article": article,
        "body": printed_body(article, request.user),
        "is_truncated": article.is_truncated_for(request.user),
        "online_url": f"{settings.SITE_URL}{article.get_absolute_url()}",
        "modifications": modifications(article),
        "notice": reaction_notice(request.user, article),
        "qr_code": "",
    }

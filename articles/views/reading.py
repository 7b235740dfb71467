"""Reading: the lists, the article, its attachments."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from articles.models import ARTICLES, CATEGORIES, Article, Attachment, Category
from articles.presentation import article_context, page_tags
from cgtdouanes.pages import kept, known
from cgtdouanes.paging import LongList
from members.audiences import audience_of


def article_list(request: HttpRequest) -> HttpResponse:
    """List every published article, the latest first."""
    return _list(request, "articles/article_list.html", category=None)


def category_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """List the articles of one category."""
    category = get_object_or_404(Category, slug=slug)
    return _list(request, "articles/category_detail.html", category=category)


def _list(request: HttpRequest, template: str, *, category: Category | None) -> HttpResponse:
    articles = Article.objects.listed_for(request.user)
    if category:
        articles = articles.filter(category=category)
    name = ("articles", audience_of(request.user), category and category.pk)

    def count() -> int:
        return known(name, articles.order_by().count, ARTICLES)

    context = {
        "category": category,
        "categories": Category.objects.all(),
        "page_obj": LongList(articles, count).get_page(request.GET.get("page")),
    }
    return kept(render(request, template, context), ARTICLES, CATEGORIES, asks=["page"])


def article_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an article as far as this reader may read, and the reactions to who may see them."""
    article = get_object_or_404(Article.objects.opened_by(request.user), slug=slug)
    context = article_context(article, request.user, answering=request.GET.get("repondre", ""))
    return kept(render(request, "articles/article_detail.html", context), *page_tags(article))


def attachment(request: HttpRequest, slug: str, pk: int) -> HttpResponseBase:
    """Serve an attachment to who may read it."""
    attachments = Attachment.objects.visible_to(request.user)
    found = get_object_or_404(attachments, article__slug=slug, pk=pk)
    return found.served_to(request)

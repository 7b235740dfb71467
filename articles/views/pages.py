"""The pages that officers keep."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from articles.models import Page
from cgtdouanes.pages import kept


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one of the pages of the site."""
    found = get_object_or_404(Page.objects.visible_to(request.user), slug=slug)
    return kept(render(request, "articles/page.html", {"page": found}), found.page_tag)

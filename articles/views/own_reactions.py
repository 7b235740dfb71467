"""« Mes réactions »: what a person wrote, in every state, in their own space."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from articles.own_reactions import own_reactions, presented
from members.permissions import signed_in

PER_PAGE = 20


@login_required
@require_safe
def my_reactions(request: HttpRequest) -> HttpResponse:
    """List the person's own reactions, the latest first."""
    user = signed_in(request)
    page = Paginator(own_reactions(user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "lines": presented(page.object_list, user)}
    return render(request, "articles/my_reactions.html", context)

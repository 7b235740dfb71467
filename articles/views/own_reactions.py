"""« Mes réactions »: what a person wrote, in every state, and how to contest a decision."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from articles import moderation
from articles.forms import AppealForm
from articles.own_reactions import own_reactions, presented
from articles.permissions import another_may_answer, can_appeal
from cgtdouanes.typed import signed_in_or_given_back
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


@signed_in_or_given_back
@require_http_methods(["GET", "POST"])
def reaction_appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the author of a hidden reaction ask another officer to decide, once."""
    user = signed_in(request)
    reaction = get_object_or_404(own_reactions(user), pk=pk)
    decision = moderation.last_decision(reaction)
    if decision is None or not can_appeal(user, reaction, decision):
        messages.info(request, "Il n’y a pas, ou plus, de décision à contester ici.")
        return redirect("articles:my_reactions")
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            moderation.appeal(reaction, user, form.cleaned_data["words"])
        except PermissionDenied:
            messages.info(request, "Votre recours est déjà enregistré, ou n’a plus d’objet.")
        else:
            messages.success(request, "Votre recours est envoyé à la modération.")
        return redirect("articles:my_reactions")
    context = {
        "form": form,
        "reaction": reaction,
        "decision": decision,
        "another_decides": another_may_answer(decision),
    }
    return render(request, "articles/reaction_appeal.html", context)

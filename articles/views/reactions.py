"""Reacting: post, correct within minutes, delete, say one word. All works without JavaScript."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from articles import moderation, reacting, reaction_text
from articles.forms import FlagForm, ReactionForm
from articles.models import Article, FlagReason, Reaction, ReactionStatus, Word
from articles.pace import TooSoon
from articles.permissions import (
    can_delete_reaction,
    can_edit_reaction,
    can_flag,
    can_react,
    reaction_notice,
)
from articles.presentation import article_context
from cgtdouanes.text.typography import french_date, french_time
from cgtdouanes.typed import given_back, signed_in_or_given_back, words
from members.permissions import signed_in


@require_http_methods(["GET", "POST"])
def react(request: HttpRequest, slug: str) -> HttpResponse:
    """Post a reaction; who may not is told why, and given back what they had typed."""
    if words(request) and not request.user.is_authenticated:
        return given_back(request, _form_page(slug, request.POST.get("parent", "")))
    article = get_object_or_404(Article.objects.opened_by(request.user), slug=slug)
    if request.method == "GET":
        return redirect(f"{article.get_absolute_url()}#reactions")
    if not can_react(request.user, article):
        return _refused(request, article)
    form = ReactionForm(article, request.user, request.POST)
    if not form.is_valid():
        return _to_complete(request, article, form, status=422)
    try:
        reaction = reacting.post_reaction(
            article,
            signed_in(request),
            form.cleaned_data["body"],
            form.cleaned_data["parent"],
            form.cleaned_data["called"],
        )
    except PermissionDenied:
        return _refused(request, article)
    except TooSoon as error:
        form.add_error("body", _when(error.until))
        return _to_complete(request, article, form, status=429)
    if reaction.status == ReactionStatus.PENDING:
        messages.success(request, "Votre réaction sera montrée après relecture.")
    else:
        messages.success(request, "Votre réaction est publiée.")
    return redirect(reaction)


@signed_in_or_given_back
@require_http_methods(["GET", "POST"])
def reaction_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let the author correct a reaction during the minutes that follow it."""
    reaction = _own_reaction(request, slug, pk)
    if not can_edit_reaction(request.user, reaction):
        return _refused(request, reaction.article)
    initial = {"body": reaction.body}
    form = ReactionForm(reaction.article, request.user, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            reacting.correct_reaction(
                reaction, signed_in(request), form.cleaned_data["body"], form.cleaned_data["called"]
            )
        except PermissionDenied:
            return _refused(request, reaction.article)
        messages.success(request, "Votre réaction est modifiée.")
        return redirect(reaction)
    context = {"form": form, "reaction": reaction, "article": reaction.article}
    return render(request, "articles/reaction_form.html", context)


@signed_in_or_given_back
@require_http_methods(["GET", "POST"])
def reaction_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask, then delete the author's own reaction."""
    reaction = _own_reaction(request, slug, pk)
    if not can_delete_reaction(request.user, reaction):
        return _refused(request, reaction.article)
    if request.method == "POST":
        try:
            reacting.withdraw_reaction(reaction, signed_in(request))
        except PermissionDenied:
            return _refused(request, reaction.article)
        messages.success(request, "Votre réaction est supprimée.")
        return redirect(f"{reaction.article.get_absolute_url()}#reactions")
    context = {"reaction": reaction, "article": reaction.article}
    return render(request, "articles/reaction_confirm_delete.html", context)


@require_http_methods(["GET", "POST"])
def say(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Say one word of an article, or of a reaction to it, or take it back: sent twice, as once."""
    article = get_object_or_404(Article.objects.opened_by(request.user), slug=slug)
    place = f"{article.get_absolute_url()}#avis{f'-{pk}' if pk else ''}"
    if request.method == "GET":
        return redirect(place)
    is_taken_back = "take_back" in request.POST
    word = request.POST.get("take_back" if is_taken_back else "word", "")
    if not can_react(request.user, article) or word not in Word:
        return _refused(request, article)
    reaction = None
    if pk is not None:
        reaction = get_object_or_404(article.reactions.visible_to(request.user), pk=pk)
    try:
        change = reacting.take_back if is_taken_back else reacting.say
        change(Word(word), signed_in(request), article, reaction)
    except PermissionDenied:
        return _refused(request, article)
    return redirect(place)


@signed_in_or_given_back
@require_http_methods(["GET", "POST"])
def reaction_flag(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Let an adherent signal a reaction to the officers, once, and see what became of it."""
    article = get_object_or_404(Article.objects.opened_by(request.user), slug=slug)
    reactions = article.reactions.visible_to(request.user).select_related("author", "article")
    reaction = get_object_or_404(reactions, pk=pk)
    user = signed_in(request)
    own = reaction.flags.select_related("decision").filter(by=user).first()
    if own is None and not can_flag(user, reaction):
        raise PermissionDenied
    form = FlagForm(request.POST or None)
    if request.method == "POST" and own is None and form.is_valid():
        moderation.flag(
            reaction, user, FlagReason(form.cleaned_data["reason"]), form.cleaned_data["words"]
        )
        messages.success(request, "Merci : votre signalement est transmis à la modération.")
        return redirect(reaction)
    context = {
        "article": article,
        "reaction": reaction,
        "text": reaction_text.shown(reaction.body if reaction.is_readable else ""),
        "form": form,
        "own": own,
    }
    return render(request, "articles/reaction_flag.html", context)


def _form_page(slug: str, parent: str) -> str:
    """Return where a reaction is written, or an answer; the article may be unknown to who asks."""
    answering = f"?repondre={parent}" if parent.isdecimal() else ""
    return f"{reverse('articles:detail', args=[slug])}{answering}#reagir"


def _to_complete(
    request: HttpRequest, article: Article, form: ReactionForm, status: int
) -> HttpResponse:
    """Give the form back with what was typed, and with what is to be done about it."""
    context = article_context(
        article, request.user, form=form, answering=request.POST.get("parent", "")
    )
    return render(request, "articles/article_detail.html", context, status=status)


def _when(until: datetime) -> str:
    """Say when the next reaction will be taken, to the minute that follows."""
    moment = timezone.localtime(until) + timedelta(seconds=59)
    day = "" if moment.date() == timezone.localdate() else f" le {french_date(moment.date())}"
    return (
        f"Laissez un peu de place aux autres : vous pourrez publier cette réaction{day} à partir "
        f"de {french_time(moment)}. Votre texte est resté ici, rien n’est perdu."
    )


def _own_reaction(request: HttpRequest, slug: str, pk: int) -> Reaction:
    """Return the signed-in person's own reaction; another's answers 404 like one that is not."""
    reactions = Reaction.objects.filter(author=signed_in(request)).select_related("article")
    return get_object_or_404(
        reactions, pk=pk, article__slug=slug, article__in=Article.objects.visible_to(request.user)
    )


def _refused(request: HttpRequest, article: Article) -> HttpResponse:
    context = {
        "article": article,
        "notice": reaction_notice(request.user, article),
        "typed": words(request),
    }
    return render(request, "articles/reaction_refused.html", context, status=403)

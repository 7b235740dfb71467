"""The versions of an article: read one, compare two, take one up again, decide about the last."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from articles import editorial
from articles.accessibility import remarks
from articles.admin.access import for_writers
from articles.differences import body_changed, facts_changed
from articles.models import Article, Decision, DraftLink, Revision, Status
from articles.permissions import can_approve, can_publish
from articles.presentation import preview_context
from cgtdouanes.dates import validate_year
from cgtdouanes.text.typography import french_date, french_time
from members.permissions import signed_in

OUTDATED = "Une version plus récente a été enregistrée : relisez-la avant de décider."
# Where an article is before readers, or will be by itself.
PUBLIC = {Status.PUBLISHED, Status.SCHEDULED}
SAID = {
    Decision.SUBMITTED: "La relecture est demandée.",
    Decision.RETURNED: "La version est renvoyée à la rédaction.",
    Decision.APPROVED: "Cette version est approuvée.",
    Decision.UNSCHEDULED: "L’article n’est plus programmé : c’est de nouveau un brouillon.",
    Decision.ARCHIVED: "L’article est archivé : les lecteurs ne le voient plus.",
}


class DraftLinkForm(forms.ModelForm):
    class Meta:
        model = DraftLink
        fields = ["reader"]
        labels = {"reader": "Pour qui"}
        help_texts = {"reader": "Ce nom est écrit en travers de la page. Un lien par personne."}
        error_messages = {"reader": {"required": "Dites à qui ce lien est confié."}}


class DecisionForm(forms.Form):
    """What is decided about a version, and why."""

    decision = forms.ChoiceField(choices=Decision.choices)
    revision = forms.ModelChoiceField(Revision.objects.none())
    reason = forms.CharField(
        required=False,
        max_length=300,
        error_messages={"max_length": "Le motif tient en 300 caractères."},
    )
    at = forms.SplitDateTimeField(
        required=False,
        validators=[validate_year],
        error_messages={
            "invalid_date": "Donnez le jour comme 31/12/2026.",
            "invalid_time": "Donnez l’heure comme 18:30.",
        },
    )

    def __init__(self, article: Article, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].queryset = article.revisions.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        decision, at = cleaned.get("decision"), cleaned.get("at")
        if decision == Decision.RETURNED and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Dites pourquoi : la rédaction en a besoin.")
        if decision == Decision.SCHEDULED and not self.errors:
            if not at:
                self.add_error("at", "Donnez le jour et l’heure de la publication.")
            elif at <= timezone.now():
                self.add_error("at", "Ce moment est passé : choisissez-en un à venir.")
        return cleaned


def urls(view: Callable[..., Any]) -> list[URLPattern]:
    """Return the addresses of these pages; the history itself has that of Django's admin."""
    return [
        path("<int:pk>/decision/", view(decide), name="articles_article_decide"),
        path("<int:pk>/versions/comparer/", view(compare), name="articles_article_compare"),
        path("<int:pk>/versions/<int:number>/", view(version), name="articles_article_version"),
        path("<int:pk>/liens/", view(draft_links), name="articles_article_draft_links"),
        path(
            "<int:pk>/versions/<int:number>/reprendre/",
            view(restore),
            name="articles_article_restore",
        ),
    ]


@for_writers
def history(
    request: HttpRequest, article: Article, form: DecisionForm | None = None
) -> HttpResponse:
    """Show every version with the decisions about it, and what may be decided now."""
    revisions = list(article.revisions.select_related("author").prefetch_related("events__by"))
    newest = revisions[0] if revisions else None
    state = editorial.review_state(newest) if newest else None
    publishes = can_publish(request.user)
    is_ahead = bool(newest and newest.number > article.shown_number)
    # Nothing is left to read of what readers see already, or will at its hour.
    to_read = newest if is_ahead or article.status not in PUBLIC else None
    context = {
        **admin.site.each_context(request),
        "title": "Versions de l’article",
        "article": article,
        "revisions": revisions,
        "newest": newest,
        "state": state,
        "is_ahead": is_ahead,
        "is_published": article.status == Status.PUBLISHED,
        "may": {
            "submit": bool(to_read) and state not in (Decision.SUBMITTED, Decision.APPROVED),
            "approve": to_read is not None and can_approve(request.user, to_read),
            "send_back": bool(newest) and publishes and state == Decision.SUBMITTED,
            "publish": bool(newest) and publishes,
            "archive": publishes and article.status == Status.PUBLISHED,
            "unschedule": publishes and article.status == Status.SCHEDULED,
        },
        "form": form or DecisionForm(article),
        "links": DraftLink.objects.open()
        .filter(revision__article=article)
        .select_related("revision"),
        "link_form": DraftLinkForm(),
        "remarks": remarks(newest.body) if newest else [],
        "site_url": settings.SITE_URL,
    }
    return TemplateResponse(request, "admin/articles/article/history.html", context)


@for_writers
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a decision about one exact version."""
    article = get_object_or_404(Article, pk=pk)
    form = DecisionForm(article, request.POST)
    if not form.is_valid():
        response = history(request, article, form)
        response.status_code = 422
        return response
    decision = Decision(form.cleaned_data["decision"])
    try:
        _decide(request, article, decision, form.cleaned_data)
    except editorial.Outdated:
        messages.error(request, OUTDATED)
    except editorial.NotApproved:
        messages.error(
            request, "Une deuxième personne du bureau doit d’abord approuver cette version."
        )
    return redirect("admin:articles_article_history", article.pk)


@for_writers
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show the article as it was in this version, in the site's own page."""
    article = get_object_or_404(Article, pk=pk)
    revision = get_object_or_404(article.revisions.select_related("category"), number=number)
    article = editorial.as_in(revision, article)
    context = preview_context(article, request.user, editorial.attachments_of(revision))
    return render(request, "articles/article_detail.html", context | {"revision": revision})


@for_writers
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what changed from one version to another, word by word."""
    article = get_object_or_404(Article, pk=pk)
    revisions = article.revisions.select_related("author", "category", "meeting")
    numbers = sorted(
        int(asked) if (asked := request.GET.get(name, "")).isdecimal() else 0
        for name in ("de", "a")
    )
    before, after = (get_object_or_404(revisions, number=number) for number in numbers)
    context = {
        **admin.site.each_context(request),
        "title": f"De la version {before.number} à la version {after.number}",
        "article": article,
        "before": before,
        "after": after,
        "facts": facts_changed(before, after),
        "lines": body_changed(before.body, after.body),
        "is_laid_out_anew": before.body != after.body,
    }
    return TemplateResponse(request, "admin/articles/article/comparison.html", context)


@for_writers
@require_POST
def draft_links(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the newest version to read by a link, or take such a link back."""
    article = get_object_or_404(Article, pk=pk)
    page = redirect("admin:articles_article_history", article.pk)
    if revoked := request.POST.get("revoke", ""):
        links = DraftLink.objects.open().filter(revision__article=article)
        if revoked.isdecimal() and links.filter(pk=revoked).update(revoked_at=timezone.now()):
            messages.success(request, "Le lien ne fonctionne plus.")
        return page
    form = DraftLinkForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["reader"][0]))
        return page
    form.instance.revision = editorial.begin(article)
    form.instance.created_by = signed_in(request)
    form.save()
    messages.success(request, "Le lien est prêt : copiez-le pour la personne qui relit.")
    return page


@for_writers
@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take up an older version again, as the newest one."""
    article = get_object_or_404(Article, pk=pk)
    revision = get_object_or_404(article.revisions, number=number)
    kept = editorial.restore(revision, signed_in(request))
    messages.success(
        request,
        f"La version {number} est reprise : c’est maintenant la version {kept.number}"
        + (", à publier pour que les lecteurs la voient." if article.is_settled else "."),
    )
    return redirect("admin:articles_article_history", article.pk)


def differences_with_typed(form: Any) -> Any:
    """Return what the text being typed changes to the version that somebody else kept."""
    return body_changed(form.newer.body, form.cleaned_data.get("body", ""))


def say_published(request: HttpRequest, article: Article) -> None:
    """Tell the officer that it is out, or when it will be."""
    link = format_html('<a href="{}">{}</a>', article.get_absolute_url(), article.title)
    if article.status == Status.SCHEDULED and article.published_at:
        day, hour = french_date(article.published_at), french_time(article.published_at)
        messages.success(
            request, format_html("L’article paraîtra le {} à {} : {}", day, hour, link)
        )
    else:
        messages.success(request, format_html("L’article est publié : {}", link))


def _decide(
    request: HttpRequest, article: Article, decision: Decision, cleaned: dict[str, Any]
) -> None:
    revision, by, reason = cleaned["revision"], signed_in(request), cleaned["reason"]
    match decision:
        case Decision.SUBMITTED:
            editorial.submit(revision, by)
        case Decision.RETURNED:
            editorial.send_back(revision, by, reason)
        case Decision.APPROVED:
            editorial.approve(revision, by)
        case Decision.UNSCHEDULED:
            editorial.unschedule(article, by)
        case Decision.ARCHIVED:
            editorial.archive(article, by, reason)
        case Decision.SCHEDULED | Decision.PUBLISHED:
            moment = cleaned["at"] if decision == Decision.SCHEDULED else None
            say_published(request, editorial.publish(revision, by, at=moment, reason=reason))
            return
    messages.success(request, SAID[decision])

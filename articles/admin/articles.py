"""The officers' desk for articles: write, preview, keep, publish."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.forms.widgets import Script
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from articles import editorial
from articles.accessibility import fingerprint, remarks
from articles.admin import versions
from articles.admin.article_form import ArticleForm
from articles.admin.attachments import AttachmentFormSet, AttachmentInline
from articles.admin.autosaves import autosave_urls, drop_autosave, resumed, waiting_autosave
from articles.admin.from_meeting import from_meeting
from articles.admin.illustrations import illustration_urls
from articles.admin.writing import WritingAdmin
from articles.citations import card, matching, visible
from articles.models import Article
from articles.permissions import can_publish, can_write
from articles.presentation import preview_context
from cgtdouanes.text.typography import french
from members.permissions import signed_in

TO_APPROVE = (
    "C’est enregistré. Une deuxième personne du bureau doit approuver cette version avant sa "
    "publication : la relecture est demandée."
)
NOT_OUT_YET = (
    "Seul le bureau voit ce que vous venez d’enregistrer. Pour le faire relire, le programmer ou "
    "le publier : "
)
TO_MEND = (
    "C’est enregistré, pas encore publié : le texte est difficile à lire pour certaines personnes. "
    "Voyez ci-dessous ce qui peut être corrigé ; vous pouvez aussi publier tel quel."
)


@admin.register(Article)
class ArticleAdmin(WritingAdmin):
    """Write, preview, keep, publish. What is kept of a published article waits beside it."""

    add_title = "Nouvel article"

    form = ArticleForm
    list_display = ["title", "category", "status", "readers", "published_at"]
    list_select_related = ["category"]
    list_filter = ["status", "visibility", "category"]
    date_hierarchy = "published_at"
    search_fields = ["title", "kicker", "lead"]
    autocomplete_fields = ["meeting"]
    readonly_fields = ["writer"]
    inlines = [AttachmentInline]
    fieldsets = [
        (None, {"fields": ["kicker", "title", "slug", "lead", "body"]}),
        ("Où et pour qui", {"fields": ["category", "keywords", "meeting", "visibility"]}),
        (
            "Réactions",
            {"fields": ["reactions_policy", "reactions_days", "reactions_interval"]},
        ),
    ]

    class Media:
        js = [Script("js/autosave.js", type="module")]

    @admin.display(description="rédigé par")
    def writer(self, article: Article) -> str:
        return article.author.public_name if article.author else "—"

    @admin.display(description="visible par", ordering="visibility")
    def readers(self, article: Article) -> str:
        return "jusqu’à la coupure" if article.is_teaser else article.get_visibility_display()

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Article | None = None
    ) -> dict[str, Sequence[str]]:
        """Propose the address from the title, until readers may have noted it."""
        return {} if obj and obj.published_at else {"slug": ["title"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Article | None = None) -> list[str]:
        """What readers may have noted, or are waiting for, is not changed in passing."""
        told = ["writer", "byline"]
        if obj and obj.is_settled:
            return [*told, "slug", "published_at"]
        return [*told, "slug"] if obj and obj.published_at else told

    def get_fieldsets(self, request: HttpRequest, obj: Article | None = None) -> Any:
        publication = ["published_at", "writer", "seen"]
        if obj and obj.is_published:
            publication.insert(0, "reason")
        if obj and obj.byline:
            publication.insert(-1, "byline")
        return [*self.fieldsets, ("Publication", {"fields": publication})]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Article | None:
        """Return what was kept last; to keep more, the article is held until the end."""
        queryset = self.get_queryset(request)
        if request.method == "POST" and connection.in_atomic_block:
            queryset = queryset.select_for_update(of=("self",))
        article = queryset.filter(pk=object_id).first() if object_id.isdecimal() else None
        return editorial.working_copy(article) if article else None

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        preview = view(self.preview)
        return [
            path("citations/", view(self.citable), name="articles_article_citations"),
            path(
                "reunion/<int:meeting>/compte-rendu/",
                view(from_meeting),
                name="articles_article_from_meeting",
            ),
            path("apercu/", preview, name="articles_article_preview_new"),
            path("<int:pk>/apercu/", preview, name="articles_article_preview"),
            *autosave_urls(view),
            *illustration_urls(view),
            *versions.urls(view),
            *super().get_urls(),
        ]

    def citable(self, request: HttpRequest) -> JsonResponse:
        """Tell the editor what may be cited, by words, or what these values name."""
        if not can_write(request.user):
            raise PermissionDenied
        if values := request.GET.getlist("value"):
            found = list(visible(values, request.user).values())
        else:
            found = matching(request.GET.get("q", ""), request.user)
        return JsonResponse({"results": [card(cited) for cited in found]})

    def preview(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Show the article as typed, in the site's own page, without saving anything."""
        if not can_write(request.user):
            raise PermissionDenied
        obj = get_object_or_404(Article, pk=pk) if pk else None
        form = self.get_form(request, obj, change=bool(obj))(
            request.POST or None, request.FILES or None, instance=obj
        )
        form.minds_newer = False
        if not form.is_valid():
            return render(request, "articles/preview_errors.html", {"form": form}, status=422)
        article = form.instance
        article.prepare()
        attachments = article.attachments.shown() if article.pk else []
        context = preview_context(article, request.user, attachments)
        context["remarks"] = remarks(article.body)
        return render(request, "articles/article_detail.html", context)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Open the form; the button that publishes is for who may."""
        if "_publish" in request.POST and not can_publish(request.user):
            raise PermissionDenied
        return super().changeform_view(request, *args, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_changeform_initial_data(request) | resumed(request, None)

    def get_form(
        self, request: HttpRequest, obj: Article | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Begin with what was being typed, for the officer who asks to go on with it."""
        form = super().get_form(request, obj, change, **kwargs)
        typed = resumed(request, obj) if obj else {}
        if reason := request.GET.get("reason"):
            typed["reason"] = reason[:300]
        if typed:
            return partial(form, initial=typed)
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        article, form = context["original"], context["adminform"].form
        found = remarks(article.body) if article else []
        context |= {
            "can_publish": can_publish(request.user),
            "pending": editorial.pending_revision(article) if article else None,
            "autosave": waiting_autosave(request, article),
            "is_resumed": bool(resumed(request, article)),
            "newer": form.newer,
            "remarks": found,
            "remarks_seen": fingerprint(found),
            "differences": versions.differences_with_typed(form) if form.newer else None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Save an article that is new; what changes one is written with its version, at the end."""
        form.add_illustration(obj)
        if change:
            # What it was is noted before its attachments change.
            editorial.begin(obj)
        else:
            obj.author = signed_in(request)
            super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Keep a version of the whole: the text with its attachments."""
        super().save_related(request, form, formsets, change)
        drop_autosave(request, form.instance if change else None)
        if not change:
            editorial.begin(form.instance)
        elif form.rewrites or any(formset.has_changed() for formset in formsets):
            attached = [
                attachment
                for formset in formsets
                if isinstance(formset, AttachmentFormSet)
                for attachment in formset.attached
            ]
            editorial.keep(form.instance, signed_in(request), attached)

    def response_add(
        self, request: HttpRequest, obj: Article, post_url_continue: str | None = None
    ) -> HttpResponse:
        if "_publish" in request.POST:
            return self._publish(request, obj)
        response = super().response_add(request, obj, post_url_continue)
        self._tell_what_comes_next(request, obj)
        return response

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        if "_publish" in request.POST:
            return self._publish(request, obj)
        response = super().response_change(request, obj)
        self._tell_what_comes_next(request, obj)
        return response

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the versions and the decisions about them."""
        article = self.get_object(request, object_id)
        if article is None:
            raise Http404
        return versions.history(request, article)

    def _tell_what_comes_next(self, request: HttpRequest, obj: Article) -> None:
        """Lead from what was kept to where it is read and published, unless readers see it."""
        if obj.is_settled and not editorial.pending_revision(obj):
            return
        address = reverse("admin:articles_article_history", args=[obj.pk])
        way = format_html('<a href="{}">ouvrez ses versions</a>', address)
        self.message_user(request, format_html("{}{}.", french(NOT_OUT_YET), way))

    def _publish(self, request: HttpRequest, obj: Article) -> HttpResponse:
        """Publish what was just kept; where two officers are needed, ask for the second one."""
        revision = editorial.begin(obj)
        if (found := remarks(revision.body)) and (
            fingerprint(found) != request.POST.get("remarks_seen")
        ):
            self.message_user(request, TO_MEND, messages.WARNING)
            said = urlencode({"reason": request.POST.get("reason", "")})
            return redirect(f"{reverse('admin:articles_article_change', args=[obj.pk])}?{said}")
        try:
            article = editorial.publish(
                revision,
                signed_in(request),
                at=obj.published_at,
                reason=request.POST.get("reason", "")[:300],
            )
        except editorial.NotApproved:
            editorial.submit(revision, signed_in(request))
            self.message_user(request, TO_APPROVE, messages.WARNING)
            return redirect("admin:articles_article_history", obj.pk)
        versions.say_published(request, article)
        return redirect("admin:articles_article_changelist")

"""The officers' desk for what is published: articles with their attachments, and rubriques."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.text import slugify

from articles import (
    moderation_admin,  # noqa: F401  registers the moderators' desk
    services,
)
from articles.citations import card, matching, visible
from articles.editor import allow_in_csp
from articles.models import Article, Attachment, Category, Status
from articles.permissions import can_publish, can_write
from articles.presentation import preview_context
from articles.report import NoCategory, calls_for_report, report_of, reserved_left_out
from cgtdouanes.desk import DeskAdmin
from meetings.models import Meeting
from members.permissions import signed_in

ALREADY = "Un article parle déjà de cette réunion : le voici."
NOT_YET = "Un compte rendu se rédige une fois la réunion tenue : vérifiez son état et sa date."
NO_CATEGORY = (
    "Un article a toujours une rubrique, et il n’y en a pas encore. "
    "Le secrétariat en crée une dans « Rubriques » ; revenez ensuite ici."
)
WRITABLE_STATUSES = {Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED, Status.ARCHIVED}


@admin.register(Category)
class CategoryAdmin(DeskAdmin):
    add_title = "Nouvelle rubrique"
    list_display = ["title", "parent", "position"]
    list_editable = ["position"]
    list_select_related = ["parent"]
    search_fields = ["title"]
    prepopulated_fields = {"slug": ["title"]}


class AttachmentInline(admin.StackedInline):
    model = Attachment
    view_on_site = False
    template = "admin/articles/attachments_inline.html"
    extra = 1
    fields = ["file", "title", "kind", "visibility"]
    formfield_overrides = {models.FileField: {"widget": forms.FileInput}}

    class Media:
        js = [Script("js/formset.js", type="module")]


class ArticleForm(forms.ModelForm):
    """An article as officers type it; to publish is asked by the button or by the state."""

    class Meta:
        model = Article
        exclude = ["author"]  # noqa: DJ006  the admin's fieldsets list the fields shown
        widgets = {"lead": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"slug": {"unique": "Cette adresse est déjà celle d’un autre article."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if slug := self.fields.get("slug"):
            slug.required = False
            slug.help_text = "La fin de l’adresse de la page. Vide : elle est tirée du titre."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "_publish" in self.data:
            cleaned["status"] = Status.PUBLISHED
        if "slug" in cleaned and cleaned.get("title"):
            cleaned["slug"] = self._slug(cleaned["slug"], cleaned["title"])
        return cleaned

    def _slug(self, given: str, title: str) -> str:
        """Keep the address that was chosen; find a free one where it only comes from the title."""
        is_proposed = self.instance._state.adding and slugify(title).startswith(given)
        if given and not is_proposed:
            return given
        return Article.objects.exclude(pk=self.instance.pk).free_slug(given or title)


@admin.register(Article)
class ArticleAdmin(DeskAdmin):
    """Write, preview, publish: the three buttons under the form."""

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
        ("Où et pour qui", {"fields": ["category", "meeting", "visibility", "reactions_policy"]}),
        ("Publication", {"fields": ["status", "published_at", "writer"]}),
    ]

    class Media:
        css = {"all": ["css/editor.css"]}
        js = [Script("js/unsaved.js", type="module")]

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
        return ["writer", "slug"] if obj and obj.published_at else ["writer"]

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        """What readers see is changed by who may publish."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (not obj or not obj.is_published or can_publish(request.user))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the states that this officer may give; the server accepts no other."""
        if db_field.name == "status":
            offered = WRITABLE_STATUSES - (
                set() if can_publish(request.user) else {Status.PUBLISHED}
            )
            kwargs["choices"] = [choice for choice in Status.choices if choice[0] in offered]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(self.preview)
        citable = self.admin_site.admin_view(self.citable)
        return [
            path("citations/", citable, name="articles_article_citations"),
            path(
                "reunion/<int:meeting>/compte-rendu/",
                self.admin_site.admin_view(self.from_meeting),
                name="articles_article_from_meeting",
            ),
            path("apercu/", preview, name="articles_article_preview_new"),
            path("<int:pk>/apercu/", preview, name="articles_article_preview"),
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
        obj = get_object_or_404(Article, pk=pk) if pk else None
        if not can_write(request.user):
            raise PermissionDenied
        form = self.get_form(request, obj, change=bool(obj))(
            request.POST or None, request.FILES or None, instance=obj
        )
        if not form.is_valid():
            return render(request, "articles/preview_errors.html", {"form": form}, status=422)
        article = form.instance
        article.prepare()
        return render(
            request, "articles/article_detail.html", preview_context(article, request.user)
        )

    def from_meeting(self, request: HttpRequest, meeting: int) -> HttpResponse:
        """Make the draft of a meeting's report, or open what exists unless asked for another."""
        if not can_write(request.user):
            raise PermissionDenied
        about = get_object_or_404(Meeting.objects.visible_to(request.user), pk=meeting)
        page = redirect("admin:meetings_meeting_change", about.pk)
        if request.method != "POST":
            return page
        if not calls_for_report(about):
            self.message_user(request, NOT_YET, messages.ERROR)
            return page
        try:
            article, is_new = report_of(
                about, signed_in(request), another="another" in request.POST
            )
        except NoCategory:
            self.message_user(request, NO_CATEGORY, messages.ERROR)
            return page
        if is_new:
            self.message_user(request, _drafted(about), messages.SUCCESS)
        else:
            self.message_user(request, ALREADY, messages.WARNING)
        return redirect("admin:articles_article_change", article.pk)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Open the form; the editor's import map and style sheet are its only inline parts."""
        if "_publish" in request.POST and not can_publish(request.user):
            raise PermissionDenied
        response = super().changeform_view(request, *args, **kwargs)
        return allow_in_csp(request, response)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["can_publish"] = can_publish(request.user)
        context["files_to_choose_again"] = bool(request.FILES)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: Article, post_url_continue: str | None = None
    ) -> HttpResponse:
        if "_publish" in request.POST:
            return self._published(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Article) -> HttpResponse:
        if "_publish" in request.POST:
            return self._published(request, obj)
        return super().response_change(request, obj)

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        """Save, keep who began the article, and tell adherents of what is published."""
        if not change:
            obj.author = signed_in(request)
        services.save_article(obj)

    def _published(self, request: HttpRequest, obj: Article) -> HttpResponse:
        said = format_html(
            'L’article est publié : <a href="{}">{}</a>', obj.get_absolute_url(), obj.title
        )
        self.message_user(request, said, messages.SUCCESS)
        return redirect("admin:articles_article_changelist")


def _drafted(meeting: Meeting) -> str:
    """What to tell the officer whose draft has just been made."""
    said = "Le brouillon reprend tout ce qui est noté de la réunion : à vous de le réécrire."
    match reserved_left_out(meeting):
        case 0:
            return said
        case 1:
            rest = "Un point réservé aux adhérent·es n’y est pas"
        case number:
            rest = f"{number} points réservés aux adhérent·es n’y sont pas"
    return f"{said} {rest} : la réunion est publique, et son compte rendu aussi."

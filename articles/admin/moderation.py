"""The moderators' desk: what waits to be read, with all that helps to decide."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import Truncator

from articles import moderation
from articles.admin.moderation_cards import CHANGED, DecisionForm, cards
from articles.models import Reaction, Verdict
from articles.permissions import can_moderate
from cgtdouanes.officers.desk import DeskAdmin
from cgtdouanes.officers.read_only import FixedList
from members.permissions import signed_in

PER_PAGE = 10
SAID = {
    Verdict.SHOW: "La réaction est montrée.",
    Verdict.HIDE: "La réaction est masquée.",
    Verdict.KEEP: "La réaction reste en place.",
}


@admin.register(Reaction)
class ReactionAdmin(FixedList, DeskAdmin):
    list_display = ["excerpt", "status", "created_at", "author_name", "on"]
    list_select_related = ["author", "article"]
    list_filter = ["status", "created_at"]
    ordering = ["-created_at", "-pk"]
    show_full_result_count = False
    search_fields = ["body", "article__title"]
    finds_first_only = True
    reads_latest_by = "created_at"
    actions = None

    @admin.display(description="réaction")
    def excerpt(self, reaction: Reaction) -> str:
        return Truncator(reaction.body).chars(70) or f"({reaction.get_status_display()})"

    @admin.display(description="article")
    def on(self, reaction: Reaction) -> str:
        return Truncator(reaction.article.title).chars(40)

    @admin.display(description="de")
    def author_name(self, reaction: Reaction) -> str:
        return reaction.author_name

    def get_urls(self) -> list[URLPattern]:
        queue = self.admin_site.admin_view(self.queue)
        return [path("a-moderer/", queue, name="articles_reaction_queue"), *super().get_urls()]

    def queue(self, request: HttpRequest) -> HttpResponse:
        """Show what waits for a moderator, and decide without leaving the page."""
        if not can_moderate(request.user):
            raise PermissionDenied
        decided, tried = self._decide(request, request.POST.get("reaction", ""))
        if decided:
            return redirect("admin:articles_reaction_queue")
        waiting = _complete(Reaction.objects.to_moderate())
        page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
        context = {"title": "Réactions à modérer", "page_obj": page, "is_queue": True}
        return self._render(request, page.object_list, tried, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one reaction, whether it waits or not."""
        if not can_moderate(request.user):
            raise PermissionDenied
        decided, tried = self._decide(request, object_id)
        if decided:
            return redirect("admin:articles_reaction_changelist")
        reactions = _complete(Reaction.objects.filter(pk=_key(object_id)))
        if not (found := list(reactions)):
            raise Http404
        context = {"title": "Réaction", "page_obj": None, "is_queue": False}
        return self._render(request, found, tried, context)

    def _decide(self, request: HttpRequest, key: str) -> tuple[bool, DecisionForm | None]:
        """Carry out what was posted; return whether it was, or the form to complete."""
        if request.method != "POST":
            return False, None
        reactions = Reaction.objects.select_related("article")
        reaction = get_object_or_404(reactions, pk=_key(key))
        verdicts = moderation.possible_verdicts(reaction, moderation.waiting_appeal(reaction))
        form = DecisionForm(reaction, reaction.flags.all(), verdicts, request.POST)
        if not form.is_valid():
            return False, form
        verdict = Verdict(form.cleaned_data["decision"])
        reason = form.cleaned_data["moderation_reason"]
        try:
            decision = moderation.decide(reaction, signed_in(request), verdict, reason)
        except moderation.Outdated:
            form.add_error(None, CHANGED)
            return False, form
        self.log_change(request, reaction, f"Décision : {decision.get_verdict_display()}.")
        messages.success(request, SAID[verdict])
        return True, None

    def _render(
        self,
        request: HttpRequest,
        reactions: Iterable[Reaction],
        tried: DecisionForm | None,
        context: dict[str, Any],
    ) -> HttpResponse:
        context |= {
            "opts": self.opts,
            "cards": cards(list(reactions), signed_in(request), tried),
            **self.admin_site.each_context(request),
        }
        return TemplateResponse(request, "admin/articles/moderation.html", context)


def _key(typed: str) -> int:
    """The number of a row; one that no row has, for anything else."""
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0


def _complete(reactions: Any) -> Any:
    return reactions.select_related("author", "article", "parent__author")

"""The desk of what came from the old site: the reports of the imports, the meetings to confirm."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from articles.models import MeetingProposal, ProposalState, Section, SpipImport
from articles.permissions import can_write
from articles.spip import proposals
from articles.spip.findings import Outcome
from articles.spip.reports import OUTCOMES
from cgtdouanes.officers.desk import DeskAdmin
from cgtdouanes.officers.read_only import ReadOnly
from cgtdouanes.text.typography import french_time
from members.models import User
from members.permissions import signed_in

# A section of a report shows its first lines; a page of its own has them all.
SHOWN = 20
PER_PAGE = 100
DECIDED = "Quelqu’un a déjà décidé de cette réunion."
NO_DAY = "Donnez d’abord le jour de la réunion."


@admin.register(SpipImport)
class SpipImportAdmin(ReadOnly, DeskAdmin):
    list_display = ["started_at", "dump", "articles"]

    @admin.display(description="articles ajoutés ou mis à jour")
    def articles(self, made: SpipImport) -> int:
        rows = [row for row in made.counts if row["kind"] == "articles"]
        return sum(row[Outcome.CREATED] + row[Outcome.UPDATED] for row in rows)

    def has_view_permission(self, request: HttpRequest, obj: SpipImport | None = None) -> bool:
        return can_write(request.user)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the report: the counts and the first lines of each section, or one whole section."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        made = self.get_object(request, object_id)
        if made is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": str(made).capitalize(),
            "made": made,
            "counts": [_counted(row) for row in made.counts],
            "to_confirm": MeetingProposal.objects.filter(state=ProposalState.PROPOSED).count(),
        }
        asked = request.GET.get("section", "")
        if asked in Section:
            lines = made.lines.filter(section=asked)
            page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
            context |= {"section": Section(asked), "page_obj": page}
            return TemplateResponse(request, "admin/articles/spipimport/section.html", context)
        context["sections"] = _sections(made)
        return TemplateResponse(request, "admin/articles/spipimport/report.html", context)


def _counted(row: dict[str, Any]) -> tuple[str, list[tuple[str, int]]]:
    """What a row of counts says, in words: the kind, and the outcomes that came about."""
    return row["kind"], [(words, row[each]) for each, words in OUTCOMES.items() if row[each]]


def _sections(made: SpipImport) -> list[dict[str, Any]]:
    """The sections that have lines, with their first ones."""
    totals = dict(made.lines.order_by().values_list("section").annotate(total=Count("pk")))
    return [
        {
            "section": section,
            "total": totals[section],
            "lines": made.lines.filter(section=section)[:SHOWN],
            "more": max(totals[section] - SHOWN, 0),
        }
        for section in Section
        if section in totals
    ]


@admin.register(MeetingProposal)
class MeetingProposalAdmin(DeskAdmin):
    """Correct, confirm or refuse, one by one or those that are ticked. Nothing is made unasked."""

    list_display = ["title", "kind", "on", "about", "state"]
    list_filter = ["state", "kind"]
    list_select_related = ["article"]
    search_fields = ["title", "article__title"]
    date_hierarchy = "on"
    autocomplete_fields = ["meeting"]
    fields = ["about", "kind", "title", "on", "meeting"]
    readonly_fields = ["about"]
    actions = ["confirm_ticked", "refuse_ticked"]
    change_form_template = "admin/articles/meetingproposal/change_form.html"

    @admin.display(description="article")
    def about(self, proposal: MeetingProposal) -> str:
        url = reverse("admin:articles_article_change", args=[proposal.article_id])
        return format_html('<a href="{}">{}</a>', url, proposal.article.title)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: MeetingProposal | None = None
    ) -> bool:
        """What is decided is only read."""
        is_open = obj is None or obj.state == ProposalState.PROPOSED
        return is_open and super().has_change_permission(request, obj)

    def response_change(self, request: HttpRequest, obj: MeetingProposal) -> HttpResponse:
        """Save what was corrected, then do what was asked."""
        here = redirect("admin:articles_meetingproposal_change", obj.pk)
        if "_refuse" in request.POST:
            self._decide(request, obj, _refuse)
        elif "_confirm" in request.POST:
            try:
                self._decide(request, obj, _confirm)
            except proposals.NoDay:
                messages.error(request, NO_DAY)
                return here
        else:
            return super().response_change(request, obj)
        return redirect(f"{reverse('admin:articles_meetingproposal_changelist')}?{OPEN}")

    @admin.action(description="Confirmer ce qui est coché", permissions=["change"])
    def confirm_ticked(self, request: HttpRequest, queryset: QuerySet[MeetingProposal]) -> None:
        """Confirm those that have a day, and say how many have none."""
        done, without = 0, 0
        for proposal in queryset.filter(state=ProposalState.PROPOSED).order_by("on", "pk"):
            try:
                proposals.confirm(proposal, signed_in(request))
                done += 1
            except proposals.NoDay:
                without += 1
            except proposals.AlreadyDecided:
                continue
        _tell_done(request, done, "réunion confirmée", "réunions confirmées")
        if done:
            messages.info(request, f"Où l’heure n’est pas connue, {_HOUR} est noté : corrigez-la.")
        if without == 1:
            messages.error(request, "Une réunion n’a pas de jour : ouvrez-la pour le donner.")
        elif without:
            messages.error(
                request, f"{without} réunions n’ont pas de jour : ouvrez-les pour le donner."
            )

    @admin.action(description="Refuser ce qui est coché", permissions=["change"])
    def refuse_ticked(self, request: HttpRequest, queryset: QuerySet[MeetingProposal]) -> None:
        done = 0
        for proposal in queryset.filter(state=ProposalState.PROPOSED).order_by("pk"):
            with suppress(proposals.AlreadyDecided):
                proposals.refuse(proposal, signed_in(request))
                done += 1
        _tell_done(request, done, "réunion refusée", "réunions refusées")

    def _decide(
        self,
        request: HttpRequest,
        proposal: MeetingProposal,
        decide: Callable[[MeetingProposal, User], str],
    ) -> None:
        try:
            messages.success(request, decide(proposal, signed_in(request)))
        except proposals.AlreadyDecided:
            messages.warning(request, DECIDED)


def _tell_done(request: HttpRequest, done: int, one: str, several: str) -> None:
    if done:
        messages.success(request, f"{done} {several if done > 1 else one}.")
    else:
        messages.warning(request, "Rien n’était à décider dans ce qui est coché.")


_HOUR = french_time(proposals.USUAL_HOUR)
OPEN = f"state__exact={ProposalState.PROPOSED}"


def _confirm(proposal: MeetingProposal, by: User) -> str:
    meeting, is_new = proposals.confirm(proposal, by)
    url = reverse("admin:meetings_meeting_change", args=[meeting.pk])
    if not is_new:
        return format_html(
            'L’article est lié à une réunion déjà connue : <a href="{}">{}</a>', url, meeting
        )
    readers = "" if meeting.is_public else " Elle n’est montrée qu’aux adhérent·es."
    return format_html(
        'La réunion est créée : <a href="{}">{}</a>. Son heure n’est pas connue : {} est noté, '
        "corrigez-la si vous la connaissez.{}",
        url,
        meeting,
        _HOUR,
        readers,
    )


def _refuse(proposal: MeetingProposal, by: User) -> str:
    proposals.refuse(proposal, by)
    return f"« {proposal.article.title} » n’est lié à aucune réunion."

"""The secretary's journal: who changed what in the record, as a whole and object by object."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from cgtdouanes.officers.desk import DeskAdmin
from meetings.changes import Subject
from meetings.journal import NOBODY, Followed, Log, people
from meetings.permissions import can_read_journal

PER_PAGE = 30


class JournalFilter(forms.Form):
    """Whose changes, and of what."""

    personne = forms.ChoiceField(label="Qui", required=False)
    objet = forms.ChoiceField(
        label="Quoi", required=False, choices=[("", "Tout"), *Subject.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].error_messages["invalid_choice"] = "Choisissez dans la liste."
        persons = [(str(person.pk), f"{person.display_name} {person.email}") for person in people()]
        self.fields["personne"].choices = [  # type: ignore[attr-defined]
            ("", "Tout le monde"),
            *persons,
            (NOBODY, "Sans compte : système ou compte supprimé"),
        ]


class JournalledAdmin(DeskAdmin):
    """The desk of what the journal follows: its history is for who may read the journal."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the changes of one object and of what hangs on it."""
        if not can_read_journal(request.user):
            raise PermissionDenied
        about = self.get_object(request, unquote(object_id))
        if about is None:
            raise Http404
        return _page(request, f"Historique : {about}", about)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write what changed: the journal does not tell of forms sent back as they were."""
        if form.has_changed() or not change:
            super().save_model(request, obj, form, change)


def journal(request: HttpRequest) -> HttpResponse:
    """Show the changes of the whole record."""
    if not can_read_journal(request.user):
        raise PermissionDenied
    return _page(request, "Journal des réunions")


def journal_url() -> URLPattern:
    """Return the address of the journal, for the desk of the meetings."""
    return path("journal/", admin.site.admin_view(journal), name="meetings_journal")


def _page(request: HttpRequest, title: str, about: Followed | None = None) -> HttpResponse:
    form = JournalFilter(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    log = Log(chosen.get("objet", ""), chosen.get("personne", ""), about)
    context = {
        **admin.site.each_context(request),
        "title": title,
        "about": about,
        "form": form,
        "page_obj": Paginator(cast(Any, log), PER_PAGE).get_page(request.GET.get("page")),
    }
    return TemplateResponse(request, "admin/meetings/journal.html", context)

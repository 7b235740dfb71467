"""The officers' desk for meetings: one page a meeting, and what is done before and after it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.text import slugify

from meetings import services
from meetings.admin.after_meeting import after_meeting
from meetings.admin.agenda import COMPACT_TEXT, AgendaItemInline
from meetings.admin.documents import DocumentFormSet, DocumentInline, already_given
from meetings.admin.fields import PlainLists
from meetings.admin.journal import JournalledAdmin, journal_url
from meetings.admin.owed import owed
from meetings.due import still_owed
from meetings.models import Meeting
from members.permissions import signed_in

# What a meeting takes from the one that it follows, for its officer to change.
SAME_AS_BEFORE = ("kind", "title", "place", "visibility")


class MeetingForm(forms.ModelForm):
    """A meeting as officers type it; its address is found for them when they leave it empty."""

    class Meta:
        model = Meeting
        exclude = ()  # noqa: DJ006  the admin's fieldsets list the fields shown
        help_texts = {
            "slug": "La fin de l’adresse de la page. Vide : elle est tirée du titre.",
            "ends_at": "L’heure suffit quand la réunion finit le jour où elle commence.",
        }
        error_messages = dict.fromkeys(
            ["starts_at", "ends_at"],
            {
                "invalid_date": "Donnez la date ainsi : 27/01/2025.",
                "invalid_time": "Donnez l’heure ainsi : 9h30, ou 09:30.",
            },
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        typed = self.data
        if typed.get("ends_at_1") and not typed.get("ends_at_0"):
            # No field of this form has several values.
            self.data = dict(typed.items()) | {"ends_at_0": typed.get("starts_at_0", "")}
        if slug := self.fields.get("slug"):
            slug.required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "slug" in cleaned:
            # Emptied, it stays what it was: the form is shown again with links to the page.
            cleaned["slug"] = cleaned["slug"] or self.initial.get("slug", "")
            if cleaned.get("title") and cleaned.get("starts_at"):
                cleaned["slug"] = self._slug(cleaned)
        return cleaned

    def _slug(self, cleaned: dict[str, Any]) -> str:
        """Keep the address that was chosen; find a free one where it only comes from the title."""
        given = cleaned["slug"]
        from_title = slugify(cleaned["title"])[:100] or "reunion"
        if given and not (self.instance._state.adding and given == from_title):
            return str(given)
        dated = f"{from_title}-{cleaned['starts_at']:%Y-%m-%d}"
        free = [from_title, dated, *(f"{dated}-{number}" for number in range(2, 10))]
        taken = set(Meeting.objects.filter(slug__in=free).values_list("slug", flat=True))
        return next((slug for slug in free if slug not in taken), dated)


@admin.register(Meeting)
class MeetingAdmin(PlainLists, JournalledAdmin):
    add_title = "Nouvelle réunion"
    form = MeetingForm
    list_display = ["title", "kind", "starts_at", "status", "visibility"]
    list_filter = ["kind", "status", "visibility"]
    date_hierarchy = "starts_at"
    search_fields = ["title", "place"]
    autocomplete_fields = ["follows"]
    prepopulated_fields = {"slug": ["title"]}
    formfield_overrides = COMPACT_TEXT
    inlines = [AgendaItemInline, DocumentInline]
    fieldsets = [
        (None, {"fields": ["kind", "title", "starts_at", "ends_at", "place", "status"]}),
        ("D’où elle vient, et qui y va", {"fields": ["follows", "delegation"]}),
        ("Pour qui, et à quelle adresse", {"fields": ["visibility", "slug"]}),
    ]

    class Media:
        js = [forms.widgets.Script("js/unsaved.js", type="module")]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/reste-du/", view(owed), name="meetings_meeting_owed"),
            path("<int:pk>/suites/", view(after_meeting), name="meetings_meeting_after"),
            journal_url(),
            *super().get_urls(),
        ]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Prepare the meeting that follows another: `?follows=` and its key."""
        asked = request.GET.get("follows", "")
        meetings = Meeting.objects.visible_to(request.user)
        former = meetings.filter(pk=asked).first() if asked.isdecimal() else None
        if not former:
            return {}
        return {"follows": former.pk} | {name: getattr(former, name) for name in SAME_AS_BEFORE}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["files_to_choose_again"] = bool(request.FILES)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:
        """Save what changed, and tell adherents of it."""
        if form.has_changed() or not change:
            services.save_meeting(obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if isinstance(formset, DocumentFormSet):
            for document in formset.given_files():
                if notice := already_given(document):
                    self.message_user(request, notice, messages.WARNING)

    def response_post_save_add(self, request: HttpRequest, obj: Meeting) -> HttpResponseRedirect:
        """Go on with what the meetings before this one left unanswered."""
        if obj.follows and still_owed(obj, signed_in(request)):
            return redirect("admin:meetings_meeting_owed", obj.pk)
        return super().response_post_save_add(request, obj)

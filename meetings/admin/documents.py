"""The documents of a meeting at the desk, and the word about a file that was already given."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.forms.widgets import Script
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cgtdouanes.officers.read_only import WithoutPages
from cgtdouanes.text.typography import french_date
from meetings.admin.fields import NATIVE_DATE, PlainLists, PointChoice
from meetings.models import AgendaItem, Document, Meeting
from meetings.wording import the_meeting


class DocumentFormSet(BaseInlineFormSet):
    """A document stays when the point that it was about is deleted in the same go."""

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> Document:
        _forget_deleted_point(form.instance)
        return super().save_new(form, commit)

    def save_existing(self, form: forms.ModelForm, obj: Document, commit: bool = True) -> Document:
        _forget_deleted_point(form.instance)
        return super().save_existing(form, obj, commit)

    def given_files(self) -> list[Document]:
        """The documents whose file has just been stored."""
        replaced = [obj for obj, changed in self.changed_objects if "file" in changed]
        return [*self.new_objects, *replaced]


def _forget_deleted_point(document: Document) -> None:
    point = document.agenda_item_id
    if point and not AgendaItem.objects.filter(pk=point).exists():
        document.agenda_item = None


def already_given(document: Document) -> SafeString | None:
    """Say where the very same file was given before, if it was."""
    same = Document.objects.same_file_as(document).first()
    if not same:
        return None
    received = f", reçu le {french_date(same.received_on)}" if same.received_on else ""
    where = "cette réunion" if same.meeting_id == document.meeting_id else the_meeting(same.meeting)
    return format_html(
        "Le fichier de « {} » est enregistré. Ce fichier est le même, à l’octet près, que "
        '« <a href="{}">{}</a> »{} pour {}.',
        document.title,
        same.get_absolute_url(),
        same.title,
        received,
        where,
    )


class DocumentInline(PlainLists, admin.StackedInline):
    model = Document
    formset = DocumentFormSet
    view_on_site = False
    template = "admin/meetings/documents_inline.html"
    extra = 1
    fields = ["kind", "title", "file", "received_on", "visibility", "agenda_item"]
    formfield_overrides = {
        models.FileField: {"widget": forms.FileInput},
        models.DateField: NATIVE_DATE,
    }

    class Media:
        js = [Script("js/formset.js", type="module")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        return Document.objects.visible_to(request.user).select_related("meeting")

    def get_fields(self, request: HttpRequest, obj: Meeting | None = None) -> Any:
        """Before the meeting is saved there is no point to choose yet."""
        fields = ["kind", "title", "file", "received_on", "visibility"]
        return [*fields, "agenda_item"] if obj else fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A document is about a point of its own meeting."""
        if db_field.name == "agenda_item" and request.resolver_match:
            meeting = request.resolver_match.kwargs.get("object_id")
            points = AgendaItem.objects.visible_to(request.user).filter(meeting=meeting)
            kwargs["queryset"] = points.with_origin().in_outline()
            kwargs |= {"empty_label": "toute la réunion", "form_class": PointChoice}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Document)
class DocumentAdmin(WithoutPages):
    search_fields = ["title", "meeting__title"]
    ordering = ["-meeting__starts_at", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        documents = Document.objects.visible_to(request.user).select_related("meeting")
        return documents.order_by(*self.ordering)

    @staticmethod
    def autocomplete_label(document: Document) -> str:
        return f"{document.title} — {document.meeting}"

"""The officers' desk for the pages of the site: their text changes, their list does not."""

from typing import Any

from django.contrib import admin
from django.forms.widgets import Script
from django.http import HttpRequest

from articles.editor import allow_in_csp
from articles.models import Page
from cgtdouanes.desk import DeskAdmin


@admin.register(Page)
class PageAdmin(DeskAdmin):
    list_display = ["title", "updated_at"]
    fields = ["title", "body"]

    class Media:
        css = {"all": ["css/editor.css"]}
        js = [Script("js/unsaved.js", type="module")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Open the form; the editor's import map and style sheet are its only inline parts."""
        return allow_in_csp(request, super().changeform_view(request, *args, **kwargs))

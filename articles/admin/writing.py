"""The desk of what is written in the rich text editor."""

from typing import Any

from django.forms.widgets import Script
from django.http import HttpRequest

from articles.editor import allow_in_csp
from cgtdouanes.officers.desk import DeskAdmin


class WritingAdmin(DeskAdmin):
    """A form with the editor, which asks before unsaved writing is left."""

    class Media:
        css = {"all": ["css/editor.css"]}
        js = [Script("js/unsaved.js", type="module")]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Open the form; the editor's import map and style sheet are its only inline parts."""
        return allow_in_csp(request, super().changeform_view(request, *args, **kwargs))

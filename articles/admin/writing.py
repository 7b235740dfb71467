"""The desk of what is written in the rich text editor."""

from typing import Any

from django.forms.widgets import Script
from django.http import HttpRequest, HttpResponse

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

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Tell the form whether its files are to be chosen again: no browser keeps them."""
        context |= {"files_to_choose_again": bool(request.FILES)}
        return super().render_change_form(request, context, *args, **kwargs)

"""The officers' desk for the pages of the site: their text changes, their list does not."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from articles.accessibility import remarks
from articles.admin.illustrations import IllustratedForm, page_illustration_urls
from articles.admin.writing import WritingAdmin
from articles.models import Page
from cgtdouanes.officers.read_only import FixedList


@admin.register(Page)
class PageAdmin(FixedList, WritingAdmin):
    form = IllustratedForm
    list_display = ["title", "updated_at"]
    fields = ["title", "body"]

    def get_urls(self) -> list[URLPattern]:
        return [*page_illustration_urls(self.admin_site.admin_view), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        page = context["original"]
        context |= {"remarks": remarks(page.body) if page else []}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Page, form: Any, change: bool) -> None:
        """Save the text with the illustration that ends it, where one was given by the form."""
        form.add_illustration(obj)
        super().save_model(request, obj, form, change)

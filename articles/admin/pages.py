"""The officers' desk for the pages of the site: their text changes, their list does not."""

from django.contrib import admin
from django.http import HttpRequest

from articles.admin.writing import WritingAdmin
from articles.models import Page


@admin.register(Page)
class PageAdmin(WritingAdmin):
    list_display = ["title", "updated_at"]
    fields = ["title", "body"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        return False

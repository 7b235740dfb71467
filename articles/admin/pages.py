"""The officers' desk for the pages of the site: their text changes, their list does not."""

from django.contrib import admin

from articles.admin.writing import WritingAdmin
from articles.models import Page
from cgtdouanes.officers.read_only import FixedList


@admin.register(Page)
class PageAdmin(FixedList, WritingAdmin):
    list_display = ["title", "updated_at"]
    fields = ["title", "body"]

"""The officers' desk for the rubriques."""

from django.contrib import admin

from articles.models import Category
from cgtdouanes.officers.desk import DeskAdmin


@admin.register(Category)
class CategoryAdmin(DeskAdmin):
    add_title = "Nouvelle rubrique"
    list_display = ["title", "parent", "position"]
    list_editable = ["position"]
    list_select_related = ["parent"]
    search_fields = ["title"]
    prepopulated_fields = {"slug": ["title"]}

"""What officers do not type at the desk: a list that the site keeps, pages that are only read."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class FixedList(admin.ModelAdmin):
    """Nobody adds to the list, nor deletes from it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(FixedList):
    """Read, and nothing else."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class WithoutPages(admin.ModelAdmin):
    """Typed on the page of what it belongs to; elsewhere it is found by its words, no more."""

    def get_urls(self) -> list[Any]:
        return []

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

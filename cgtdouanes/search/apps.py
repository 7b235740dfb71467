"""The search as a Django app: it has tables, and a command that fills them again."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "cgtdouanes.search"
    label = "search"
    verbose_name = "Recherche"

"""The project as a Django app: its commands, its checks and its admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class ProjectConfig(AppConfig):
    name = "cgtdouanes"
    verbose_name = "CGT Douanes"

    def ready(self) -> None:
        from cgtdouanes import checks  # noqa: F401, PLC0415  registers the start-up checks


class AdminConfig(DjangoAdminConfig):
    default_site = "cgtdouanes.admin_site.OfficersSite"

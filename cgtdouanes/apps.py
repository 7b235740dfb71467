"""The project as a Django app: its commands, its checks and its admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class ProjectConfig(AppConfig):
    name = "cgtdouanes"
    verbose_name = "CGT Douanes"

    def ready(self) -> None:
        # Readable only once the models are there; the first one registers the start-up checks.
        from cgtdouanes import checks, doctor, server  # noqa: F401, PLC0415

        doctor.register(*server.LOOKS, in_database=False)
        doctor.register(*server.IN_DATABASE, in_database=True)


class AdminConfig(DjangoAdminConfig):
    default_site = "cgtdouanes.admin_site.OfficersSite"

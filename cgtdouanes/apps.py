"""The project as a Django app: its commands, its checks and its admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class ProjectConfig(AppConfig):
    name = "cgtdouanes"
    verbose_name = "CGT Douanes"

    def ready(self) -> None:
        # Readable only once the models are there; the first one registers the start-up checks.
        from cgtdouanes import checks  # noqa: F401, PLC0415
        from cgtdouanes.operations import doctor, server, surroundings  # noqa: F401, PLC0415

        for found in (server, surroundings):
            doctor.register(*found.LOOKS, in_database=False)
            doctor.register(*found.IN_DATABASE, in_database=True)


class AdminConfig(DjangoAdminConfig):
    default_site = "cgtdouanes.officers.admin_site.OfficersSite"

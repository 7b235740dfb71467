"""The app that knows what was negotiated."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Réunions"

    def ready(self) -> None:
        # Models are ready only now.
        from cgtdouanes.officers.officers_home import register  # noqa: PLC0415
        from meetings import emails, holdings, officers_home, search  # noqa: PLC0415
        from members import personal_data  # noqa: PLC0415

        emails.register_kinds()
        personal_data.register(*holdings.HOLDINGS)
        search.register()
        register(officers_home.panels)

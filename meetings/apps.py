"""The app that knows what was negotiated."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Réunions"

    def ready(self) -> None:
        from meetings import emails, holdings, search  # noqa: PLC0415  models are ready only now
        from members import personal_data  # noqa: PLC0415

        emails.register_kinds()
        personal_data.register(*holdings.HOLDINGS)
        search.register()

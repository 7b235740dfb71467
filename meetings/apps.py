"""The app that knows what was negotiated."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Réunions"

    def ready(self) -> None:
        from meetings import holdings  # noqa: PLC0415  models come first
        from members import personal_data  # noqa: PLC0415

        personal_data.register(*holdings.HOLDINGS)

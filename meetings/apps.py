"""The app that knows what was negotiated."""

from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = "Réunions"

    def ready(self) -> None:
        from meetings import emails  # noqa: PLC0415  models are ready only now

        emails.register_kinds()

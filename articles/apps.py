"""The app that knows what is published."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Publications"

    def ready(self) -> None:
        from articles import holdings  # noqa: PLC0415  models come first
        from members import personal_data  # noqa: PLC0415

        personal_data.register(*holdings.HOLDINGS)

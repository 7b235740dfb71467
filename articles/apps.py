"""The app that knows what is published."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Publications"

    def ready(self) -> None:
        from articles import emails, holdings, search  # noqa: PLC0415  models are ready only now
        from members import personal_data  # noqa: PLC0415

        emails.register_kinds()
        personal_data.register(*holdings.HOLDINGS)
        search.register()

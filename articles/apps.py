"""The app that knows what is published."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Publications"

    def ready(self) -> None:
        from articles import emails  # noqa: PLC0415  models are ready only now

        emails.register_kinds()

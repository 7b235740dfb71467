"""The app that knows what is published."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Publications"

    def ready(self) -> None:
        # Models are ready only now.
        from articles import emails, holdings, officers_home, search  # noqa: PLC0415
        from cgtdouanes.officers_home import register  # noqa: PLC0415
        from members import personal_data  # noqa: PLC0415

        emails.register_kinds()
        personal_data.register(*holdings.HOLDINGS)
        search.register()
        register(officers_home.panels)

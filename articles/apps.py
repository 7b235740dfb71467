"""The app that knows what is published."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = "Publications"

    def ready(self) -> None:
        # Models are ready only now.
        from articles import (  # noqa: PLC0415
            doctor,
            emails,
            holdings,
            moderation_holdings,
            officers_home,
            reaction_holdings,
            retention_rules,
            search,
        )
        from cgtdouanes.officers.officers_home import register  # noqa: PLC0415
        from cgtdouanes.operations.doctor import register as register_looks  # noqa: PLC0415
        from members import personal_data, retention  # noqa: PLC0415

        emails.register_kinds()
        personal_data.register(
            *reaction_holdings.HOLDINGS, *moderation_holdings.HOLDINGS, *holdings.HOLDINGS
        )
        retention.register(*retention_rules.RULES)
        search.register()
        register_looks(doctor.scheduled, in_database=True)
        register_looks(doctor.printed, in_database=True)
        register_looks(doctor.printing, in_database=False)
        register(officers_home.panels)

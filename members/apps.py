"""The app that knows who the adherents and the officers are."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "Adhérent·es"

    def ready(self) -> None:
        from members import (  # noqa: PLC0415  models come first
            departure,
            holdings,
            personal_data,
            retention,
            retention_rules,
            traces,
        )
        from members.mail import letters  # noqa: PLC0415

        letters.register(departure.FAREWELL_LETTER)
        letters.register(retention_rules.WARNING)
        personal_data.register(*holdings.HOLDINGS, *traces.HOLDINGS)
        retention.register(*retention_rules.RULES)

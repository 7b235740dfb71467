"""The app that knows who the adherents and the officers are."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "Adhérent·es"

    def ready(self) -> None:
        # Readable only once the models are there.
        from cgtdouanes.officers.officers_home import register as register_panels  # noqa: PLC0415
        from cgtdouanes.operations.doctor import register as register_looks  # noqa: PLC0415
        from members import (  # noqa: PLC0415
            accesses,
            departure,
            doctor,
            holdings,
            officers_home,
            personal_data,
            retention,
            retention_rules,
            traces,
        )
        from members.joining import holdings as joined  # noqa: PLC0415
        from members.joining import letters as joining  # noqa: PLC0415
        from members.mail import holdings as wishes  # noqa: PLC0415
        from members.mail.letters import register  # noqa: PLC0415
        from members.sign_in import holdings as ways_in  # noqa: PLC0415
        from members.sign_in import services as sign_in  # noqa: PLC0415

        for kind in [
            *sign_in.LETTERS,
            *joining.LETTERS,
            departure.FAREWELL_LETTER,
            retention_rules.WARNING,
        ]:
            register(kind)
        for part in (holdings, joined, ways_in, wishes, traces, accesses):
            personal_data.register(*part.HOLDINGS)
        retention.register(*retention_rules.RULES)
        register_looks(*doctor.LOOKS, in_database=True)
        register_panels(officers_home.panels)

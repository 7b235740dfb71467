"""The app that knows who the adherents and the officers are."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "Adhérent·es"

    def ready(self) -> None:
        # Readable only once the models are there.
        from members.mail.letters import register  # noqa: PLC0415
        from members.sign_in.services import LETTERS  # noqa: PLC0415

        for kind in LETTERS:
            register(kind)

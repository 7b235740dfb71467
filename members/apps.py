"""The app that knows who the adherents and the officers are."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "Adhérent·es"

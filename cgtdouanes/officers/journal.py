"""The history of what is kept: every change, with the account that made it."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords

# The reason noted for a change that no account made: a command, a shell.
BY_THE_SYSTEM = "système"


class ChangeKind(models.TextChoices):
    """What a row of a history tells of: django-simple-history's `history_type`."""

    CREATION = "+", "création"
    MODIFICATION = "~", "modification"
    DELETION = "-", "suppression"


@dataclass(frozen=True)
class FieldChange:
    """A field and its values as they are read on screen, empty where there was nothing."""

    label: str
    before: str
    after: str


class Journal(HistoricalRecords):
    """A history in which a change by nobody and one by an account deleted since are told apart."""

    def get_change_reason_for_object(
        self, instance: Any, history_type: str, using: str | None
    ) -> str | None:
        """Note why, or that no account is behind the change."""
        reason = super().get_change_reason_for_object(instance, history_type, using)
        return reason or (None if self.get_history_user(instance) else BY_THE_SYSTEM)

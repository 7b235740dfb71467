"""The history of what is kept: every change, with the account that made it."""

from typing import Any

from simple_history.models import HistoricalRecords

# The reason noted for a change that no account made: a command, a shell.
BY_THE_SYSTEM = "système"


class Journal(HistoricalRecords):
    """A history in which a change by nobody and one by an account deleted since are told apart."""

    def get_change_reason_for_object(
        self, instance: Any, history_type: str, using: str | None
    ) -> str | None:
        """Note why, or that no account is behind the change."""
        reason = super().get_change_reason_for_object(instance, history_type, using)
        return reason or (None if self.get_history_user(instance) else BY_THE_SYSTEM)

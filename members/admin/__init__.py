"""The officers' desk for people, one module per subject."""

from members.admin import accounts, mandates, memberships, second_factors

__all__ = ["accounts", "mandates", "memberships", "second_factors"]

"""The officers' desk for people, one module per subject."""

from members.admin import accounts, mail, mandates, memberships

__all__ = ["accounts", "mail", "mandates", "memberships"]

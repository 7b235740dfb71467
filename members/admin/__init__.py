"""The officers' desk for people, one module per subject."""

from members.admin import accounts, audit, mandates, memberships

__all__ = ["accounts", "audit", "mandates", "memberships"]

"""The officers' desk for people, one module per subject."""

from members.admin import (
    access_requests,
    accounts,
    audit,
    mail,
    mandates,
    memberships,
    second_factors,
)

__all__ = [
    "access_requests",
    "accounts",
    "audit",
    "mail",
    "mandates",
    "memberships",
    "second_factors",
]

"""Who may keep the record of the meetings, and who reads the journal of its changes."""

from members.models import Role
from members.permissions import Reader, holds_role, reads_reserved


def can_keep_record(user: Reader) -> bool:
    """Those who write reports keep meetings, demands and commitments."""
    return holds_role(user, Role.EDITOR, Role.PUBLISHER)


def can_read_journal(user: Reader) -> bool:
    """The secretary reads who changed what in the record."""
    return holds_role(user, Role.SECRETARY)


def can_follow(user: Reader) -> bool:
    """Who reads what is reserved follows demands, and is told what becomes of them."""
    return reads_reserved(user)


def can_have_calendar(user: Reader) -> bool:
    """A calendar of one's own is for who reads what is reserved."""
    return reads_reserved(user)

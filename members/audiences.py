"""The two audiences of what is published: who comes by, and who reads what is reserved."""

from django.contrib.auth.models import AnonymousUser

from cgtdouanes.search.models import Audience
from members.models import Status, User
from members.permissions import Reader, reads_reserved


def audience_of(user: Reader) -> Audience:
    """Return the audience that this person belongs to, as of today."""
    return Audience.MEMBERS if reads_reserved(user) else Audience.VISITORS


def reader_of(audience: Audience) -> Reader:
    """Return someone of this audience who is no one in particular and holds no role."""
    if audience == Audience.VISITORS:
        return AnonymousUser()
    adherent = User()
    # Both are looked up in the database otherwise, and kept.
    adherent.member_status = Status.ACTIVE
    adherent.running_roles = frozenset()
    return adherent

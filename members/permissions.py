"""The rules about people that every app asks: who is an adherent, who holds which role."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from members.models import Role, Status, User

Reader = User | AnonymousUser


def signed_in(request: HttpRequest) -> User:
    """Return the account behind a request that a door has already found to be signed in."""
    assert isinstance(request.user, User)  # noqa: S101  for the type checker
    return request.user


def is_adherent(user: Reader) -> bool:
    """A person whose membership runs today, grace period included."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.member_status in {Status.ACTIVE, Status.GRACE}
    )


def holds_role(user: Reader, *roles: Role) -> bool:
    """An officer with one of these roles today; the secretary and the superuser hold them all."""
    if not (isinstance(user, User) and user.is_active):
        return False
    return user.is_superuser or bool(user.roles & {Role.SECRETARY, *roles})


def reads_reserved(user: Reader) -> bool:
    """Adherents, and the officers who write, publish or moderate, read what is reserved."""
    return is_adherent(user) or holds_role(user, Role.EDITOR, Role.PUBLISHER, Role.MODERATOR)


def can_manage_account(user: Reader, account: User) -> bool:
    """Officers' accounts are changed by the secretary, the superuser's by a superuser alone.

    Whoever changes an account's address can have its password reset: it must not be a ladder.
    """
    if account.is_superuser:
        return user.is_authenticated and user.is_superuser
    if account.is_staff:
        return holds_role(user, Role.SECRETARY)
    return holds_role(user, Role.MEMBERSHIP_MANAGER)


def can_close_account(user: Reader, account: User) -> bool:
    """The secretary, for who asks by letter; one's own account is left from one's own space."""
    return (
        holds_role(user, Role.SECRETARY)
        and can_manage_account(user, account)
        and user.pk != account.pk
    )

"""The rules about people that every app asks: who is an adherent, who holds which role."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from members.models import Mandate, Membership, Role, User
from members.models.membership import CURRENT

Reader = User | AnonymousUser


def signed_in(request: HttpRequest) -> User:
    """Return the account behind a request that a door has already found to be signed in."""
    assert isinstance(request.user, User)  # noqa: S101  for the type checker
    return request.user


def is_adherent(user: Reader) -> bool:
    """A person whose membership runs today, grace period included."""
    return isinstance(user, User) and user.is_active and user.member_status in CURRENT


def holds_role(user: Reader, *roles: Role) -> bool:
    """An officer with one of these roles today; the secretary and the superuser hold them all.

    In a session where officers owe a second factor, only once it was used: a stolen password does
    not read a draft, nor what is reserved by mandate.
    """
    if not (isinstance(user, User) and user.is_active):
        return False
    return user.acts_as_superuser or bool(user.roles & {Role.SECRETARY, *roles})


def reads_reserved(user: Reader) -> bool:
    """Adherents, and the officers who write, publish or moderate, read what is reserved."""
    return is_adherent(user) or holds_role(user, Role.EDITOR, Role.PUBLISHER, Role.MODERATOR)


def can_invite(user: Reader) -> bool:
    """Those who keep the list of adherents invite them, and revoke an invitation."""
    return holds_role(user, Role.MEMBERSHIP_MANAGER)


def can_decide_access(user: Reader) -> bool:
    """Those who keep the list of adherents read the requests for access, and decide."""
    return holds_role(user, Role.MEMBERSHIP_MANAGER)


def readers() -> QuerySet[User]:
    """The accounts of those who read what is reserved: adherents and these officers.

    The twin of `reads_reserved`, for whom the section writes to: a superuser who is neither keeps
    the site, and reads no news of it.
    """
    adherents = Membership.objects.current().filter(user__isnull=False).values("user")
    roles = [Role.EDITOR, Role.PUBLISHER, Role.MODERATOR, Role.SECRETARY]
    officers = Mandate.objects.running().filter(role__in=roles).values("user")
    return User.objects.filter(Q(pk__in=adherents) | Q(pk__in=officers), is_active=True)


def can_manage_account(user: Reader, account: User) -> bool:
    """Officers' accounts are changed by the secretary, the superuser's by a superuser alone.

    Whoever changes an account's address can have its password reset: it must not be a ladder.
    """
    if account.is_superuser:
        return isinstance(user, User) and user.acts_as_superuser
    if account.is_staff:
        return holds_role(user, Role.SECRETARY)
    return holds_role(user, Role.MEMBERSHIP_MANAGER)


def can_remove_second_factor(user: Reader, account: User) -> bool:
    """The secretary, for who has lost it; for a superuser, another superuser. Nobody for oneself.

    Whoever can do it must not climb by it: one's own factor is changed on one's own page.
    """
    if account == user:
        return False
    if account.is_superuser:
        return isinstance(user, User) and user.acts_as_superuser
    return holds_role(user, Role.SECRETARY)


def can_read_audit(user: Reader) -> bool:
    """The secretary reads who saw and changed what about the members."""
    return holds_role(user, Role.SECRETARY)


def can_close_account(user: Reader, account: User) -> bool:
    """The secretary, for who asks by letter; one's own account is left from one's own space."""
    return (
        holds_role(user, Role.SECRETARY)
        and can_manage_account(user, account)
        and user.pk != account.pk
    )

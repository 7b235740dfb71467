"""Inviting adherents to open their account, and what they do with the link: the verbs.

Each is whole or does not happen. Inviting thousands takes a few queries per batch of them, and
keeps no more than one batch in memory.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, TextChoices
from django.db.models.functions import Lower
from django.utils import timezone

from members.joining.letters import INVITATION
from members.mail.outbox import queue_to_addresses
from members.models import Invitation, InvitationState, Membership, User
from members.models.invitation import WELCOME

BATCH = 500
# How many people a report names for each reason; the list of adherents finds the others.
NAMED = 20

LINK = ["address", "nonce", "token_hash", "invited_by", "invited_at", "expires_at"]
OUTCOME = ["accepted_at", "revoked_at"]


class Verdict(TextChoices):
    """What becomes of a membership when everybody is invited."""

    INVITED = "invited"
    WAITING = "waiting"
    HAS_ACCOUNT = "has_account"
    NO_ADDRESS = "no_address"
    ENDED = "ended"
    SHARED_ADDRESS = "shared_address"
    ADDRESS_TAKEN = "address_taken"
    ACCOUNT_CLOSED = "account_closed"


@dataclass
class Report:
    """How many of each verdict, the first people of each, and the keys of all who are invited."""

    counts: Counter[Verdict] = field(default_factory=Counter)
    people: dict[Verdict, list[Membership]] = field(default_factory=lambda: defaultdict(list))
    invited: list[int] = field(default_factory=list)

    def add(self, membership: Membership, verdict: Verdict) -> None:
        self.counts[verdict] += 1
        if verdict == Verdict.INVITED:
            self.invited.append(membership.pk)
        if len(self.people[verdict]) < NAMED:
            self.people[verdict].append(membership)


class LinkIsDead(Exception):
    """The link no longer opens anything: it was used, replaced or revoked, or its time is over."""


def foresee(memberships: QuerySet[Membership], before: datetime | None = None) -> Report:
    """Tell what `invite` would do, and change nothing."""
    report = Report()
    for batch in _batches(memberships):
        for membership, verdict in _judge(_read(batch), before):
            report.add(membership, verdict)
    return report


@transaction.atomic
def invite(
    memberships: QuerySet[Membership], officer: User, before: datetime | None = None
) -> Report:
    """Send an invitation to each of these people who may have one, and tell what was done.

    An invitation that still runs is left alone, unless it was sent before the moment `before`:
    then a new link replaces it. Whoever clicks twice on a page gives twice the moment at which
    that page was shown: the second click finds nothing left to replace.
    """
    report = Report()
    queue_to_addresses(_issue(memberships, officer, before, report), INVITATION)
    return report


@transaction.atomic
def revoke(membership: Membership) -> bool:
    """Make the link of a membership's invitation dead, and tell whether there was one to kill."""
    waiting = Invitation.objects.in_state(InvitationState.WAITING)
    return bool(waiting.filter(membership=membership).update(revoked_at=timezone.now()))


def open_account(invitation: Invitation, display_name: str, password: str | None) -> User:
    """Return the new account of the person invited, linked to the membership.

    Without a password, the person has to sign in by another way. Raises LinkIsDead when the
    invitation is not open any more, or when the address has got an account in the meantime.
    """
    user = User(email=invitation.address, display_name=display_name)
    # Hashing is slow on purpose: done here, it keeps nobody waiting.
    user.set_password(password)
    try:
        with transaction.atomic():
            membership = _use(invitation)
            user.save()
            membership.user = user
            membership.save(update_fields=["user"])
    except IntegrityError:
        raise LinkIsDead from None
    return user


@transaction.atomic
def link_account(invitation: Invitation, user: User) -> None:
    """Link the membership to the account that its address has already.

    Raises LinkIsDead when the invitation is not open any more, when it is for somebody else, or
    when the account has a membership.
    """
    membership = _use(invitation)
    # Held, so that two invitations accepted at once do not both find it free.
    account = User.objects.select_for_update().get(pk=user.pk)
    if account_of(invitation) != account or Membership.objects.filter(user=account).exists():
        raise LinkIsDead
    membership.user = user
    membership.save(update_fields=["user"])


def account_of(invitation: Invitation) -> User | None:
    """The account that the address of an invitation has already, if any."""
    return User.objects.filter(email=invitation.address).first()


def _use(invitation: Invitation) -> Membership:
    """Mark an invitation as accepted, once, and return its membership, held until the end."""
    membership = Membership.objects.select_for_update().get(pk=invitation.membership_id)
    same_link = Invitation.objects.filter(pk=invitation.pk, token_hash=invitation.token_hash)
    current = same_link.select_related("membership").first()
    if current is None or not current.is_open:
        raise LinkIsDead
    current.accepted_at = timezone.now()
    current.save(update_fields=["accepted_at"])
    return membership


def _issue(
    memberships: QuerySet[Membership], officer: User, before: datetime | None, report: Report
) -> Iterator[tuple[str, str, int]]:
    """Store the invitations, batch after batch, and give the letter that each calls for."""
    now = timezone.now()
    for batch in _batches(memberships):
        invitations = []
        rows = _read(batch).select_for_update()
        for membership, verdict in _judge(rows, before):
            report.add(membership, verdict)
            if verdict == Verdict.INVITED:
                invitations.append(Invitation.prepare(membership, officer, now))
        Invitation.objects.bulk_create(
            invitations,
            update_conflicts=True,
            unique_fields=["membership"],
            update_fields=[*LINK, *OUTCOME],
        )
        yield from ((each.address, each.event, each.membership_id) for each in invitations)


def _batches(memberships: QuerySet[Membership]) -> Iterator[list[int]]:
    keys = iter(list(memberships.order_by("pk").values_list("pk", flat=True)))
    while batch := list(islice(keys, BATCH)):
        yield batch


def _read(batch: list[int]) -> QuerySet[Membership]:
    rows = Membership.objects.filter(pk__in=batch).order_by("pk")
    # Not joined: what a row held for update is joined to may be older than the row itself.
    return rows.prefetch_related("invitation", "user")


def _judge(
    memberships: Iterable[Membership], before: datetime | None
) -> Iterator[tuple[Membership, Verdict]]:
    """Give each membership its verdict, with the same queries for one and for all."""
    rows = list(memberships)
    addresses = {_address(row) for row in rows} - {""}
    accounts = {
        user.email: user
        for user in User.objects.filter(email__in=addresses).select_related("membership")
    }
    same_address = Membership.objects.alias(lower=Lower("email")).filter(lower__in=addresses)
    holders = Counter(_address(row) for row in same_address if row.status in WELCOME)
    for row in rows:
        yield row, _verdict(row, accounts.get(_address(row)), holders[_address(row)], before)


def _verdict(
    membership: Membership, account: User | None, holders: int, before: datetime | None
) -> Verdict:
    if membership.user:
        return Verdict.HAS_ACCOUNT if membership.user.is_active else Verdict.ACCOUNT_CLOSED
    if membership.status not in WELCOME:
        return Verdict.ENDED
    if not membership.email:
        return Verdict.NO_ADDRESS
    if account and hasattr(account, "membership"):
        return Verdict.ADDRESS_TAKEN
    if account and not account.is_active:
        return Verdict.ACCOUNT_CLOSED
    # An account has one address and is one person's.
    if holders > 1:
        return Verdict.SHARED_ADDRESS
    invitation = getattr(membership, "invitation", None)
    if invitation and invitation.is_open and not (before and invitation.invited_at < before):
        return Verdict.WAITING
    return Verdict.INVITED


def _address(membership: Membership) -> str:
    return User.objects.normalize_email(membership.email)

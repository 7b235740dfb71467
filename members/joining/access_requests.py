"""Asking for access, telling the officers, deciding: the verbs of a request for access."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cgtdouanes.text.words import folded
from members.joining import letters
from members.joining.invitations import Verdict, invite
from members.mail.outbox import queue_to, queue_to_address
from members.models import (
    AccessRequest,
    Mandate,
    Membership,
    OutgoingMail,
    RequestState,
    Role,
    User,
)
from members.permissions import can_decide_access

# When the officers hear of what came in after the mail of the day.
IN_THE_MORNING = time(8)
# How many memberships are proposed for one request.
PROPOSED = 8
# What may be alike, and how much it says: a family name alone is weak.
WEIGHTS = {"number": 8, "email": 4, "name": 2, "last_name": 1}


class AlreadyDecided(Exception):
    """Another officer has decided in the meantime."""


class CannotInvite(Exception):
    """The membership chosen can have no account; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.value)
        self.verdict = verdict


@dataclass
class Match:
    """A membership that resembles what was typed; `by` holds what is alike, of WEIGHTS."""

    membership: Membership
    by: set[str] = field(default_factory=set)


@transaction.atomic
def ask(request: AccessRequest) -> None:
    """Store a request and tell the officers. Nothing here depends on who asks."""
    request.save()
    _tell_officers()


@transaction.atomic
def accept(
    request: AccessRequest, officer: User, membership: Membership, *, use_address: bool = False
) -> Verdict:
    """Invite the person of this membership; who has an account already is reminded of it.

    The letter goes to the address of the list, never to that of the request, which anybody may
    have typed, unless the officer says so: `use_address` first writes it in the list. Returns
    INVITED or HAS_ACCOUNT. Raises PermissionDenied, AlreadyDecided, and CannotInvite when the
    membership can have no account; then nothing is changed.
    """
    same = _open(request, officer)
    if use_address and not membership.user_id:
        membership.email = User.objects.normalize_email(request.email)
        membership.save(update_fields=["email"])
    chosen = Membership.objects.filter(pk=membership.pk)
    report = invite(chosen, officer, before=timezone.now())
    (verdict,) = report.counts
    if verdict == Verdict.HAS_ACCOUNT:
        account = chosen.values_list("user", flat=True)
        queue_to(account, letters.HAS_ACCOUNT, f"access-request/{request.pk}/account", request.pk)
    elif verdict != Verdict.INVITED:
        raise CannotInvite(verdict)
    _decide(same, officer, state=RequestState.ACCEPTED, membership=membership)
    return verdict


@transaction.atomic
def refuse(request: AccessRequest, officer: User, reason: str) -> None:
    """Refuse, and write the reason to the person.

    Raises PermissionDenied, AlreadyDecided, and ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("a refusal needs a reason")
    same = _open(request, officer)
    _decide(same, officer, state=RequestState.REFUSED, reason=reason.strip())
    queue_to_address(
        request.email, letters.REQUEST_REFUSED, f"access-request/{request.pk}/refused", request.pk
    )


def matches(requests: Iterable[AccessRequest]) -> dict[int, list[Match]]:
    """The memberships that resemble each request, by its key: the best first, a few of each.

    One query reads the whole list, whatever the number of requests.
    """
    wanted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for request in requests:
        for key in _keys(request.number, request.email, request.first_name, request.last_name):
            wanted[key].append(request.pk)
    found: dict[int, dict[int, Match]] = defaultdict(dict)
    for row in Membership.objects.order_by("pk").iterator():
        for key in _keys(row.number, row.email, row.first_name, row.last_name):
            for request_key in wanted.get(key, []):
                found[request_key].setdefault(row.pk, Match(row)).by.add(key[0])
    return {key: sorted(rows.values(), key=_rank)[:PROPOSED] for key, rows in found.items()}


def _open(request: AccessRequest, officer: User) -> list[AccessRequest]:
    """Hold all the undecided requests of this address, this one among them."""
    if not can_decide_access(officer):
        raise PermissionDenied
    same = AccessRequest.objects.pending().from_address(request.email).order_by("pk")
    held = list(same.select_for_update())
    if request not in held:
        raise AlreadyDecided
    return held


def _decide(requests: list[AccessRequest], officer: User, **outcome: Any) -> None:
    AccessRequest.objects.filter(pk__in=[each.pk for each in requests]).update(
        **outcome, decided_by=officer, decided_at=timezone.now()
    )


def _tell_officers() -> None:
    """Write at once for the first request of a day; for the others, the next morning."""
    today = timezone.localdate()
    if not OutgoingMail.objects.filter(event=_event(today)).exists():
        queue_to(_officers(), letters.REQUESTS_WAIT, _event(today))
        return
    tomorrow = today + timedelta(days=1)
    morning = timezone.make_aware(datetime.combine(tomorrow, IN_THE_MORNING))
    queue_to(_officers(), letters.REQUESTS_WAIT, _event(tomorrow), at=morning)


def _event(day: date) -> str:
    return f"access-requests/{day:%Y-%m-%d}"


def _officers() -> list[int]:
    """Those who keep the list of adherents; where nobody does, the secretary."""
    running = Mandate.objects.running().filter(user__is_active=True).order_by("user")
    for role in (Role.MEMBERSHIP_MANAGER, Role.SECRETARY):
        if people := list(running.filter(role=role).values_list("user", flat=True).distinct()):
            return people
    return []


def _keys(number: str, email: str, first_name: str, last_name: str) -> Iterator[tuple[str, str]]:
    """What two descriptions of the same person have in common, however they are typed."""
    if digits := "".join(_words(number)):
        yield "number", digits
    if email:
        yield "email", email.strip().lower()
    yield "name", " ".join(sorted(_words(f"{first_name} {last_name}")))
    yield "last_name", " ".join(_words(last_name))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", folded(text))


def _rank(match: Match) -> tuple[int, int]:
    return -sum(WEIGHTS[reason] for reason in match.by), match.membership.pk

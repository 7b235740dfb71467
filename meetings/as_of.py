"""The past: where demands and commitments stood on a given day, for members and for visitors."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from meetings.models import Commitment, CommitmentState, Demand, DemandStep


class Standing(NamedTuple):
    """A state, the day from which it held, and the due date of a commitment."""

    state: str
    since: date
    due_on: date | None = None


class Standings(NamedTuple):
    """What members knew, and what visitors knew: None when they knew nothing at all."""

    members: Standing
    visitors: Standing | None


def demands_on(day: date, references: Collection[str]) -> dict[str, Standings]:
    """Return where these demands stood, by reference; those raised later are left out."""
    steps: dict[int, list[tuple[str, date, str | None]]] = defaultdict(list)
    rows = DemandStep.objects.filter(demand__reference__in=references, on__lte=day).effective()
    columns = ("demand", "state", "on", "meeting__visibility")
    for pk, state, on, seen_by in rows.values_list(*columns):
        steps[pk].append((state, on, seen_by))
    found = {}
    for demand in Demand.objects.filter(reference__in=references).order_by("pk"):
        if demand.raised_on <= day or demand.pk in steps:
            members, visitors = demand.states_by(steps[demand.pk])
            found[demand.reference] = Standings(
                Standing(*members), Standing(*visitors) if visitors else None
            )
    return found


def commitments_on(day: date, pks: Collection[int]) -> dict[int, Standings]:
    """Return where these commitments stood, by primary key; those made later are left out."""
    commitments = list(
        Commitment.objects.filter(pk__in=pks).select_related("agenda_item__meeting").order_by("pk")
    )
    former = {
        pk: Standing(state, since, due_on)
        for pk, state, since, due_on in Commitment.history.filter(
            id__in=[each.pk for each in commitments if each.state_on > day], state_on__lte=day
        )
        .order_by("state_on", "history_date", "history_id")
        .values_list("id", "state", "state_on", "due_on")
    }
    found = {}
    for commitment in commitments:
        meeting = commitment.agenda_item.meeting
        if commitment.state_on <= day:
            standing = Standing(commitment.state, commitment.state_on, commitment.due_on)
        elif commitment.pk in former:
            standing = former[commitment.pk]
        elif meeting.day <= day:
            # Recorded later than it was made.
            standing = Standing(CommitmentState.ANNOUNCED, meeting.day, commitment.due_on)
        else:
            continue
        found[commitment.pk] = Standings(standing, standing if meeting.is_public else None)
    return found

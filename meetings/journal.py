"""The journal of the record: which changes were made, by whom, the latest first."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from meetings.changes import MODELS, Entry, Subject, told
from meetings.models import AgendaItem, Commitment, Demand, DemandStep, Meeting
from members.models import User

Followed = Meeting | Demand | Commitment

# Asked for as a person: the changes that no account of today made.
NOBODY = "aucun-compte"


class Log:
    """The changes that answer to the filters; Django's paginator cuts it in pages."""

    def __init__(self, subject: str = "", person: str = "", about: Followed | None = None) -> None:
        self._rows = {
            kind: _all(kind).filter(condition, _by(kind, person))
            for kind in Subject
            if (condition := _about(kind, about)) is not None and subject in ("", kind)
        }

    def __len__(self) -> int:
        return sum(rows.count() for rows in self._rows.values())

    def __getitem__(self, window: slice) -> list[Entry]:
        """Return these entries: each history gives its latest, and they are merged."""
        latest: list[tuple[datetime, str, int]] = []
        for kind, rows in self._rows.items():
            at, key = _columns(kind)
            ordered = rows.order_by(f"-{at}", f"-{key}").values_list(at, key)
            latest += [(when, kind.value, pk) for when, pk in ordered[: window.stop]]
        latest.sort(reverse=True)
        return told([(Subject(kind), pk) for _, kind, pk in latest[window]])


def people() -> QuerySet[User]:
    """Return the accounts that have changed something."""
    found = Q()
    for kind in Subject:
        found |= Q(pk__in=_all(kind).order_by().values(_person_column(kind)))
    return User.objects.filter(found).order_by("display_name", "email")


def _all(kind: Subject) -> QuerySet[Any]:
    rows: QuerySet[Any] = (
        DemandStep.objects.all() if kind == Subject.STEP else MODELS[kind].history.all()
    )
    return rows


def _columns(kind: Subject) -> tuple[str, str]:
    """When, and the key: a step is its own record, for it never changes."""
    return ("recorded_at", "pk") if kind == Subject.STEP else ("history_date", "history_id")


def _person_column(kind: Subject) -> str:
    return "recorded_by" if kind == Subject.STEP else "history_user"


def _by(kind: Subject, person: str) -> Q:
    if not person:
        return Q()
    return Q(**{_person_column(kind): None if person == NOBODY else int(person)})


def _about(kind: Subject, about: Followed | None) -> Q | None:
    """Select the changes of one object and of what hangs on it; None where there can be none."""
    match about:
        case Meeting():
            items: Any = AgendaItem
            selected = {
                Subject.MEETING: Q(id=about.pk),
                Subject.AGENDA_ITEM: Q(meeting=about.pk),
                Subject.DOCUMENT: Q(meeting=about.pk),
                Subject.STEP: Q(meeting=about.pk),
                Subject.COMMITMENT: Q(
                    agenda_item__in=items.history.filter(meeting=about.pk).order_by().values("id")
                ),
            }
        case Demand():
            selected = {
                Subject.DEMAND: Q(id=about.pk),
                Subject.STEP: Q(demand=about.pk),
                Subject.COMMITMENT: Q(demand=about.pk),
            }
        case Commitment():
            selected = {Subject.COMMITMENT: Q(id=about.pk)}
        case _:
            return Q()
    return selected.get(kind)

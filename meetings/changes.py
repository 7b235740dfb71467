"""A change of the record told in words: who, what, before and after, where to see it.

What a change is compared with, and the names of what it mentions, are read together for all the
changes of a page: their number does not change the number of queries.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator, capfirst

from cgtdouanes.officers.journal import BY_THE_SYSTEM, ChangeKind, FieldChange
from cgtdouanes.text.typography import french_date, french_time
from meetings.models import AgendaItem, Commitment, Demand, DemandStep, Document, Meeting
from members.models import User


class Subject(models.TextChoices):
    MEETING = "reunion", "réunion"
    AGENDA_ITEM = "point", "point à l’ordre du jour"
    DEMAND = "revendication", "revendication"
    STEP = "etape", "étape d’une revendication"
    COMMITMENT = "engagement", "engagement de l’administration"
    DOCUMENT = "document", "document"


MODELS: dict[Subject, Any] = {
    Subject.MEETING: Meeting,
    Subject.AGENDA_ITEM: AgendaItem,
    Subject.DEMAND: Demand,
    Subject.STEP: DemandStep,
    Subject.COMMITMENT: Commitment,
    Subject.DOCUMENT: Document,
}
# An entry by its kind and its key: that of a history's row, or of a step, which is its own record.
Reference = tuple[Subject, int]

_WITH_NAMES: dict[Any, Any] = {
    Meeting: Meeting.objects,
    AgendaItem: AgendaItem.objects.select_related(
        *("meeting", "demand", "commitment", "takes_up__demand", "takes_up__commitment")
    ),
    Demand: Demand.objects,
    DemandStep: DemandStep.objects,
    Commitment: Commitment.objects.select_related("agenda_item__meeting"),
    Document: Document.objects.select_related("meeting"),
}
# Told at the head of the entry.
_SAID_BY_THE_ENTRY: dict[Subject, set[str]] = {
    Subject.MEETING: set(),
    Subject.AGENDA_ITEM: {"meeting"},
    Subject.DEMAND: set(),
    Subject.STEP: {"demand", "meeting"},
    Subject.COMMITMENT: set(),
    Subject.DOCUMENT: {"meeting"},
}
_SEEN_WITHIN_MEETING = {Subject.AGENDA_ITEM, Subject.DOCUMENT}
_WORDING_LENGTH = 100


@dataclass(frozen=True)
class Entry:
    """One change. `place` is the meeting around it, `url` the page of the desk where it is seen."""

    at: datetime
    who: str
    email: str
    subject: Subject
    action: ChangeKind
    corrects: bool
    name: str
    place: str
    url: str
    changes: list[FieldChange]

    @property
    def is_folded(self) -> bool:
        """A creation repeats the object; a step is told by nothing but its fields."""
        return self.action == ChangeKind.CREATION and self.subject != Subject.STEP

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date()


def told(references: list[Reference]) -> list[Entry]:
    """Return the entries of these changes, in their order."""
    keys: dict[Subject, list[int]] = defaultdict(list)
    for subject, key in references:
        keys[subject].append(key)
    records: dict[Reference, Any] = {}
    former: dict[Reference, Any] = {}
    for subject, wanted in keys.items():
        if subject == Subject.STEP:
            steps = DemandStep.objects.select_related("recorded_by").in_bulk(wanted)
            records |= {(subject, key): step for key, step in steps.items()}
        else:
            _read_history(subject, wanted, records, former)
    names = _Names(_mentioned(records, former))
    return [
        _step_entry(records[reference], names)
        if reference[0] == Subject.STEP
        else _entry(reference[0], records[reference], former.get(reference), names)
        for reference in references
        if reference in records
    ]


def _read_history(
    subject: Subject, keys: list[int], records: dict[Reference, Any], former: dict[Reference, Any]
) -> None:
    """Read these rows of a history, and for each change the row before it."""
    history = MODELS[subject].history
    before = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    before = before.order_by("-history_id").values("history_id")[:1]
    found = history.filter(history_id__in=keys).select_related("history_user")
    for record in found.annotate(former=Subquery(before)):
        records[subject, record.history_id] = record
    changed = {
        record.former: reference
        for reference, record in records.items()
        if reference[0] == subject and record.history_type == ChangeKind.MODIFICATION
    }
    for record in history.filter(history_id__in=changed):
        former[changed[record.history_id]] = record


class _Names:
    """What the changes mention, by its name of today, or by its last one if it is no more."""

    def __init__(self, wanted: Iterable[tuple[Any, int]]) -> None:
        keys: dict[Any, set[int]] = defaultdict(set)
        for model, pk in wanted:
            keys[model].add(pk)
        self._here = {model: _WITH_NAMES[model].in_bulk(pks) for model, pks in keys.items()}
        self._gone: dict[tuple[Any, int], Any] = {}
        for model, pks in keys.items():
            if gone := pks - self._here[model].keys():
                last = model.history.filter(id__in=gone).order_by("history_id")
                self._gone |= {(model, record.id): record for record in last}

    def row(self, model: Any, pk: int | None) -> Any:
        """Return the object itself, None when it is no more."""
        return self._here.get(model, {}).get(pk)

    def of(self, model: Any, pk: int) -> str:
        if row := self.row(model, pk):
            return _name(row)
        gone = self._gone.get((model, pk))
        return f"{_name(gone) if gone else f'n° {pk}'} (n’existe plus)"


def _name(row: Any) -> str:
    """Name an object, or a row of its history as it was then."""
    return str(_NAMES[getattr(row, "instance_type", type(row))](row))


def _meeting_name(row: Any) -> str:
    day = french_date(timezone.localtime(row.starts_at).date())
    return f"{row.get_kind_display()} du {day} : {row.title}"


_NAMES: dict[Any, Callable[[Any], str]] = {
    Meeting: _meeting_name,
    AgendaItem: lambda row: row.title or getattr(row, "heading", "point repris d’ailleurs"),
    Demand: lambda row: f"{row.reference} : {row.title}",
    DemandStep: lambda row: f"{row.get_state_display()}, {french_date(row.on)}",
    Commitment: lambda row: Truncator(row.wording).chars(_WORDING_LENGTH),
    Document: lambda row: row.title,
}


def _mentioned(
    records: dict[Reference, Any], former: dict[Reference, Any]
) -> Iterator[tuple[Any, int]]:
    """What changed, and all that its fields name, now and before."""
    for (subject, _), record in records.items():
        if subject != Subject.STEP:
            yield MODELS[subject], record.id
    for (subject, _), record in [*records.items(), *former.items()]:
        for field in _fields(subject):
            if field.related_model and (pk := getattr(record, field.attname)):
                yield field.related_model, pk


def _fields(subject: Subject) -> list[Any]:
    """The fields that people fill in: the others follow from them."""
    tracked = getattr(MODELS[subject], "history", None)
    fields = tracked.model.tracked_fields if tracked else MODELS[subject]._meta.fields
    return [field for field in fields if field.editable and not field.primary_key]


def _entry(subject: Subject, record: Any, former: Any, names: _Names) -> Entry:
    model = MODELS[subject]
    who, email = _person(record.history_user)
    if not record.history_user and record.history_change_reason == BY_THE_SYSTEM:
        who = "système"
    action = ChangeKind(record.history_type)
    has_words = subject != Subject.AGENDA_ITEM or record.title
    return Entry(
        at=record.history_date,
        who=who,
        email=email,
        subject=subject,
        action=action,
        corrects=False,
        name=_name(record) if has_words else names.of(model, record.id),
        place=_place(subject, record, names),
        url=_url(
            names.row(Meeting, record.meeting_id)
            if subject in _SEEN_WITHIN_MEETING
            else names.row(model, record.id)
        ),
        changes=[] if action == ChangeKind.DELETION else _changes(subject, record, former, names),
    )


def _step_entry(step: DemandStep, names: _Names) -> Entry:
    who, email = _person(step.recorded_by)
    return Entry(
        at=step.recorded_at,
        # A step does not tell a command from an account deleted since.
        who=who if step.recorded_by else "compte supprimé ou système",
        email=email,
        subject=Subject.STEP,
        action=ChangeKind.CREATION,
        corrects=bool(step.corrects_id),
        name=names.of(Demand, step.demand_id),
        place=names.of(Meeting, step.meeting_id) if step.meeting_id else "",
        url=_url(names.row(Demand, step.demand_id)),
        changes=_changes(Subject.STEP, step, None, names),
    )


def _person(user: User | None) -> tuple[str, str]:
    return (user.display_name, user.email) if user else ("compte supprimé", "")


def _place(subject: Subject, record: Any, names: _Names) -> str:
    """Name the meeting around what changed."""
    match subject:
        case Subject.AGENDA_ITEM | Subject.DOCUMENT:
            return names.of(Meeting, record.meeting_id)
        case Subject.COMMITMENT:
            item = names.row(AgendaItem, record.agenda_item_id)
            return _name(item.meeting) if item else ""
    return ""


def _url(row: Any) -> str:
    """The page of the desk for an object that still is."""
    return (
        reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
        if row
        else ""
    )


def _changes(subject: Subject, record: Any, former: Any, names: _Names) -> list[FieldChange]:
    """What differs from before; without a before, all that was filled in."""
    found = []
    for field in _fields(subject):
        if field.name in _SAID_BY_THE_ENTRY[subject]:
            continue
        after = _shown(field, record, names)
        if former is None:
            if after:
                found.append(FieldChange(capfirst(field.verbose_name), "", after))
        elif getattr(record, field.attname) != getattr(former, field.attname):
            before = _shown(field, former, names)
            found.append(FieldChange(capfirst(field.verbose_name), before, after))
    return found


def _shown(field: Any, record: Any, names: _Names) -> str:
    value = getattr(record, field.attname)
    if value in (None, ""):
        return ""
    if isinstance(field, models.FileField):
        return str(record.name)
    if field.related_model:
        return names.of(field.related_model, value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{french_date(local.date())} à {french_time(local)}"
    return french_date(value) if isinstance(value, date) else str(value)

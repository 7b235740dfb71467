"""What the filling has stored so far, under the names that the files of the demo use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.core.files import File
from django.db import models
from django.utils import timezone

from articles.models import Article, Category
from cgtdouanes import demo
from cgtdouanes.files.stored_file import StoredFile
from meetings.models import AgendaItem, Commitment, Demand, Document, Meeting
from members.models import User

M = TypeVar("M", bound=models.Model)
S = TypeVar("S", bound=StoredFile)
Row = dict[str, Any]
SATURDAY = 5
EVENING = time(18, 30)
KEEPER = "redactrice@example.org"


class Event(NamedTuple):
    """What happens on a day; on the same day, in the order of the files and of their rows."""

    day: date
    happens: Callable[[], object]


@dataclass
class Story:
    """What is stored, and `day`, the one that the filling has come to.

    An item of an agenda goes by its meeting's slug and its title, or what it takes up.
    """

    today: date
    day: date = date.min
    people: dict[str, User] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    items: dict[tuple[str, str], AgendaItem] = field(default_factory=dict)
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    demands: dict[str, Demand] = field(default_factory=dict)
    commitments: dict[str, Commitment] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)

    @cached_property
    def days(self) -> dict[str, date]:
        """The day of every meeting, be it yet to be stored."""
        rows = demo.rows("meetings")
        return {row["slug"]: timezone.localdate(self.times(row)[0]) for row in rows}

    @property
    def evening(self) -> datetime:
        """When the officers write down what happened on the day: what is to come, today."""
        evening = datetime.combine(min(self.day, self.today), EVENING)
        return min(timezone.make_aware(evening), timezone.now())

    def record(self, instance: M) -> M:
        """Save a part of the record: the journal tells that an officer typed it that evening."""
        vars(instance).update(_history_date=self.evening, _history_user=self.people[KEEPER])
        return save(instance)

    def times(self, row: Row) -> tuple[datetime, datetime]:
        """When a meeting starts and ends; one that is planned falls on a working day."""
        if "in_days" not in row:
            return timezone.make_aware(row["starts_at"]), timezone.make_aware(row["ends_at"])
        day = self.today + timedelta(days=row["in_days"])
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
        starts_at = timezone.make_aware(datetime.combine(day, row["at"]))
        return starts_at, starts_at + timedelta(hours=row["hours"])


def save(instance: M) -> M:
    """Save what an officer could have typed. Raises ValidationError for anything else."""
    instance.full_clean()
    instance.save()
    return instance


def save_with_file(instance: S, name: str, saving: Callable[[S], S] = save) -> S:
    """Save a row with one of the demo's files."""
    with demo.file(name).open("rb") as content:
        instance.file = File(content, name=name)
        return saving(instance)


def only(row: Row, *fields: str) -> Row:
    """The fields that the row gives; blank lines around a text are only there for the eye."""
    return {
        field: row[field].strip() if isinstance(row[field], str) else row[field]
        for field in fields
        if field in row
    }

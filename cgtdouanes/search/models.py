"""What may be found, one table for each audience, and the words that a slip may have meant."""

from enum import StrEnum
from typing import Any, cast

from django.db import models
from django.db.models import BooleanField, F, Func
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

from cgtdouanes.search.question import Question


class Audience(StrEnum):
    """Who reads: whoever comes by, or who reads what is reserved to adherents."""

    VISITORS = "visitors"
    MEMBERS = "members"


class Holds(Func):
    """Whether the words of an entry, or of its name alone, are all those of a question.

    The migrations keep an FTS5 table on SQLite, a `tsvector` column on PostgreSQL: see there.
    """

    output_field = BooleanField()

    def __init__(self, question: Question, column: str = "words") -> None:
        super().__init__(F("pk"))
        self.question = question
        self.column = column

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        pk = cast(Col, self.source_expressions[0])
        index = connection.ops.quote_name(f"{pk.target.model._meta.db_table}_fts")
        column, params = compiler.compile(pk)
        sql = f"{column} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)"  # noqa: S608
        return sql, [*params, self.question.for_sqlite(self.column)]

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Any:
        pk = cast(Col, self.source_expressions[0])
        table = compiler.quote_name_unless_alias(pk.alias)
        vector = connection.ops.quote_name(f"{self.column}_vector")
        return f"{table}.{vector} @@ %s::tsquery", [self.question.for_postgresql()]


class EntryQuerySet(models.QuerySet["Entry"]):
    def holding(self, question: Question) -> "EntryQuerySet":
        """Those with all the words asked for, anywhere."""
        return self.filter(Holds(question))

    def named(self, question: Question) -> "EntryQuerySet":
        """Those with all the words asked for in their name."""
        return self.filter(Holds(question, "names"))

    def latest_first(self) -> "EntryQuerySet":
        """The same order on every database, whatever the order in which they were stored."""
        return self.order_by("-on", "source", "-object_id")


class Entry(models.Model):
    """An object as one audience may find it. `names` and `words` are stems, see `index`."""

    source = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=120)
    title = models.TextField()
    text = models.TextField()
    url = models.CharField(max_length=500)
    on = models.DateField()
    category_id = models.BigIntegerField(null=True)
    names = models.TextField()
    words = models.TextField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.source} {self.object_id}"


def _once_each(name: str) -> list[models.BaseConstraint]:
    return [models.UniqueConstraint(fields=["source", "object_id"], name=f"{name}_once_each")]


def _by_date(name: str) -> list[models.Index]:
    return [models.Index(fields=["-on", "source", "-object_id"], name=f"{name}_by_date")]


class VisitorEntry(Entry):
    class Meta:
        constraints = _once_each("visitor_entry")
        indexes = _by_date("visitor_entry")


class MemberEntry(Entry):
    class Meta:
        constraints = _once_each("member_entry")
        indexes = _by_date("member_entry")


class Spelling(models.Model):
    """A word that stands in the entries of one audience, as it is compared, with its stem."""

    letters = models.CharField(max_length=40, primary_key=True)
    stem = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.letters


class VisitorSpelling(Spelling):
    pass


class MemberSpelling(Spelling):
    pass


class Change(models.Model):
    """An object that was saved or removed since the index was last written."""

    model = models.CharField(max_length=100)
    object_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"


class Build(models.Model):
    """That the whole index was made, by which rules: others ask for another build."""

    rules = models.CharField(max_length=64)
    finished_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.rules} {self.finished_at:%d/%m/%Y %H:%M}"


ENTRIES: dict[Audience, type[Entry]] = {
    Audience.VISITORS: VisitorEntry,
    Audience.MEMBERS: MemberEntry,
}
SPELLINGS: dict[Audience, type[Spelling]] = {
    Audience.VISITORS: VisitorSpelling,
    Audience.MEMBERS: MemberSpelling,
}

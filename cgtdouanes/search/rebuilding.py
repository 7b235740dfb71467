"""Making the whole index again: the first time, or when the rules by which it is made change."""

from collections.abc import Iterator

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from cgtdouanes.search.models import ENTRIES, SPELLINGS, Audience, Build, Entry, Spelling
from cgtdouanes.search.sources import SOURCES
from cgtdouanes.search.spellings import forget_all
from cgtdouanes.search.writing import write, write_alone

# To change with the stems, the words left out or what entries hold: the index is then made again
# at the next start (`rebuild_search --if-needed`).
RULES = "1"
BATCH = 100


def is_outdated() -> bool:
    """Whether the index was never made, or by other rules than those of this code."""
    return not Build.objects.filter(rules=RULES).exists()


def rebuild(batch: int = BATCH) -> Iterator[tuple[str, int]]:
    """Write all the entries again, and give how many objects of each source were read.

    Whoever searches meanwhile finds the former entries, or the new ones; whoever publishes waits
    for a batch at most.
    """
    for source in SOURCES.values():
        pks = list(source.model._default_manager.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(pks), batch):
            with transaction.atomic():
                write_alone()
                write({source.name: pks[start : start + batch]})
        yield source.name, len(pks)
    for audience in Audience:
        _clear_away(ENTRIES[audience], SPELLINGS[audience])
    Build.objects.all().delete()
    Build.objects.create(rules=RULES)


def _clear_away(model: type[Entry], spelling: type[Spelling]) -> None:
    """Remove what tells of objects that are no more, and let the database put itself in order."""
    entries = model._default_manager
    entries.exclude(source__in=SOURCES).delete()
    for source in SOURCES.values():
        here = source.model._default_manager.filter(pk=OuterRef("object_id"))
        entries.filter(~Exists(here), source=source.name).delete()
    forget_all(spelling, model)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Rows that were removed leave traces in the full text until its parts are merged.
            cursor.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('optimize')")  # noqa: S608
        cursor.execute(f"ANALYZE {table}")

"""Writing entries: the stems of what each audience reads of an object, in its table."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from django.db import connection, transaction

from cgtdouanes.search.models import ENTRIES, SPELLINGS, Audience, Entry
from cgtdouanes.search.sources import SOURCES, Page, Source
from cgtdouanes.search.spellings import WordsOf, forget, keep, spellings_of
from cgtdouanes.text.words import legible, words

# Between two lines, so that no phrase runs from one to the next. No word mixes letters and digits.
LINE_END = "x0"
# PostgreSQL keeps the places of a word no further than these; SQLite is held to the same, so that
# both find the same phrases. It takes a hundred pages to get there.
MAX_WORDS = 16_000
MAX_PLACES = 255

KEY = ["source", "object_id"]
TOLD = ["label", "title", "text", "url", "on", "category_id", "names", "words"]
# Any number that nothing else takes on PostgreSQL.
LOCK = 0x5EA6C4


def write_alone() -> None:
    """Let nobody else write entries until the end of the transaction.

    Each would write what it has read before the other. On SQLite one transaction writes at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def write(touched: Mapping[str, Collection[int]]) -> None:
    """Write the entries of these objects again, without those that may no longer be found."""
    # Both audiences read much the same, and what names a thing is among its words.
    words_of = cache(lambda line: tuple(words(line)))
    with transaction.atomic():
        for name, pks in touched.items():
            for audience in Audience if pks else ():
                _write(SOURCES[name], pks, audience, words_of)


def _write(source: Source, pks: Collection[int], audience: Audience, words_of: WordsOf) -> None:
    model, spelling = ENTRIES[audience], SPELLINGS[audience]
    stored = model._default_manager.filter(source=source.name, object_id__in=pks)
    rows = stored.values_list("title", "text")
    former = spellings_of((text for row in rows for text in row), words_of)
    entries = [_entry(model, source.name, page, words_of) for page in source.pages(pks, audience)]
    stored.exclude(object_id__in=[entry.object_id for entry in entries]).delete()
    model._default_manager.bulk_create(
        entries, update_conflicts=True, unique_fields=KEY, update_fields=TOLD
    )
    found = spellings_of((text for each in entries for text in (each.title, each.text)), words_of)
    keep(spelling, {letters: found[letters] for letters in found.keys() - former.keys()})
    forget(spelling, model, former.keys() - found.keys())


def _entry(model: type[Entry], source: str, page: Page, words_of: WordsOf) -> Entry:
    title = legible(page.title)
    paragraphs = (legible(part).strip() for line in page.lines for part in line.splitlines())
    lines = list(filter(None, paragraphs))
    names = [title, legible(page.also)]
    return model(
        source=source,
        object_id=page.object_id,
        label=page.label,
        title=title,
        text="\n".join(lines),
        url=page.url,
        on=page.on,
        category_id=page.category_id,
        names=_stems(names, words_of),
        words=_stems([*names, *lines], words_of),
    )


def _stems(lines: Iterable[str], words_of: WordsOf) -> str:
    """The stems of these lines, in order and up to the bounds above."""
    places: Counter[str] = Counter()
    found: list[str] = []
    for line in lines:
        for word in words_of(line):
            places[word.stem] += 1
            if places[word.stem] <= MAX_PLACES:
                found.append(word.stem)
        found.append(LINE_END)
        if len(found) >= MAX_WORDS:
            break
    return " ".join(found[:MAX_WORDS])

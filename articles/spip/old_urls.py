"""Keeping the old addresses of what was taken over: those by number, and every title it has had."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils import timezone

from articles.models import Article, ArticleVisibility, LegacyUrl, SpipKind, SpipObject, Status
from articles.spip import addresses
from articles.spip.findings import ADDRESSES, Findings, Outcome
from articles.spip.rows import SpipUrl
from articles.spip.source import Dump

_LONGEST = LegacyUrl._meta.get_field("path").max_length or 0
_KEYWORD_LENGTH = LegacyUrl._meta.get_field("keyword").max_length or 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """An old address and what it leads to, as a field of LegacyUrl and its value."""

    path: str
    field: str
    value: Any


class OldUrls:
    """Finds the addresses that the old site gave, and keeps those that are not known yet."""

    def __init__(self, dump: Dump, findings: Findings, *, dry_run: bool) -> None:
        self._dump = dump
        self._findings = findings
        self._dry_run = dry_run
        # The old site may have lived in a folder.
        self._folder = urlsplit(dump.meta("adresse_site")).path.rstrip("/")
        self._images = dump.meta("dir_img", "IMG/").strip("/") or "IMG"

    def of(self, kind: str, targets: Mapping[int, tuple[str, Any]]) -> list[Wanted]:
        """Return the addresses of these objects; `targets` give a field and its value."""
        wanted = [
            Wanted(addresses.numbered(kind, number), *target) for number, target in targets.items()
        ]
        for url in self._dump.urls(kind, list(targets)):
            if path := self._whole(url):
                wanted.append(Wanted(f"{self._folder}/{path}", *targets[url.number]))
        return wanted

    def of_files(self, targets: Mapping[str, tuple[str, Any]]) -> list[Wanted]:
        """Return the addresses of these files, by their paths; `targets` as in `of`."""
        return [
            Wanted(f"{self._folder}/{self._images}/{path}", *target)
            for path, target in targets.items()
        ]

    def keep(self, wanted: Iterable[Wanted]) -> None:
        """Keep the addresses that are not known yet."""
        new: dict[str, Wanted] = {}
        for each in wanted:
            if len(each.path) <= _LONGEST:
                new.setdefault(unquote(each.path), each)
        known = set(LegacyUrl.objects.filter(path__in=new).values_list("path", flat=True))
        rows = [
            LegacyUrl(path=path, **{each.field: each.value})
            for path, each in new.items()
            if path not in known
        ]
        self._findings.count(ADDRESSES, Outcome.CREATED, len(rows))
        self._findings.count(ADDRESSES, Outcome.UNCHANGED, len(known))
        if not self._dry_run:
            LegacyUrl.objects.bulk_create(rows, ignore_conflicts=True)

    def _whole(self, url: SpipUrl) -> str:
        """Return a whole address: in a tree of addresses, each one follows that of its rubrique."""
        parts, seen = [addresses.unmarked(url.path)], set()
        within = url.within
        while within and within not in seen:
            seen.add(within)
            above = self._of_rubriques.get(within)
            if above is None:
                break
            parts.insert(0, above.path)
            within = above.within
        return "/".join(parts).strip("/")

    @cached_property
    def _of_rubriques(self) -> dict[int, SpipUrl]:
        found: dict[int, SpipUrl] = {}
        for url in self._dump.urls("rubrique", self._rubriques):
            found.setdefault(url.number, url)
        return found

    @cached_property
    def _rubriques(self) -> Collection[int]:
        return [rubrique.number for rubrique in self._dump.rubriques()]


def of_keywords(words: Mapping[int, str]) -> dict[int, tuple[str, Any]]:
    """Return what keywords lead to: what the search finds of them."""
    return {number: ("keyword", word[:_KEYWORD_LENGTH]) for number, word in words.items() if word}


def open_files_first() -> None:
    """Let the address of a file that is in several articles lead to one that visitors may read."""
    hidden = LegacyUrl.objects.filter(attachment__isnull=False).exclude(
        attachment__article__in=_open_articles()
    )
    for url in hidden.order_by("pk"):
        number = SpipObject.objects.filter(attachment=url.attachment_id).values("number")[:1]
        others = SpipObject.objects.filter(
            kind=SpipKind.DOCUMENT, number=number, attachment__article__in=_open_articles()
        )
        if other := others.order_by("within").first():
            LegacyUrl.objects.filter(pk=url.pk).update(attachment=other.attachment)


def _open_articles() -> Any:
    return Article.objects.filter(
        status=Status.PUBLISHED,
        visibility=ArticleVisibility.PUBLIC,
        published_at__lte=timezone.now(),
    )

"""Moving in: reads the old site, decides what becomes of each thing, and writes it batch by batch.

A batch of articles, with their documents, messages and addresses, is one transaction: a failure
leaves whole batches, and the next run goes on from there. No more than a batch is held at a time,
but for the numbers and addresses of the articles and the lines of the report.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from articles.models import (
    Article,
    LegacyUrl,
    MeetingProposal,
    Picture,
    SpipKind,
    SpipObject,
)
from articles.spip import old_urls
from articles.spip.addresses import numbered
from articles.spip.deciding import Decisions
from articles.spip.documents import Documents
from articles.spip.files import Folder
from articles.spip.findings import PROPOSALS, REDIRECTIONS, Findings, Outcome
from articles.spip.illustrations import Illustrations, key_of
from articles.spip.leftovers import tell_what_is_left
from articles.spip.mapping import leads_to
from articles.spip.messages import Messages
from articles.spip.old_urls import OldUrls, Wanted
from articles.spip.places import Places
from articles.spip.planning import Planner
from articles.spip.rendering import Rendering, rendering
from articles.spip.reserved import Reserved
from articles.spip.rubriques import Rubriques
from articles.spip.shortcuts import convert_line
from articles.spip.source import BATCH, Dump
from articles.spip.writing import Plan, proposals, write
from cgtdouanes.text.slugs import free_slug

_SLUG_LENGTH = Article._meta.get_field("slug").max_length or 0

Target = tuple[str, Any]


class Run:
    """One import of one dump, or its rehearsal: with `dry_run`, nothing at all is written."""

    def __init__(
        self, dump: Dump, folder: Path, *, since: date | None = None, dry_run: bool = False
    ) -> None:
        self.findings = Findings()
        self.numbers = dump.article_numbers(since)
        self._dump = dump
        self._since = since
        self._dry_run = dry_run
        self._slugs: dict[int, str] = {}
        self._redirects: dict[int, tuple[str, int]] = {}
        reserved = Reserved(dump)
        self._folder = Folder(folder)
        self._documents = Documents(self._folder, self.findings)
        self._illustrations = Illustrations(self._folder, self.findings, self._documents.written)
        self._rubriques = Rubriques(self.findings, reserved.rubriques, dry_run=dry_run)
        self._places = Places(
            dump,
            self._slugs,
            self._rubriques.targets,
            self._redirects,
            reserved.holds,
            self._illustrations,
            self._documents.accepts,
        )
        self._messages = Messages(self._places, self.findings, dry_run=dry_run)
        self._old_urls = OldUrls(dump, self.findings, dry_run=dry_run)
        self._decisions = Decisions(self._documents, self.findings, dry_run=dry_run)
        self._planner = Planner(
            dump,
            self._places,
            self._documents,
            self._illustrations,
            self._rubriques,
            reserved,
            self.findings,
        )

    def run(self, progress: Callable[[int], None]) -> Findings:
        """Do it all, and return what was done and found; `progress` is told of articles done."""
        self._choose_addresses()
        with transaction.atomic():
            self._take_rubriques()
        with rendering(0 if self._dry_run else len(self.numbers)) as texts:
            for start in range(0, len(self.numbers), BATCH):
                numbers = self.numbers[start : start + BATCH]
                self._take_articles(numbers, texts)
                progress(len(numbers))
        with transaction.atomic():
            self._take_redirections()
            if not self._dry_run:
                old_urls.open_files_first()
        tell_what_is_left(
            self._dump,
            self.findings,
            logos=self._folder.logos(),
            documents=self._documents.seen,
            messages=self._messages,
            is_whole=self._since is None,
        )
        return self.findings

    def _choose_addresses(self) -> None:
        """Give each article its address before any text is read: they name one another."""
        earlier = SpipObject.objects.filter(kind=SpipKind.ARTICLE)
        known = dict(earlier.values_list("number", "article__slug"))
        # Nothing leads to what was deleted here.
        self._slugs.update((number, slug) for number, slug in known.items() if slug)
        taken = set(Article.objects.values_list("slug", flat=True))
        wanted = set(self.numbers)
        titles: dict[int, str] = {}
        for number, title, redirection in self._dump.titles():
            if number not in wanted or number in known:
                continue
            titles[number] = title
            if target := leads_to(redirection) or self._places.shown_instead(redirection):
                self._redirects[number] = target
        self._forget_dead_ends(titles)
        for number, title in titles.items():
            if number not in self._redirects:
                words = convert_line(title, self._places).text
                slug = free_slug(words, taken.__contains__, _SLUG_LENGTH, f"article-{number}")
                taken.add(slug)
                self._slugs[number] = slug

    def _forget_dead_ends(self, titles: dict[int, str]) -> None:
        """What leads nowhere, or round in circles, is an article like any other."""
        rubriques = {row.number for row in self._dump.rubriques()}
        articles = titles.keys() | self._slugs.keys()
        ends = {number: self._places.follow("article", number) for number in self._redirects}
        for number, (kind, end) in ends.items():
            there = rubriques if kind == "rubrique" else articles - self._redirects.keys()
            if end not in there:
                del self._redirects[number]

    def _take_rubriques(self) -> None:
        self._rubriques.take_over(self._dump.rubriques(), self._places)
        keys = self._rubriques.keys
        targets: dict[int, Target] = {
            number: ("category_id", keys.get(number)) for number in self._rubriques.targets
        }
        words = {
            number: convert_line(title, self._places).text
            for number, title in self._dump.keywords().items()
        }
        self._old_urls.keep(
            self._old_urls.of("rubrique", targets)
            + self._old_urls.of("mot", old_urls.of_keywords(words))
        )

    def _take_articles(self, numbers: Sequence[int], texts: Rendering) -> None:
        """Read a batch, then write it in one transaction: nobody waits while it is read."""
        rows = [row for row in self._dump.articles(numbers) if row.number not in self._redirects]
        plans = self._planner.plans(rows, self._slugs, texts)
        with self._documents.one_transaction():
            self._write_articles(self._decisions.decided(plans))

    def _write_articles(self, plans: Sequence[Plan]) -> None:
        titles = {plan.row.number: plan.mapped.values["title"] for plan in plans}
        subjects = {plan.row.number: plan.mapped.subject for plan in plans}
        rows_of_messages = self._dump.messages(list(titles))
        messages = self._messages.plan(rows_of_messages, titles, subjects, _here(plans))
        if not self._dry_run:
            write(plans, self._documents, self._illustrations)
            self._messages.write(messages, _here(plans))
        meetings = proposals(plans)
        self.findings.count(PROPOSALS, Outcome.CREATED, len(meetings))
        if not self._dry_run:
            MeetingProposal.objects.bulk_create(meetings)
        self._old_urls.keep(self._addresses_of(plans))

    def _addresses_of(self, plans: Sequence[Plan]) -> list[Wanted]:
        articles: dict[int, Target] = {plan.row.number: ("article", plan.article) for plan in plans}
        attached: dict[str, Target] = {
            each.file.path: (
                "attachment",
                self._documents.by_path.get(each.file.path, each.stored),
            )
            for plan in plans
            for each in plan.documents
        }
        # Who looks for what is not taken over finds at least the article that it was with.
        refused: dict[str, Target] = {
            file.path: ("article", plan.article) for plan in plans for file in plan.refused
        }
        files = {
            path: target
            for path, target in (refused | attached | self._pictures_of(plans)).items()
            if target[1] or self._dry_run
        }
        return self._old_urls.of("article", articles) + self._old_urls.of_files(files)

    def _pictures_of(self, plans: Sequence[Plan]) -> dict[str, Target]:
        keys = {each.file.path: key_of(each.file) for plan in plans for each in plan.pictures}
        stored = Picture.objects.filter(key__in=keys.values()) if keys else []
        by_key = {picture.key: picture for picture in stored}
        return {path: ("picture", by_key.get(key)) for path, key in keys.items()}

    def _take_redirections(self) -> None:
        """Let the addresses of what showed another page lead to that page."""
        targets = {}
        for number in self._redirects:
            kind, end = self._places.follow("article", number)
            targets[number] = (kind, end)
        articles = dict(
            SpipObject.objects.filter(
                kind=SpipKind.ARTICLE, number__in=[n for kind, n in targets.values()]
            ).values_list("number", "article_id")
        )
        found: dict[int, Target] = {
            number: ("category_id", self._rubriques.keys.get(end))
            if kind == "rubrique"
            else ("article_id", articles.get(end))
            for number, (kind, end) in targets.items()
        }
        known = LegacyUrl.objects.filter(path__in=[numbered("article", n) for n in found]).count()
        self.findings.count(REDIRECTIONS, Outcome.UNCHANGED, known)
        self.findings.count(REDIRECTIONS, Outcome.CREATED, len(found) - known)
        reachable = {n: target for n, target in found.items() if target[1] or self._dry_run}
        self._old_urls.keep(self._old_urls.of("article", reachable))


def _here(plans: Sequence[Plan]) -> dict[int, Article]:
    """The articles that are here by now, by their old numbers."""
    return {plan.row.number: plan.article for plan in plans if plan.article}

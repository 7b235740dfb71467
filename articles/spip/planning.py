"""Deciding what is to be done of each article: what it says, what it became, who touched it."""

from collections.abc import Mapping, Sequence

from articles.models import Article, Revision, Section, SpipKind, SpipObject
from articles.spip import memory, rubriques
from articles.spip.documents import Documents
from articles.spip.documents import Planned as PlannedDocument
from articles.spip.findings import Findings, Outcome
from articles.spip.illustrations import Illustrations
from articles.spip.illustrations import Planned as PlannedPicture
from articles.spip.mapping import Mapped, map_article
from articles.spip.places import Places, with_addresses
from articles.spip.rendering import Rendering
from articles.spip.reserved import Reserved
from articles.spip.rows import SpipArticle, SpipFile
from articles.spip.source import Dump
from articles.spip.writing import Plan


class Planner:
    """Makes the plans of a batch of articles, and tells what a person should know of them."""

    def __init__(
        self,
        dump: Dump,
        places: Places,
        documents: Documents,
        illustrations: Illustrations,
        taken: rubriques.Rubriques,
        reserved: Reserved,
        findings: Findings,
    ) -> None:
        self._dump = dump
        self._places = places
        self._documents = documents
        self._illustrations = illustrations
        self._rubriques = taken
        self._reserved = reserved
        self._findings = findings
        self._forum = dump.meta("forums_publics", "pos")

    def plans(
        self, rows: Sequence[SpipArticle], slugs: Mapping[int, str], texts: Rendering
    ) -> list[Plan]:
        """Return what is to be done of these articles; those deleted here since are left alone.

        The texts of new ones are begun to be made ready by `texts`.
        """
        numbers = [row.number for row in rows]
        earlier = memory.known(SpipKind.ARTICLE, numbers)
        documents = memory.known_documents(numbers)
        files = self._linked_files(numbers)
        stored = [each.article for each in earlier.values() if each.article]
        pending = memory.pending_revisions(stored)
        plans = []
        for row in rows:
            before = earlier.get(row.number)
            if before and before.article is None:
                why = "supprimé ici depuis la reprise"
                self._findings.skip(SpipKind.ARTICLE, f"article {row.number}", why, row.number)
                continue
            mapped, linked = self._read(row, files[row.number], documents)
            attached = self._documents.plan(
                row.number, mapped.subject, linked, self._places, documents
            )
            shown = self._illustrations.plan(self._places.shown.values())
            plan = Plan(
                row=row,
                mapped=mapped,
                slug=slugs.get(row.number, ""),
                category_id=self._category(row, mapped.subject),
                made=_made(row, mapped, [*attached, *shown]),
                outcome=Outcome.CREATED,
                earlier=before,
                documents=attached,
                pictures=shown,
                refused=[file for file in linked if self._documents.refuses(file)],
                gone=self._documents.gone(row.number, linked, documents),
                article=before.article if before else None,
            )
            if before and before.article:
                waiting = pending.get(before.article.pk)
                plan.outcome = _outcome(before, before.article, plan.made, waiting)
            elif not attached:
                plan.texts = texts.begin(mapped.values["body"])
            self._count(plan)
            plans.append(plan)
        return plans

    def _read(
        self,
        row: SpipArticle,
        linked: dict[int, SpipFile],
        earlier: Mapping[tuple[int, int], SpipObject],
    ) -> tuple[Mapped, list[SpipFile]]:
        """Return the article in our terms, and its documents but for the pictures that it shows."""
        self._places.begin(
            {
                number
                for (article, number), each in earlier.items()
                if article == row.number and each.attachment
            }
        )
        mapped = map_article(
            row,
            self._places,
            self._findings,
            forum=self._forum,
            is_reserved=self._reserved.holds(row.number, row.rubrique),
            elsewhere=[file.number for file in linked.values() if file.is_remote],
        )
        shown = self._places.shown
        self._documents.seen.update(shown)
        files = linked | self._places.asked_for
        return mapped, [file for number, file in files.items() if number not in shown]

    def _linked_files(self, numbers: Sequence[int]) -> dict[int, dict[int, SpipFile]]:
        linked = self._dump.files_of("article", numbers)
        every = sorted({number for found in linked.values() for number in found})
        files = {file.number: file for file in self._dump.files(every)}
        return {
            article: {
                number: files[number] for number in linked.get(article, ()) if number in files
            }
            for article in numbers
        }

    def _category(self, row: SpipArticle, subject: str) -> int | None:
        """Return our rubrique; None in a dry run that would make it."""
        number = row.rubrique
        if number not in self._rubriques.targets:
            why = f"sa rubrique n’existe plus : il est dans « {rubriques.LOST_TITLE} »"
            self._findings.tell(Section.TO_READ, subject, why, row.number)
            self._rubriques.need_lost()
            number = rubriques.LOST
        return self._rubriques.keys.get(number)

    def _count(self, plan: Plan) -> None:
        self._findings.count(SpipKind.ARTICLE.label, plan.outcome)
        if plan.outcome == Outcome.CONFLICT:
            why = f"il a changé sur l’ancien site, et ici : rien n’y a été touché{_differing(plan)}"
            self._findings.tell(Section.CONFLICT, plan.mapped.subject, why, plan.row.number)
        for each in plan.documents:
            self._documents.count(each)
        if plan.outcome == Outcome.UPDATED:
            self._findings.count(SpipKind.DOCUMENT.label, Outcome.UPDATED, len(plan.gone))


def _differing(plan: Plan) -> str:
    """Name what is not the same here and on the old site; the dates are those of the old one."""
    addresses = {
        each.file.number: each.stored.get_absolute_url() for each in plan.documents if each.stored
    }
    there = plan.mapped.values | {"body": with_addresses(plan.mapped.values["body"], addresses)}
    names = [
        str(getattr(Article._meta.get_field(name), "verbose_name", name))
        for name, value in there.items()
        if name != "published_at" and getattr(plan.article, name) != value
    ]
    return f" ; ce qui diffère : {', '.join(names)}" if names else ""


def _made(
    row: SpipArticle, mapped: Mapped, documents: Sequence[PlannedDocument | PlannedPicture]
) -> str:
    """The fingerprint of what the old site says of an article, its documents included."""
    status = memory.settled(mapped.values["status"])
    attached = sorted((each.file.number, each.made) for each in documents)
    return memory.fingerprint([mapped.values | {"status": status}, row.rubrique, attached])


def _outcome(earlier: SpipObject, article: Article, made: str, pending: Revision | None) -> Outcome:
    if earlier.made == made:
        return Outcome.UNCHANGED
    if earlier.kept != memory.kept_article(article, pending):
        return Outcome.CONFLICT
    return Outcome.UPDATED

"""Reading each article of a batch: what it says in our terms, its documents, what it became."""

from collections.abc import Mapping, Sequence

from articles.models import Section, SpipKind, SpipObject
from articles.spip import memory, rubriques
from articles.spip.deciding import DELETED
from articles.spip.documents import Documents
from articles.spip.documents import Planned as PlannedDocument
from articles.spip.findings import Findings, Outcome
from articles.spip.illustrations import Illustrations
from articles.spip.illustrations import Planned as PlannedPicture
from articles.spip.mapping import Mapped, map_article
from articles.spip.places import Places
from articles.spip.rendering import Rendering
from articles.spip.reserved import Reserved
from articles.spip.rows import SpipArticle, SpipFile
from articles.spip.source import Dump
from articles.spip.writing import Plan


class Planner:
    """Makes the plans of a batch of articles, and tells what a person should read of them."""

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
        """Return what these articles say; those deleted here since are left alone.

        Nothing is decided yet of those that are here. The texts of new ones are begun to be made
        ready by `texts`.
        """
        numbers = [row.number for row in rows]
        earlier = memory.known(SpipKind.ARTICLE, numbers)
        documents = memory.known_documents(numbers)
        files = self._linked_files(numbers)
        plans = []
        for row in rows:
            before = earlier.get(row.number)
            if before and before.article is None:
                self._findings.skip(SpipKind.ARTICLE, f"article {row.number}", DELETED, row.number)
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
                outcome=Outcome.UNCHANGED if before else Outcome.CREATED,
                earlier=before,
                documents=attached,
                pictures=shown,
                linked=linked,
                refused=[file for file in linked if self._documents.refuses(file)],
                article=before.article if before else None,
            )
            if not (before or attached):
                plan.texts = texts.begin(mapped.values["body"])
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


def _made(
    row: SpipArticle, mapped: Mapped, documents: Sequence[PlannedDocument | PlannedPicture]
) -> str:
    """The fingerprint of what the old site says of an article, its documents included."""
    status = memory.settled(mapped.values["status"])
    attached = sorted((each.file.number, each.made) for each in documents)
    return memory.fingerprint([mapped.values | {"status": status}, row.rubrique, attached])

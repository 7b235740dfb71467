"""The record of one meeting as one reader may know it: what its page is made of."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from meetings.models import (
    AgendaItem,
    Commitment,
    Demand,
    DemandStep,
    Document,
    DocumentKind,
    Meeting,
)
from members.permissions import Reader

KIND_ORDER = {kind: place for place, kind in enumerate(DocumentKind.values)}


@dataclass(frozen=True)
class Paper:
    """A document, and where else the very same file was given."""

    document: Document
    same_as: Document | None

    @property
    def file_type(self) -> str:
        """“PDF”, “JPEG”, “PNG”."""
        return self.document.content_type.rpartition("/")[2].upper()


@dataclass(frozen=True)
class Answer:
    """What a demand was answered at this meeting, and the points that took it up since."""

    step: DemandStep
    later_points: list[AgendaItem]


@dataclass(frozen=True)
class Promise:
    """A commitment made at this meeting, with what this reader may know around it."""

    commitment: Commitment
    demand: Demand | None
    superseded_by: Commitment | None
    proof_document: Document | None
    later_points: list[AgendaItem]


@dataclass(frozen=True)
class Contents:
    """What hangs on a point of the agenda, or on the meeting itself."""

    papers: list[Paper] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


@dataclass(frozen=True)
class Point:
    """A point of the agenda. `demand`, `commitment` and `earlier` are what it takes up."""

    item: AgendaItem
    contents: Contents
    demand: Demand | None
    commitment: Commitment | None
    earlier: AgendaItem | None
    later_points: list[AgendaItem]
    sub_points: list["Point"] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """A meeting of the chain; `follows` when it is not the one shown just before."""

    meeting: Meeting
    follows: Meeting | None
    is_current: bool


@dataclass(frozen=True)
class Record:
    """All of it; `apart` is what no point of the agenda holds."""

    points: list[Point]
    apart: Contents
    chain: list[Stage]
    counts: dict[str, int]


def record_of(meeting: Meeting, reader: Reader) -> Record:
    """Return the record of a meeting that this reader may see, in a fixed number of queries."""
    reading = _Reading(meeting, reader)
    contents = reading.contents()
    points = reading.outline(contents)
    return Record(
        points=points,
        apart=contents[None],
        chain=chain_of(meeting, reader),
        counts={
            "points": len(points),
            "demands": len({step.demand_id for step in reading.steps}),
            "commitments": len(reading.commitments),
            "documents": sum(len(each.papers) for each in contents.values()),
        },
    )


def chain_of(meeting: Meeting, reader: Reader) -> list[Stage]:
    """Return the chain of this meeting in the order of time, as far as this reader knows it."""
    chain = list(Meeting.objects.visible_to(reader).of_chain(meeting))
    by_pk = {each.pk: each for each in chain}
    stages = []
    before = None
    for each in chain:
        follows = by_pk.get(each.follows_id or 0)
        stages.append(Stage(each, follows if follows != before else None, each == meeting))
        before = each
    return stages


class _Reading:
    """Reads each kind of row once, then puts everything in its place."""

    def __init__(self, meeting: Meeting, reader: Reader) -> None:
        self.meeting = meeting
        self.reader = reader
        items = AgendaItem.objects.visible_to(reader).filter(meeting=meeting)
        self.items = list(items.with_origin().in_outline())
        self._read_steps()
        self._read_commitments()
        self._read_documents()
        self._read_origins()
        self._read_later_points()

    def contents(self) -> dict[int | None, Contents]:
        """What hangs on each agenda item; under None, on none that this reader sees."""
        contents: dict[int | None, Contents] = {item.pk: Contents() for item in self.items}
        contents[None] = Contents()

        def of(item_pk: int | None) -> Contents:
            return contents.get(item_pk, contents[None])

        for document in self.documents:
            paper = Paper(document, self.copies.get(document.sha256))
            of(document.agenda_item_id).papers.append(paper)
        for step in self.steps:
            answer = Answer(step, self.later["demand", step.demand_id])
            of(self.item_of_step[step.pk]).answers.append(answer)
        for commitment in self.commitments:
            promise = Promise(
                commitment,
                demand=self.demands.get(commitment.demand_id),
                superseded_by=self.linked_commitments.get(commitment.superseded_by_id),
                proof_document=self.proofs.get(commitment.proof_document_id),
                later_points=self.later["commitment", commitment.pk],
            )
            of(commitment.agenda_item_id).promises.append(promise)
        return contents

    def outline(self, contents: dict[int | None, Contents]) -> list[Point]:
        """The points, sub-items under theirs; one whose item this reader does not see is alone."""
        points: list[Point] = []
        by_pk: dict[int | None, Point] = {}
        for item in self.items:
            point = Point(
                item,
                contents[item.pk],
                demand=self.demands.get(item.demand_id),
                commitment=self.linked_commitments.get(item.commitment_id),
                earlier=self.earlier_items.get(item.takes_up_id),
                later_points=self.later["takes_up", item.takes_up_id or item.pk],
            )
            by_pk[item.pk] = point
            above = by_pk.get(item.parent_id)
            (above.sub_points if above else points).append(point)
        return points

    def _read_steps(self) -> None:
        """The steps that nothing corrected; a correction stands where the corrected one stood."""
        steps = (
            DemandStep.objects.visible_to(self.reader)
            .filter(meeting=self.meeting)
            .select_related("demand", "corrected_by")
            .order_by("pk")
        )
        self.item_of_step: dict[int | None, int | None] = {}
        self.steps = []
        for step in steps:
            corrected_item = self.item_of_step.get(step.corrects_id)
            self.item_of_step[step.pk] = step.agenda_item_id or corrected_item
            if not hasattr(step, "corrected_by"):
                self.steps.append(step)

    def _read_commitments(self) -> None:
        commitments = Commitment.objects.visible_to(self.reader)
        commitments = commitments.select_related("agenda_item__meeting")
        self.commitments = list(
            commitments.filter(agenda_item__meeting=self.meeting).order_by("pk")
        )
        self.linked_commitments = commitments.in_bulk(
            _ids("commitment_id", self.items) | _ids("superseded_by_id", self.commitments)
        )

    def _read_documents(self) -> None:
        """Those of the meeting, those that prove a commitment, and the same files elsewhere."""
        documents = Document.objects.visible_to(self.reader).select_related("meeting")
        self.documents = list(documents.filter(meeting=self.meeting).order_by("pk"))
        self.documents.sort(key=lambda document: KIND_ORDER[document.kind])
        self.proofs = documents.in_bulk(_ids("proof_document_id", self.commitments))
        files = {document.sha256 for document in self.documents} - {""}
        elsewhere = documents.filter(sha256__in=files).exclude(meeting=self.meeting)
        self.copies: dict[str, Document] = {}
        for document in elsewhere.order_by("meeting__starts_at", "pk"):
            self.copies.setdefault(document.sha256, document)

    def _read_origins(self) -> None:
        linked: list[AgendaItem | Commitment] = [*self.items, *self.commitments]
        self.demands = Demand.objects.visible_to(self.reader).in_bulk(_ids("demand_id", linked))
        earlier = AgendaItem.objects.visible_to(self.reader).select_related("meeting")
        self.earlier_items = earlier.in_bulk(_ids("takes_up_id", self.items))

    def _read_later_points(self) -> None:
        """The points of later meetings that take up a point, a demand, a commitment of this one."""
        later = (
            AgendaItem.objects.visible_to(self.reader)
            .filter(meeting__starts_at__gt=self.meeting.starts_at)
            .filter(
                Q(takes_up__in={item.takes_up_id or item.pk for item in self.items})
                | Q(demand__in={step.demand_id for step in self.steps})
                | Q(commitment__in=_ids("pk", self.commitments))
            )
            .select_related("meeting")
            .order_by("meeting__starts_at", "pk")
        )
        self.later: dict[tuple[str, int], list[AgendaItem]] = defaultdict(list)
        for item in later:
            for name in ("takes_up", "demand", "commitment"):
                if origin := getattr(item, f"{name}_id"):
                    self.later[name, origin].append(item)


def _ids(name: str, rows: Iterable[Any]) -> set[int]:
    return {value for row in rows if (value := getattr(row, name))}

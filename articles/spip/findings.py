"""What an import did and found: one object, told on the screen and kept for the desk."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from articles.models import Section, SpipImportLine, SpipKind
from articles.spip.problems import Problem, ProblemKind

_SECTIONS = {
    ProblemKind.DEAD_LINK: Section.BROKEN_LINK,
    ProblemKind.UNSAFE_LINK: Section.BROKEN_LINK,
    ProblemKind.MISSING_DOCUMENT: Section.MISSING_DOCUMENT,
}
_SUBJECT_LENGTH = SpipImportLine._meta.get_field("subject").max_length or 0

ADDRESSES = "anciennes adresses"
REDIRECTIONS = "articles qui en montraient un autre"
PROPOSALS = "réunions à confirmer"


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    SKIPPED = "skipped"


@dataclass(slots=True)
class Line:
    """Something to know or to look at.

    `number` is that of the article it is about, `rubrique` that of the rubrique, or 0; `article_id`
    and `category_id` are what these are here, once it is known.
    """

    section: Section
    subject: str
    detail: str
    number: int = 0
    rubrique: int = 0
    article_id: int | None = None
    category_id: int | None = None


@dataclass
class Findings:
    """The counts of each kind of things, by outcome, and the lines of the report."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    def count(self, kind: str, outcome: Outcome, number: int = 1) -> None:
        self.counts.setdefault(str(kind), Counter())[outcome] += number

    def tell(
        self, section: Section, subject: str, detail: str, number: int = 0, *, rubrique: int = 0
    ) -> None:
        self.lines.append(Line(section, subject[:_SUBJECT_LENGTH], detail, number, rubrique))

    def tell_problem(
        self, subject: str, problem: Problem, number: int = 0, *, rubrique: int = 0
    ) -> None:
        """Tell what a text leaves to look at."""
        section = _SECTIONS.get(problem.kind, Section.TO_READ)
        detail = f"{problem.kind.label} : {problem.detail}"
        self.tell(section, subject, detail, number, rubrique=rubrique)

    def skip(
        self, kind: SpipKind, subject: str, why: str, number: int = 0, *, rubrique: int = 0
    ) -> None:
        """Tell that something is not taken over, and why."""
        self.count(kind.label, Outcome.SKIPPED)
        self.tell(Section.SKIPPED, subject, why, number, rubrique=rubrique)

    def rows(self) -> list[dict[str, Any]]:
        """The counts as they are kept: for each kind its label, and a number for each outcome."""
        return [
            {"kind": kind} | {outcome.value: found[outcome] for outcome in Outcome}
            for kind, found in self.counts.items()
        ]

    def by_section(self) -> Iterator[tuple[Section, list[Line]]]:
        """Give the sections that have lines, in the order of the report."""
        for section in Section:
            if lines := [line for line in self.lines if line.section == section]:
                yield section, lines

    @property
    def changed_something(self) -> bool:
        changes = (Outcome.CREATED, Outcome.UPDATED)
        return any(found[outcome] for found in self.counts.values() for outcome in changes)

    def digest(self) -> str:
        """A fingerprint of the lines, by which two runs that found the same are told."""
        told = [(line.section, line.subject, line.detail) for line in self.lines]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

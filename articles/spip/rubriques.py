"""The rubriques of the old site, as ours: the tree, in its order."""

import re
from collections.abc import Collection, Container, Iterable, Sequence

from django.urls import reverse

from articles.models import Category, Section, SpipKind, SpipObject
from articles.spip import memory
from articles.spip.findings import Findings, Outcome
from articles.spip.rows import SpipRubrique
from articles.spip.shortcuts import convert, convert_line
from articles.spip.site import Nowhere, Site, Target
from articles.spip.wording import in_words
from cgtdouanes.text.slugs import free_slug

_ORDER = re.compile(r"\s*(\d{1,4})\.\s")
_TITLE_LENGTH = Category._meta.get_field("title").max_length or 0
_SLUG_LENGTH = Category._meta.get_field("slug").max_length or 0
# Where articles go whose rubrique is no more.
LOST = 0
LOST_TITLE = "Ancien site"
_RESERVED = (
    "réservée sur l’ancien site : ses articles sont pour les adhérent·es, mais tout le monde voit "
    "ici le nom des rubriques"
)


class Rubriques:
    """The rubriques by their old numbers: `targets` are their pages, `keys` their keys here.

    A dry run knows the pages of those that would be made, not their keys. Of those that are
    `reserved`, everybody sees the name here, and nothing else.
    """

    def __init__(self, findings: Findings, reserved: Collection[int], *, dry_run: bool) -> None:
        self._findings = findings
        self._reserved = reserved
        self._dry_run = dry_run
        self.targets: dict[int, Target] = {}
        self.keys: dict[int, int] = {}

    def take_over(self, rows: Sequence[SpipRubrique], site: Site) -> None:
        """Make our rubriques, those above first; one of the same name in the same place is it."""
        numbers = [row.number for row in rows]
        if not self._dry_run:
            memory.hold_categories(numbers)
        earlier = memory.known(SpipKind.RUBRIQUE, numbers)
        taken = set(Category.objects.values_list("slug", flat=True))
        # Before any text is read: they name one another.
        found = [(row, self._find(row, earlier.get(row.number), taken)) for row in rows]
        for row, category in found:
            if category:
                self._take(row, earlier.get(row.number), category, site)

    def need_lost(self) -> None:
        """Make the rubrique of the articles that have none left, the first time."""
        if LOST in self.targets:
            return
        row = SpipRubrique(LOST, 0, LOST_TITLE, "", "")
        taken = set(Category.objects.values_list("slug", flat=True))
        earlier = memory.known(SpipKind.RUBRIQUE, [LOST]).get(LOST)
        if category := self._find(row, earlier, taken):
            self._take(row, earlier, category, Nowhere())

    def _find(
        self, row: SpipRubrique, earlier: SpipObject | None, taken: set[str]
    ) -> Category | None:
        """Return our rubrique, a new one if need be, and note its page; None when deleted here."""
        if earlier and earlier.category is None:
            self._findings.skip(
                SpipKind.RUBRIQUE, f"rubrique {row.number}", "supprimée ici depuis l’import"
            )
            return None
        title = _title(row)
        category = earlier.category if earlier else self._alike(row, title[:_TITLE_LENGTH])
        if category is None:
            category = Category(title=title[:_TITLE_LENGTH], slug=_slug(title, taken))
            taken.add(category.slug)
        self._note(row, category)
        return category

    def _alike(self, row: SpipRubrique, title: str) -> Category | None:
        parent = self.keys.get(row.parent)
        if row.parent and not parent:
            return None
        return Category.objects.filter(title=title, parent=parent).order_by("pk").first()

    def _take(
        self, row: SpipRubrique, earlier: SpipObject | None, category: Category, site: Site
    ) -> None:
        subject = f"rubrique {row.number}, « {_title(row)[:150]} »"
        values = self._values(row, subject, site)
        made = memory.fingerprint([values, row.parent])
        outcome = _outcome(earlier, made)
        self._findings.count(SpipKind.RUBRIQUE.label, outcome)
        if outcome == Outcome.CONFLICT:
            self._findings.tell(
                Section.CONFLICT,
                subject,
                "elle a changé sur l’ancien site, et ici",
                rubrique=row.number,
            )
        if outcome == Outcome.UPDATED or not category.pk:
            for name, value in values.items():
                setattr(category, name, value)
            category.parent_id = self.keys.get(row.parent)
        if not self._dry_run and outcome in (Outcome.CREATED, Outcome.UPDATED):
            category.save()
            kept = memory.kept_category(category)
            SpipObject.objects.update_or_create(
                kind=SpipKind.RUBRIQUE,
                number=row.number,
                defaults={"category": category, "made": made, "kept": kept},
            )
        self._note(row, category)

    def _note(self, row: SpipRubrique, category: Category) -> None:
        if category.pk:
            self.keys[row.number] = category.pk
        url = reverse("articles:category", args=[category.slug])
        self.targets[row.number] = Target(url, category.title)

    def _values(self, row: SpipRubrique, subject: str, site: Site) -> dict[str, str | int]:
        title = _title(row)
        if len(title) > _TITLE_LENGTH:
            detail = f"titre trop long, coupé : {title}"
            self._findings.tell(Section.TO_READ, subject, detail, rubrique=row.number)
        order = _ORDER.match(row.title)
        told = (self._plain(text, row, subject, site) for text in (row.summary, row.text))
        description = "\n".join(filter(None, told))
        if row.number in self._reserved:
            lost = f" ; son texte n’est pas repris : {description}" if description else ""
            detail = f"{_RESERVED}{lost}"
            self._findings.tell(Section.TO_READ, subject, detail, rubrique=row.number)
            description = ""
        return {
            "title": title[:_TITLE_LENGTH],
            "description": description,
            "position": int(order[1]) if order else 0,
        }

    def _plain(self, source: str, row: SpipRubrique, subject: str, site: Site) -> str:
        converted = convert(source, site)
        for problem in converted.problems:
            self._findings.tell_problem(subject, problem, rubrique=row.number)
        return in_words(converted.html)


def _title(row: SpipRubrique) -> str:
    return convert_line(row.title, Nowhere()).text or f"Rubrique {row.number}"


def within(rows: Iterable[SpipRubrique], tops: set[int]) -> set[int]:
    """Return these rubriques and all that they hold; `rows` has those above first."""
    found = set(tops)
    for row in rows:
        if row.parent in found:
            found.add(row.number)
    return found


def _outcome(earlier: SpipObject | None, made: str) -> Outcome:
    if earlier is None:
        return Outcome.CREATED
    if earlier.made == made:
        return Outcome.UNCHANGED
    if earlier.category and earlier.kept != memory.kept_category(earlier.category):
        return Outcome.CONFLICT
    return Outcome.UPDATED


def _slug(title: str, taken: Container[str]) -> str:
    return free_slug(title, lambda slug: slug in taken, _SLUG_LENGTH, "rubrique")

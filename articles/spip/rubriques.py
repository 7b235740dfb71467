"""The rubriques of the old site, as ours: the tree, in its order."""

import re
from collections.abc import Container, Iterable, Sequence

from django.urls import reverse

from articles.models import Category, Section, SpipKind, SpipObject
from articles.spip import memory
from articles.spip.findings import Findings, Outcome
from articles.spip.rows import SpipRubrique
from articles.spip.shortcuts import convert, convert_line
from articles.spip.site import Site, Target
from articles.spip.wording import in_words
from cgtdouanes.slugs import free_slug

_ORDER = re.compile(r"\s*(\d{1,4})\.\s")
_TITLE_LENGTH = Category._meta.get_field("title").max_length or 0
_SLUG_LENGTH = Category._meta.get_field("slug").max_length or 0
# Where articles go whose rubrique is no more.
LOST = 0
LOST_TITLE = "Ancien site"


class Rubriques:
    """The rubriques by their old numbers: `targets` are their pages, `keys` their keys here.

    A dry run knows the pages of those that would be made, not their keys.
    """

    def __init__(self, findings: Findings, *, dry_run: bool) -> None:
        self._findings = findings
        self._dry_run = dry_run
        self.targets: dict[int, Target] = {}
        self.keys: dict[int, int] = {}

    def take_over(self, rows: Sequence[SpipRubrique], site: Site) -> None:
        """Make our rubriques, those above first; one of the same name in the same place is it."""
        earlier = memory.known(SpipKind.RUBRIQUE, [row.number for row in rows])
        taken = set(Category.objects.values_list("slug", flat=True))
        for row in rows:
            self._take(row, earlier.get(row.number), taken, site)

    def need_lost(self) -> None:
        """Make the rubrique of the articles that have none left, the first time."""
        if LOST in self.targets:
            return
        row = SpipRubrique(LOST, 0, LOST_TITLE, "", "")
        taken = set(Category.objects.values_list("slug", flat=True))
        earlier = memory.known(SpipKind.RUBRIQUE, [LOST]).get(LOST)
        self._take(row, earlier, taken, None)

    def _take(
        self, row: SpipRubrique, earlier: SpipObject | None, taken: set[str], site: Site | None
    ) -> None:
        values = self._values(row, site)
        made = memory.fingerprint([values, row.parent])
        parent = self.keys.get(row.parent)
        if earlier and earlier.category is None:
            self._findings.skip(
                SpipKind.RUBRIQUE, f"rubrique {row.number}", "supprimée ici depuis l’import"
            )
            return
        category = earlier.category if earlier else None
        if category is None and (parent or not row.parent):
            alike = Category.objects.filter(title=values["title"], parent=parent)
            category = alike.order_by("pk").first()
        outcome = _outcome(earlier, made)
        self._findings.count(SpipKind.RUBRIQUE.label, outcome)
        if outcome == Outcome.CONFLICT:
            self._findings.tell(
                Section.CONFLICT,
                f"rubrique {row.number}, « {values['title']} »",
                "elle a changé sur l’ancien site, et ici",
            )
        if category is None:
            category = Category(slug=_slug(str(values["title"]), taken), parent_id=parent, **values)
        elif outcome == Outcome.UPDATED:
            for name, value in values.items():
                setattr(category, name, value)
            category.parent_id = parent
        taken.add(category.slug)
        if not self._dry_run and outcome in (Outcome.CREATED, Outcome.UPDATED):
            category.save()
            kept = memory.kept_category(category)
            SpipObject.objects.update_or_create(
                kind=SpipKind.RUBRIQUE,
                number=row.number,
                defaults={"category": category, "made": made, "kept": kept},
            )
        if category.pk:
            self.keys[row.number] = category.pk
        url = reverse("articles:category", args=[category.slug])
        self.targets[row.number] = Target(url, category.title)

    def _values(self, row: SpipRubrique, site: Site | None) -> dict[str, str | int]:
        if site is None:
            return {"title": row.title, "description": "", "position": 0}
        title = convert_line(row.title, site).text or f"Rubrique {row.number}"
        told = [in_words(convert(text, site).html) for text in (row.summary, row.text)]
        if len(title) > _TITLE_LENGTH:
            self._findings.tell(
                Section.TO_READ, f"rubrique {row.number}", f"titre trop long, coupé : {title}"
            )
        order = _ORDER.match(row.title)
        return {
            "title": title[:_TITLE_LENGTH],
            "description": "\n".join(filter(None, told)),
            "position": int(order[1]) if order else 0,
        }


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

"""Deciding what becomes of the articles that are here already.

Officers go on writing meanwhile: what changed on the old site is held before anything is compared,
so that a version kept at the same instant is seen, and neither lost nor doubled.
"""

from collections.abc import Sequence
from dataclasses import replace

from articles.models import Article, ArticleVisibility, Revision, Section, SpipKind, SpipObject
from articles.spip import memory
from articles.spip.documents import Documents
from articles.spip.findings import Findings, Outcome
from articles.spip.places import with_addresses
from articles.spip.writing import Plan

DELETED = "supprimé ici depuis la reprise"


class Decisions:
    """Decides about a batch of articles, counts what becomes of them and tells what differs."""

    def __init__(self, documents: Documents, findings: Findings, *, dry_run: bool) -> None:
        self._documents = documents
        self._findings = findings
        self._dry_run = dry_run

    def decided(self, plans: Sequence[Plan]) -> list[Plan]:
        """Give each plan its outcome, within the transaction that writes; return those that stand.

        What was deleted here meanwhile is left alone.
        """
        changed = [plan for plan in plans if plan.earlier and plan.earlier.made != plan.made]
        if changed:
            self._hold(changed)
        kept = [plan for plan in plans if plan not in changed or plan.article]
        for plan in kept:
            self._count(plan)
        return kept

    def _hold(self, plans: Sequence[Plan]) -> None:
        """Compare these articles with what they are now, and keep others from changing them."""
        numbers = [plan.row.number for plan in plans]
        articles = Article.objects.filter(
            pk__in=[plan.article.pk for plan in plans if plan.article]
        )
        if not self._dry_run:
            # In one order, so that two who hold several never wait for each other.
            list(articles.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        earlier = memory.known(SpipKind.ARTICLE, numbers)
        documents = memory.known_documents(numbers)
        stored = [each.article for each in earlier.values() if each.article]
        pending = memory.pending_revisions(stored)
        for plan in plans:
            number = plan.row.number
            plan.earlier = before = earlier.get(number)
            plan.article = before.article if before else None
            if before is None or plan.article is None:
                self._findings.skip(SpipKind.ARTICLE, f"article {number}", DELETED, number)
                continue
            plan.documents = [
                replace(each, earlier=documents.get((number, each.file.number)))
                for each in plan.documents
            ]
            plan.gone = self._documents.gone(number, plan.linked, documents)
            waiting = pending.get(plan.article.pk)
            plan.outcome = _outcome(before, plan.article, waiting)
            plan.is_to_reserve = plan.outcome == Outcome.CONFLICT and _is_reserved_since(plan)

    def _count(self, plan: Plan) -> None:
        self._findings.count(SpipKind.ARTICLE.label, plan.outcome)
        if plan.outcome == Outcome.CONFLICT:
            why = f"il a changé sur l’ancien site, et ici : rien n’y a été touché{_differing(plan)}"
            self._findings.tell(Section.CONFLICT, plan.mapped.subject, why, plan.row.number)
        if plan.is_to_reserve:
            why = (
                "il est réservé sur l’ancien site depuis : il l’est ici aussi, tel qu’il est ; "
                "s’il doit rester public, rouvrez-le"
            )
            self._findings.tell(Section.CONFLICT, plan.mapped.subject, why, plan.row.number)
        for each in plan.documents:
            self._documents.count(each)
        if plan.outcome == Outcome.UPDATED:
            self._findings.count(SpipKind.DOCUMENT.label, Outcome.UPDATED, len(plan.gone))


def _outcome(earlier: SpipObject, article: Article, pending: Revision | None) -> Outcome:
    if earlier.kept != memory.kept_article(article, pending):
        return Outcome.CONFLICT
    return Outcome.UPDATED


def _is_reserved_since(plan: Plan) -> bool:
    """Whether the old site reserves now what it did not when an import last wrote it here."""
    members = ArticleVisibility.MEMBERS
    if plan.article is None or plan.mapped.values["visibility"] != members:
        return False
    if plan.article.visibility == members:
        return False
    imported = plan.article.revisions.filter(author=None).order_by("-number").first()
    return imported is None or imported.visibility != members


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

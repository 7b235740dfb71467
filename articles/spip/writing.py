"""Writing articles by the hundred: the same rows, texts and index as when officers keep them.

Nobody is told by mail: what the section had already published is no news.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Max
from django.utils import timezone

from articles import editorial
from articles.models import (
    ARTICLES,
    Article,
    ArticleVisibility,
    Attachment,
    EditorialEvent,
    MeetingProposal,
    Revision,
    SpipKind,
    SpipObject,
    Status,
)
from articles.spip.amending import amended
from articles.spip.documents import Documents, Planned
from articles.spip.findings import Outcome
from articles.spip.illustrations import Illustrations
from articles.spip.illustrations import Planned as PlannedPicture
from articles.spip.mapping import Mapped
from articles.spip.memory import kept_article
from articles.spip.places import with_addresses
from articles.spip.recognition import recognise
from articles.spip.rendering import Rendering
from articles.spip.rows import SpipArticle, SpipFile
from articles.texts import Texts
from cgtdouanes import pages
from cgtdouanes.search import index


@dataclass
class Plan:
    """What an import is to do of one article."""

    row: SpipArticle
    mapped: Mapped
    slug: str
    category_id: int | None
    made: str
    outcome: Outcome
    earlier: SpipObject | None
    # With its documents, those that are not taken over.
    linked: list[SpipFile] = field(default_factory=list)
    documents: list[Planned] = field(default_factory=list)
    pictures: list[PlannedPicture] = field(default_factory=list)
    refused: list[SpipFile] = field(default_factory=list)
    # What it had, and has no longer on the old site.
    gone: list[Attachment] = field(default_factory=list)
    # Touched here, and kept from visitors there since.
    is_to_reserve: bool = False
    article: Article | None = None
    # Its texts, being made ready; a text that names documents waits for their addresses.
    texts: Future[Texts] | None = None

    @property
    def day(self) -> date:
        """The day by which the year of a meeting is found."""
        moment = self.mapped.values["published_at"] or self.mapped.created_at
        return timezone.localtime(moment).date()


def write(plans: Sequence[Plan], documents: Documents, illustrations: Illustrations) -> None:
    """Store these articles with their documents; within the caller's transaction."""
    created = [plan for plan in plans if plan.outcome == Outcome.CREATED]
    _create(created, documents)
    for plan in plans:
        if plan.outcome == Outcome.UPDATED:
            _update(plan, documents)
        elif plan.is_to_reserve and plan.article:
            _reserve(plan.article)
    for plan in plans:
        # Of an article that is left as it is, the text may be another by now.
        is_written = plan.outcome in (Outcome.CREATED, Outcome.UPDATED)
        if plan.article and plan.pictures and is_written:
            illustrations.store(plan.pictures, plan.article)


def proposals(plans: Sequence[Plan]) -> list[MeetingProposal]:
    """Return the meetings that the titles of these new articles tell of; none is saved."""
    found = []
    for plan in plans:
        values = plan.mapped.values
        if plan.outcome != Outcome.CREATED or values["status"] == Status.ARCHIVED:
            continue
        meeting = recognise(values["title"], values["kicker"], plan.mapped.begins, plan.day)
        if meeting:
            found.append(
                MeetingProposal(
                    article=plan.article, kind=meeting.kind, title=meeting.title, on=meeting.on
                )
            )
    return found


def _create(plans: Sequence[Plan], documents: Documents) -> None:
    for plan in plans:
        article = Article(slug=plan.slug, shown_number=1, **plan.mapped.values)
        if plan.category_id:
            article.category_id = plan.category_id
        if not plan.documents:
            Rendering.finish(article, plan.texts)
        plan.article = article
    articles = [plan.article for plan in plans if plan.article]
    Article.objects.bulk_create(articles)
    attached = {plan.row.number: _attach(plan, documents) for plan in plans}
    with_files = [plan.article for plan in plans if attached[plan.row.number] and plan.article]
    Article.objects.bulk_update(with_files, ["body", "full_html", "teaser_html"])
    for plan in plans:
        if plan.article:
            # These two are of today until they are written by hand.
            plan.article.created_at = plan.mapped.created_at
            plan.article.updated_at = plan.mapped.updated_at
    Article.objects.bulk_update(articles, ["created_at", "updated_at"])
    revisions = Revision.objects.bulk_create(
        _revision(plan.article, 1, attached[plan.row.number], plan)
        for plan in plans
        if plan.article
    )
    EditorialEvent.objects.bulk_create(
        EditorialEvent(
            revision=revision,
            decision=plan.mapped.decision,
            at=plan.mapped.values["published_at"] or plan.mapped.updated_at,
            reason=plan.mapped.reason,
        )
        for plan, revision in zip(plans, revisions, strict=True)
        if plan.mapped.decision
    )
    SpipObject.objects.bulk_create(
        SpipObject(
            kind=SpipKind.ARTICLE,
            number=plan.row.number,
            article=plan.article,
            made=plan.made,
            kept=kept_article(plan.article),
        )
        for plan in plans
        if plan.article
    )
    index.all_changed(articles)
    pages.changed(ARTICLES)


def _update(plan: Plan, documents: Documents) -> None:
    """Keep what changed on the old site as a new version, which readers see at once."""
    article, earlier = plan.article, plan.earlier
    if article is None or earlier is None:
        return
    for name, value in plan.mapped.values.items():
        setattr(article, name, value)
    article.category_id = plan.category_id or article.category_id
    _attach(plan, documents)
    for attachment in plan.gone:
        attachment.is_shown = False
        attachment.save()
    article.prepare()
    last = article.revisions.aggregate(last=Max("number"))["last"] or 0
    article.shown_number = last + 1
    _revision(article, last + 1, list(article.attachments.shown()), plan).save()
    article.save()
    earlier.made, earlier.kept = plan.made, kept_article(article)
    earlier.save()


def _reserve(article: Article) -> None:
    """Keep it for adherents, in what readers see and in a version of its own, and nothing else."""
    article, _revision = amended(article, None, visibility=ArticleVisibility.MEMBERS)
    article.save()


def _attach(plan: Plan, documents: Documents) -> list[Attachment]:
    """Attach the documents of an article, and put their addresses in its text."""
    article = plan.article
    if article is None or not plan.documents:
        return []
    kept = [(each, documents.attach(each, article, plan.row.number)) for each in plan.documents]
    addresses = {
        planned.file.number: attachment.get_absolute_url()
        for planned, attachment in kept
        if attachment
    }
    article.body = with_addresses(article.body, addresses)
    article.prepare()
    return [attachment for _, attachment in kept if attachment]


def _revision(
    article: Article, number: int, attached: Sequence[Attachment], plan: Plan
) -> Revision:
    return Revision(
        article=article,
        number=number,
        created_at=plan.mapped.updated_at if number == 1 else timezone.now(),
        attachments=[editorial.facts_of(attachment) for attachment in attached],
        **{name: getattr(article, name) for name in Revision.CONTENT},
    )

"""The life of an article: kept, reviewed, approved, scheduled, published, changed, archived.

A decision is about one exact revision. What is kept after a publication waits beside the article
that readers see, until it is published in turn. Whoever decides later than somebody else is told.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from articles.models import (
    Article,
    Attachment,
    Decision,
    EditorialEvent,
    Revision,
    Status,
)
from articles.permissions import can_approve, can_publish, can_write
from articles.services import save_article
from members.models import User

# What a revision says of each attachment, besides its id.
DESCRIBED = ("title", "kind", "visibility")
# What no revision holds: the officer's to change until the article is settled.
UNSETTLED = ("slug", "published_at")


class Outdated(Exception):
    """Another revision was kept meanwhile: `newest` is what to look at first."""

    def __init__(self, newest: Revision) -> None:
        super().__init__(newest)
        self.newest = newest


class NotApproved(Exception):
    """A second officer has not approved this very revision."""


def newest_revision(article: Article) -> Revision | None:
    """Return what was kept last of this article; None when it was never kept at the desk."""
    return article.revisions.select_related("author").order_by("-number").first()


def pending_revision(article: Article) -> Revision | None:
    """Return the revision that is ahead of what readers see, if there is one."""
    newest = newest_revision(article)
    return newest if newest and newest.number > article.shown_number else None


def working_copy(article: Article) -> Article:
    """Put in this object, unsaved, what was kept last: what an officer goes on writing."""
    if revision := pending_revision(article):
        as_in(revision, article)
    return article


def working_attachments(article: Article) -> list[Attachment]:
    """Return the attachments of what was kept last."""
    if revision := pending_revision(article):
        return attachments_of(revision)
    return list(article.attachments.shown())


@transaction.atomic
def keep(
    article: Article,
    by: User,
    attachments: Iterable[Attachment] | None = None,
    *,
    restores: int | None = None,
) -> Revision:
    """Record a revision from what this object holds, and the article itself until it is settled.

    Whoever asks has made sure that nothing newer is written over unseen. Raises PermissionDenied
    for who may not write.
    """
    if not can_write(by):
        raise PermissionDenied
    stored = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    newest = begin(stored)
    article.prepare()
    attached = list(article.attachments.shown() if attachments is None else attachments)
    revision = Revision.objects.create(
        article=stored,
        number=newest.number + 1,
        author=by,
        restores=restores,
        attachments=[facts_of(attachment) for attachment in attached],
        **{field: getattr(article, field) for field in Revision.CONTENT},
    )
    if not stored.is_settled:
        _show(revision, stored)
        for name in UNSETTLED:
            setattr(stored, name, getattr(article, name))
        # Words that changed are to be read again.
        stored.status = Status.DRAFT
        stored.save()
    return revision


def review_state(revision: Revision) -> Decision | None:
    """Return the last decision about this revision, None when there is none."""
    last = revision.events.order_by("-at", "-pk").first()
    return Decision(last.decision) if last else None


def is_approved(revision: Revision) -> bool:
    """Whether another officer than its author approved this very revision."""
    approvals = revision.events.filter(decision=Decision.APPROVED)
    return approvals.exclude(by=None).exclude(by=revision.author).exists()


@transaction.atomic
def submit(revision: Revision, by: User) -> None:
    """Ask another officer to read it. Raises PermissionDenied, and Outdated for an older one."""
    article = _held(revision)
    if not can_write(by):
        raise PermissionDenied
    _decide(revision, Decision.SUBMITTED, by)
    if not article.is_settled:
        article.status = Status.IN_REVIEW
        article.save()


@transaction.atomic
def approve(revision: Revision, by: User) -> None:
    """Find it good to publish. Raises PermissionDenied for its author, Outdated for an older."""
    _held(revision)
    if not can_approve(by, revision):
        raise PermissionDenied
    _decide(revision, Decision.APPROVED, by)


@transaction.atomic
def send_back(revision: Revision, by: User, reason: str) -> None:
    """Give it back to who writes, and say why. Raises as `approve`; ValueError without a reason."""
    article = _held(revision)
    if not can_publish(by):
        raise PermissionDenied
    if not reason.strip():
        raise ValueError("say why")
    _decide(revision, Decision.RETURNED, by, reason)
    if not article.is_settled:
        article.status = Status.DRAFT
        article.save()


@transaction.atomic
def publish(
    revision: Revision, by: User, *, at: datetime | None = None, reason: str = ""
) -> Article:
    """Put it before readers: now, under the date it bears, or when the moment `at` comes.

    Of a change to what is published, readers are told the reason. Raises PermissionDenied,
    Outdated, and NotApproved where two officers are needed.
    """
    article = _held(revision)
    if not can_publish(by):
        raise PermissionDenied
    if not (settings.PUBLISHING_ALONE or is_approved(revision)):
        raise NotApproved
    was_out = article.status == Status.PUBLISHED
    _show(revision, article)
    now = timezone.now()
    if at and at > now and not was_out:
        article.status = Status.SCHEDULED
        article.published_at = at
        article.save()
        _decide(revision, Decision.SCHEDULED, by)
        return article
    if article.published_at and article.published_at > now:
        article.published_at = now
    article.status = Status.PUBLISHED
    if was_out:
        said = {"on": timezone.localdate().isoformat(), "reason": reason.strip()}
        article.modifications = [*article.modifications, said]
    save_article(article)
    _decide(revision, Decision.PUBLISHED, by, reason)
    return article


@transaction.atomic
def unschedule(article: Article, by: User) -> None:
    """Take back the decision to publish it on a day. Raises PermissionDenied."""
    held = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if not can_publish(by):
        raise PermissionDenied
    if held.status == Status.SCHEDULED:
        held.status = Status.DRAFT
        held.published_at = None
        held.save()
        _decide(_shown_revision(held), Decision.UNSCHEDULED, by)


@transaction.atomic
def archive(article: Article, by: User, reason: str) -> None:
    """Take it away from readers, kept for officers. Raises PermissionDenied."""
    held = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if not can_publish(by):
        raise PermissionDenied
    if held.status == Status.PUBLISHED:
        held.status = Status.ARCHIVED
        held.save()
        _decide(_shown_revision(held), Decision.ARCHIVED, by, reason)


def publish_due() -> list[Article]:
    """Publish what was scheduled for a moment that has come; return these articles."""
    out = []
    due = Article.objects.filter(status=Status.SCHEDULED, published_at__lte=timezone.now())
    for pk in due.order_by("published_at", "pk").values_list("pk", flat=True):
        with transaction.atomic():
            article = due.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if article is None:
                continue
            article.status = Status.PUBLISHED
            save_article(article)
            _decide(_shown_revision(article), Decision.PUBLISHED, None)
            out.append(article)
    return out


def as_in(revision: Revision, article: Article) -> Article:
    """Put in this object, unsaved, what the revision holds; return it."""
    for name, value in revision.content().items():
        setattr(article, name, value)
    article.prepare()
    return article


@transaction.atomic
def restore(revision: Revision, by: User) -> Revision:
    """Keep again what an older revision held, as the newest one. Raises as `keep`."""
    article = as_in(revision, Article.objects.get(pk=revision.article_id))
    return keep(article, by, attachments_of(revision), restores=revision.number)


def attachments_of(revision: Revision) -> list[Attachment]:
    """Return the attachments as this revision describes them; those deleted since are missing."""
    attached = Attachment.objects.filter(article=revision.article)
    by_pk = attached.in_bulk([each["id"] for each in revision.attachments])
    found = []
    for facts in revision.attachments:
        if attachment := by_pk.get(facts["id"]):
            for name in DESCRIBED:
                setattr(attachment, name, facts[name])
            found.append(attachment)
    return found


def _held(revision: Revision) -> Article:
    """Return the article, locked, for a decision about its newest revision."""
    article = Article.objects.select_for_update(of=("self",)).get(pk=revision.article_id)
    newest = newest_revision(article)
    if newest and newest.pk != revision.pk:
        raise Outdated(newest)
    return article


def begin(article: Article) -> Revision:
    """Return the newest revision; the first time, record as such what the stored article holds."""
    article = Article.objects.get(pk=article.pk)
    if newest := newest_revision(article):
        return newest
    first = Revision.objects.create(
        article=article,
        number=1,
        author=article.author,
        created_at=article.updated_at,
        attachments=[facts_of(attachment) for attachment in article.attachments.shown()],
        **{field: getattr(article, field) for field in Revision.CONTENT},
    )
    Article.objects.filter(pk=article.pk).update(shown_number=1)
    return first


def _shown_revision(article: Article) -> Revision:
    shown = article.revisions.filter(number=article.shown_number).first()
    return shown or begin(article)


def _decide(revision: Revision, decision: Decision, by: User | None, reason: str = "") -> None:
    EditorialEvent.objects.create(
        revision=revision, decision=decision, by=by, reason=reason.strip()
    )


def _show(revision: Revision, article: Article) -> None:
    """Make the article and its attachments what this revision says; the article is not saved."""
    as_in(revision, article)
    article.shown_number = revision.number
    described = {each["id"]: each for each in revision.attachments}
    for attachment in article.attachments.all():
        facts: dict[str, Any] | None = described.get(attachment.pk)
        values = {name: facts[name] for name in DESCRIBED} if facts else {}
        Attachment.objects.filter(pk=attachment.pk).update(is_shown=bool(facts), **values)


def facts_of(attachment: Attachment) -> dict[str, Any]:
    """Return what a revision says of an attachment."""
    return {"id": attachment.pk} | {name: getattr(attachment, name) for name in DESCRIBED}

"""Meetings recognised in the titles of imported articles: an officer confirms or refuses each one.

Nobody is told by mail: what came from the old site is no news.
"""

from datetime import datetime, time

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from articles.models import (
    Article,
    ArticleVisibility,
    Decision,
    EditorialEvent,
    MeetingProposal,
    ProposalState,
    SpipKind,
    SpipObject,
)
from articles.permissions import can_write
from articles.spip.amending import amended
from articles.spip.memory import kept_article, pending_revisions
from cgtdouanes import pages
from cgtdouanes.text.slugs import free_slug
from meetings.models import Meeting, MeetingStatus, MeetingVisibility
from meetings.permissions import can_keep_record
from members.models import User
from members.permissions import Reader

# Nothing says at what hour it was: meetings begin then more often than not.
USUAL_HOUR = time(9, 0)
_SLUG_LENGTH = Meeting._meta.get_field("slug").max_length or 0


class AlreadyDecided(Exception):
    """Somebody decided on it meanwhile."""


class NoDay(Exception):
    """A meeting is on a day, and nobody has said which."""


def can_decide(user: Reader) -> bool:
    """Those who write articles and keep the record of the meetings."""
    return can_write(user) and can_keep_record(user)


@transaction.atomic
def confirm(proposal: MeetingProposal, by: User) -> tuple[Meeting, bool]:
    """Link the article to the meeting chosen, else to the one of that kind and day, else to a new.

    Returns the meeting and whether it is new. Raises PermissionDenied, AlreadyDecided and NoDay.
    """
    held = _held(proposal, by)
    if held.on is None:
        raise NoDay
    meeting = held.meeting or meeting_of_that_day(held)
    is_new = meeting is None
    meeting = meeting or _make_meeting(held)
    _link(held.article, meeting, by)
    held.meeting, held.state = meeting, ProposalState.CONFIRMED
    held.save()
    return meeting, is_new


@transaction.atomic
def refuse(proposal: MeetingProposal, by: User) -> None:
    """Say that the article is about no meeting. Raises PermissionDenied and AlreadyDecided."""
    held = _held(proposal, by)
    held.state = ProposalState.REFUSED
    held.save()


def meeting_of_that_day(proposal: MeetingProposal) -> Meeting | None:
    """Return the only meeting of that kind and day; None where there is none, or several."""
    found = Meeting.objects.filter(kind=proposal.kind, starts_at__date=proposal.on)
    meetings = list(found.order_by("pk")[:2])
    return meetings[0] if len(meetings) == 1 else None


def _held(proposal: MeetingProposal, by: User) -> MeetingProposal:
    if not can_decide(by):
        raise PermissionDenied
    held = MeetingProposal.objects.select_for_update().get(pk=proposal.pk)
    if held.state != ProposalState.PROPOSED:
        raise AlreadyDecided
    return held


def _make_meeting(proposal: MeetingProposal) -> Meeting:
    """Make the meeting; visitors know of it only when they may read the article."""
    if proposal.on is None:
        raise NoDay
    article = proposal.article
    starts_at = timezone.make_aware(datetime.combine(proposal.on, USUAL_HOUR))
    is_public = article.is_published and article.visibility != ArticleVisibility.MEMBERS
    meeting = Meeting(
        kind=proposal.kind,
        title=proposal.title,
        slug=free_slug(f"{proposal.title} {proposal.on}", _is_taken, _SLUG_LENGTH, "reunion"),
        starts_at=starts_at,
        status=MeetingStatus.HELD if starts_at < timezone.now() else MeetingStatus.PLANNED,
        visibility=MeetingVisibility.PUBLIC if is_public else MeetingVisibility.MEMBERS,
    )
    meeting.save()
    return meeting


def _is_taken(slug: str) -> bool:
    return slug in Meeting.ADDRESSES_TAKEN or Meeting.objects.filter(slug=slug).exists()


def _link(article: Article, meeting: Meeting, by: User) -> None:
    """Link them in what readers see, and in a version of its own; the texts stay as they are."""
    article = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    earlier = SpipObject.objects.filter(kind=SpipKind.ARTICLE, article=article).first()
    pending = pending_revisions([article]).get(article.pk)
    was_untouched = earlier is not None and earlier.kept == kept_article(article, pending)
    article, revision = amended(article, by, meeting_id=meeting.pk)
    shown = article.shown_number
    # Not saved: what readers are told of the day of its last change stays true.
    Article.objects.filter(pk=article.pk).update(meeting=meeting, shown_number=shown)
    pages.changed(*article.shown_under(), meeting.page_tag)
    if article.is_published and shown == revision.number:
        EditorialEvent.objects.create(
            revision=revision, decision=Decision.PUBLISHED, by=by, reason="Réunion liée à l’article"
        )
    if earlier and was_untouched:
        article.refresh_from_db()
        earlier.kept = kept_article(article)
        earlier.save()

"""What waits for those who write, publish and moderate."""

from collections.abc import Iterator

from articles.models import (
    Article,
    Decision,
    MeetingProposal,
    ProposalState,
    Reaction,
    Revision,
    Status,
)
from articles.permissions import can_moderate, can_publish, can_write
from articles.report import without_report
from cgtdouanes.officers.officers_home import Panel, panel
from members.permissions import Reader


def panels(officer: Reader) -> Iterator[Panel]:
    """Tell each officer of what concerns their role; of articles only what waits."""
    if can_write(officer):
        yield from filter(lambda each: each.total, _articles(officer))
        yield panel("reports", "articles/_meetings_without_report.html", without_report(officer))
    if can_moderate(officer):
        to_moderate = Reaction.objects.to_moderate()
        waiting = panel("to-moderate", "articles/_reactions_to_moderate.html", to_moderate)
        if waiting.total:
            yield waiting


def _articles(officer: Reader) -> Iterator[Panel]:
    revisions = Revision.objects.newest().select_related("article", "author")
    returned = revisions.last_decided(Decision.RETURNED).filter(author_id=officer.pk)
    yield panel("returned", "articles/_returned_revisions.html", returned)
    if can_publish(officer):
        submitted = revisions.last_decided(Decision.SUBMITTED).exclude(author_id=officer.pk)
        yield panel("to-review", "articles/_revisions_to_review.html", submitted)
        approved = revisions.last_decided(Decision.APPROVED)
        yield panel("approved", "articles/_approved_revisions.html", approved)
    scheduled = Article.objects.filter(status=Status.SCHEDULED).order_by("published_at", "pk")
    yield panel("scheduled", "articles/_scheduled_articles.html", scheduled)
    to_confirm = MeetingProposal.objects.filter(state=ProposalState.PROPOSED)
    yield panel("meetings-to-confirm", "articles/_meetings_to_confirm.html", to_confirm)

"""What waits for those who keep the record: what is late, what was promised, what comes next."""

from collections.abc import Iterator

from cgtdouanes.officers.officers_home import UNFOLDED, Panel, panel
from meetings import opening_statement
from meetings.deadlines import to_claim
from meetings.models import Commitment, Meeting, MeetingStatus
from meetings.permissions import can_keep_record
from members.permissions import Reader


def panels(officer: Reader) -> Iterator[Panel]:
    """Tell the keepers of the record what to claim and to prepare; nobody else."""
    if not can_keep_record(officer):
        return
    yield _late(officer)
    overdue = Commitment.objects.visible_to(officer).overdue().by_urgency()
    overdue = overdue.select_related("agenda_item__meeting")
    yield panel("overdue", "meetings/_overdue_commitments.html", overdue)
    planned = Meeting.objects.visible_to(officer).filter(status=MeetingStatus.PLANNED)
    unsettled = panel("unsettled", "meetings/_unsettled_meetings.html", planned.past())
    if unsettled.total:
        yield unsettled
    coming = Meeting.objects.visible_to(officer).upcoming()
    yield panel("coming", "meetings/_coming_meetings.html", coming)


def _late(officer: Reader) -> Panel:
    late = to_claim(officer)
    shown = late[:UNFOLDED]
    return Panel(
        "late",
        "meetings/_late_deadlines.html",
        [{"deadline": each, "title": opening_statement.title(each)} for each in shown],
        len(late),
        [opening_statement.sentence(each) for each in shown],
    )

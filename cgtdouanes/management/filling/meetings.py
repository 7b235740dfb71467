"""The meetings of the demo, with their agenda and documents, and the deadlines of each kind."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import count

from django.db.models import Model

from cgtdouanes import demo
from cgtdouanes.management.filling.story import Event, Row, Story, only, save, save_with_file
from meetings.models import AgendaItem, DeadlineRule, Document, Meeting


def add_deadlines() -> None:
    for row in demo.rows("deadlines"):
        save(DeadlineRule(**row))


def events(story: Story) -> Iterator[Event]:
    """Each meeting on its day, then its documents, those that came later when they came."""
    for row in demo.rows("meetings"):
        yield Event(story.days[row["slug"]], partial(_add_meeting, row, story))
    for row in demo.rows("documents"):
        day = story.days[row["meeting"]]
        yield Event(max(day, row.get("received_on", day)), partial(_add_document, row, story))


def _add_meeting(row: Row, story: Story) -> None:
    starts_at, ends_at = story.times(row)
    meeting = story.record(
        Meeting(
            starts_at=starts_at,
            ends_at=ends_at,
            follows=story.meetings[row["follows"]] if "follows" in row else None,
            **only(row, "slug", "kind", "title", "place", "status", "visibility", "delegation"),
        )
    )
    story.meetings[meeting.slug] = meeting
    position = count(1)
    for item in row["agenda"]:
        parent = _add_agenda_item(item, meeting, next(position), story)
        for sub_item in item.get("sub_items", []):
            _add_agenda_item(sub_item, meeting, next(position), story, parent)


def _add_agenda_item(
    row: Row, meeting: Meeting, position: int, story: Story, parent: AgendaItem | None = None
) -> AgendaItem:
    origin: dict[str, Model] = {}
    if "demand" in row:
        origin["demand"] = story.demands[row["demand"]]
    if "commitment" in row:
        origin["commitment"] = story.commitments[row["commitment"]]
    if "takes_up" in row:
        origin["takes_up"] = story.items[row["takes_up"]["meeting"], row["takes_up"]["item"]]
    item = story.record(
        AgendaItem(
            meeting=meeting,
            parent=parent,
            position=position,
            **origin,
            **only(row, "title", "presented", "discussion", "outcome", "outcome_kind"),
        )
    )
    known_as = row.get("title") or row.get("demand") or row.get("commitment")
    story.items[meeting.slug, known_as or row["takes_up"]["item"]] = item
    return item


def _add_document(row: Row, story: Story) -> None:
    meeting = story.meetings[row["meeting"]]
    document = Document(
        meeting=meeting,
        agenda_item=story.items[meeting.slug, row["item"]] if "item" in row else None,
        **only(row, "kind", "title", "received_on", "visibility"),
    )
    if "received_in_days" in row:
        document.received_on = story.today + timedelta(days=row["received_in_days"])
    story.documents[meeting.slug, document.title] = save_with_file(
        document, row["file"], story.record
    )

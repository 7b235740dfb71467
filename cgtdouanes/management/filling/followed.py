"""What the demo follows from meeting to meeting: demands with their steps, and commitments."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from cgtdouanes import demo
from cgtdouanes.management.filling.story import KEEPER, Event, Row, Story, only, save
from meetings.models import Commitment, Demand, DemandFollower, DemandStep


def events(story: Story) -> Iterator[Event]:
    demands, commitments = demo.rows("demands"), demo.rows("commitments")
    for row in demands:
        yield Event(row["raised_on"], partial(_raise, row, story))
    for row in demands:
        yield from _answers(row, story)
    for row in commitments:
        yield Event(story.days[row["meeting"]], partial(_commit, row, story))
    for row in commitments:
        for change in row.get("states", []):
            yield Event(change["on"], partial(_change, row["key"], change, story))


def _raise(row: Row, story: Story) -> None:
    story.demands[row["reference"]] = story.record(
        Demand(**only(row, "title", "text", "theme", "raised_on", "visibility"))
    )


def _answers(row: Row, story: Story) -> Iterator[Event]:
    """The steps of a demand; each may be corrected by one that is recorded later."""
    for step in row.get("steps", []):
        stored: list[DemandStep] = []
        day = step.get("on") or story.days[step["meeting"]]
        yield Event(day, partial(_add_step, row["reference"], step, story, stored))
        if correction := step.get("correction"):
            yield Event(
                correction["recorded_on"],
                partial(_add_step, row["reference"], correction, story, stored),
            )


def _add_step(reference: str, row: Row, story: Story, stored: list[DemandStep]) -> None:
    """Add a step, and to `stored` with it; one that is already there is thus corrected."""
    meeting = row.get("meeting", "")
    step = DemandStep(
        demand=story.demands[reference],
        meeting=story.meetings[meeting] if meeting else None,
        agenda_item=story.items[meeting, row["item"]] if "item" in row else None,
        corrects=stored[0] if stored else None,
        recorded_at=story.evening,
        recorded_by=story.people[row.get("recorded_by", KEEPER)],
        **only(row, "state", "answer", "quote", "on"),
    )
    stored.append(save(step))


def _commit(row: Row, story: Story) -> None:
    due_on: date | None = story.days[row["due_at"]] if "due_at" in row else row.get("due_on")
    story.commitments[row["key"]] = story.record(
        Commitment(
            agenda_item=story.items[row["meeting"], row["item"]],
            demand=story.demands[row["demand"]] if "demand" in row else None,
            due_on=due_on,
            state_on=story.days[row["meeting"]],
            **only(row, "wording", "made_by"),
        )
    )


def _change(key: str, row: Row, story: Story) -> None:
    commitment = story.commitments[key]
    if "state" in row:
        commitment.state, commitment.state_on = row["state"], row["on"]
    commitment.proof = row.get("proof", commitment.proof)
    if shown := row.get("proof_document"):
        commitment.proof_document = story.documents[shown["meeting"], shown["title"]]
    if "superseded_by" in row:
        commitment.superseded_by = story.commitments[row["superseded_by"]]
    story.record(commitment)


def add_followers(story: Story) -> None:
    """Let people follow demands, once all is told: nobody is written to of the past."""
    for row in demo.rows("people"):
        for reference in row.get("follows", []):
            save(DemandFollower(demand=story.demands[reference], user=story.people[row["email"]]))

"""What was negotiated: meetings, their agenda and documents, demands and commitments."""

from meetings.models.agenda import AgendaItem, OutcomeKind
from meetings.models.calendar_feed import CalendarFeed
from meetings.models.commitment import PENDING_STATES, Commitment, CommitmentState
from meetings.models.deadline import DeadlineRule
from meetings.models.demand import (
    OPEN_STATES,
    Demand,
    DemandState,
    DemandVisibility,
    ReferenceCounter,
)
from meetings.models.demand_step import DemandStep
from meetings.models.document import Document, DocumentKind, DocumentVisibility
from meetings.models.follower import DemandFollower
from meetings.models.meeting import Kind, Meeting, MeetingStatus, MeetingVisibility
from meetings.models.recorded import RECORD

__all__ = [
    "OPEN_STATES",
    "PENDING_STATES",
    "RECORD",
    "AgendaItem",
    "CalendarFeed",
    "Commitment",
    "CommitmentState",
    "DeadlineRule",
    "Demand",
    "DemandFollower",
    "DemandState",
    "DemandStep",
    "DemandVisibility",
    "Document",
    "DocumentKind",
    "DocumentVisibility",
    "Kind",
    "Meeting",
    "MeetingStatus",
    "MeetingVisibility",
    "OutcomeKind",
    "ReferenceCounter",
]

"""The pages of the public record: meetings and what is followed from one to the next."""

from meetings.views.calendars import (
    meeting_ics,
    my_calendar,
    personal_calendar,
    public_calendar,
)
from meetings.views.commitments import commitment_list
from meetings.views.demands import demand_detail, demand_list, demands_csv, demands_json
from meetings.views.following import follow, followed
from meetings.views.meetings import document, meeting_detail, meeting_list

__all__ = [
    "commitment_list",
    "demand_detail",
    "demand_list",
    "demands_csv",
    "demands_json",
    "document",
    "follow",
    "followed",
    "meeting_detail",
    "meeting_ics",
    "meeting_list",
    "my_calendar",
    "personal_calendar",
    "public_calendar",
]

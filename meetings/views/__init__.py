"""The pages of the public record: meetings and what is followed from one to the next."""

from meetings.views.commitments import commitment_list
from meetings.views.demands import demand_detail, demand_list, demands_csv, demands_json
from meetings.views.meetings import meeting_detail, meeting_list

__all__ = [
    "commitment_list",
    "demand_detail",
    "demand_list",
    "demands_csv",
    "demands_json",
    "meeting_detail",
    "meeting_list",
]

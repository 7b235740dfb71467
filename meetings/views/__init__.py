"""The pages of the public record: meetings and what is followed from one to the next."""

from meetings.views.meetings import meeting_detail, meeting_list

__all__ = [
    "meeting_detail",
    "meeting_list",
]

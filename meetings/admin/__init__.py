"""The officers' desk for the record of the meetings, one module per subject."""

from meetings.admin import deadlines, meetings

__all__ = ["deadlines", "meetings"]

"""The officers' desk for the record of the meetings, one module per subject."""

from meetings.admin import commitments, deadlines, demands, meetings

__all__ = ["commitments", "deadlines", "demands", "meetings"]

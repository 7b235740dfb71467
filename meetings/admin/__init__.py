"""The officers' desk for the record of the meetings, one module per subject."""

from meetings.admin import meetings

__all__ = ["meetings"]

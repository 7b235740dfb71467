"""What search engines read of a public meeting."""

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from cgtdouanes.linked_data import as_script, section
from cgtdouanes.text.typography import french
from meetings.models import Meeting, MeetingStatus

CANCELLED = frozenset({MeetingStatus.CANCELLED, MeetingStatus.BOYCOTTED})


def of_meeting(meeting: Meeting) -> SafeString | None:
    """Return the Event of a public meeting; None for a reserved one."""
    if not meeting.is_public:
        return None
    state = "EventCancelled" if meeting.status in CANCELLED else "EventScheduled"
    facts = {
        "@type": "Event",
        "name": french(f"{capfirst(meeting.get_kind_display())} : {meeting.title}"),
        "startDate": meeting.starts_at.isoformat(),
        "eventStatus": f"https://schema.org/{state}",
        "url": f"{settings.SITE_URL}{meeting.get_absolute_url()}",
        "organizer": section(),
    }
    if meeting.ends_at:
        facts["endDate"] = meeting.ends_at.isoformat()
    if meeting.place:
        facts["location"] = {"@type": "Place", "name": meeting.place, "address": meeting.place}
    return as_script(facts)

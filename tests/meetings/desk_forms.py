"""What the officers' forms about the record send, for tests to change a part of it."""

import re
from html import unescape

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import PDF

ADD = "/admin/meetings/meeting/add/"


def text(response):
    """What a page says, on one line and without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", response.content.decode())))


def change(meeting):
    return reverse("admin:meetings_meeting_change", args=[meeting.pk])


def row(title="", order="", *, item=None, sub=False, **words):
    """One item as the form sends it."""
    words = {"presented": "", "discussion": "", "outcome": "", "outcome_kind": "none"} | words
    values = {"title": title, "position": order, "id": item.pk if item else ""} | words
    return values | ({"sub": "on"} if sub else {})


def sent(meeting=None, rows=(), documents=(), **changes):
    """What the meeting's page sends: `meeting` as it is stored, with these items."""
    starts_at = timezone.localtime(meeting.starts_at if meeting else timezone.now())
    data = {
        "kind": "technical",
        "title": meeting.title if meeting else "Plan probité",
        "slug": meeting.slug if meeting else "",
        "starts_at_0": f"{starts_at:%d/%m/%Y}",
        "starts_at_1": f"{starts_at:%H:%M:%S}",
        "ends_at_0": "",
        "ends_at_1": "",
        "place": "",
        "status": "planned",
        "follows": (meeting.follows_id or "") if meeting else "",
        "delegation": "",
        "visibility": "public",
        "_continue": "1",
    } | changes
    for prefix, forms in (("agenda_items", rows), ("documents", documents)):
        stored = sum(bool(values.get("id")) for values in forms)
        data |= {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": stored}
        for number, values in enumerate(forms):
            data |= {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return data


def outline(meeting):
    items = meeting.agenda_items.in_outline()
    return [f"{'> ' if item.parent_id else ''}{item.title}" for item in items]


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def stored_rows(meeting, **orders):
    """The rows of the stored items, as numbered on the page but for these."""
    rows = []
    for number, item in enumerate(meeting.agenda_items.in_outline(), start=1):
        order = orders.get(item.title, number)
        rows.append(row(item.title, order, item=item, sub=bool(item.parent_id)))
    return rows


def paper(title="Note", *, content=PDF, item="", document=None, **changes):
    """One document as the form sends it; a stored one without a file keeps its own."""
    values = {
        "id": document.pk if document else "",
        "kind": "preparatory_document",
        "title": title,
        "received_on": "2026-03-02",
        "visibility": "public",
        "agenda_item": item,
    }
    if content:
        values["file"] = SimpleUploadedFile("note.pdf", content)
    return values | changes

"""What waits for those who keep the list of adherents: the requests for access."""

from collections.abc import Iterator

from cgtdouanes.officers.officers_home import Panel
from members.models import AccessRequest
from members.permissions import Reader, can_decide_access


def panels(officer: Reader) -> Iterator[Panel]:
    """Tell how many requests wait, and since when: their list says who asks, and records it."""
    if not can_decide_access(officer):
        return
    waiting = AccessRequest.objects.pending().order_by("created_at", "pk")
    if oldest := waiting.first():
        yield Panel("access", "members/_requests_to_decide.html", [oldest], waiting.count())

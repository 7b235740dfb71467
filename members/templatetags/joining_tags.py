"""Who asks for access, on the home page of the officers who answer."""

from typing import Any

from django import template

from members.models import AccessRequest
from members.permissions import can_decide_access

register = template.Library()


@register.simple_tag(takes_context=True)
def requests_to_decide(context: dict[str, Any]) -> dict[str, Any] | None:
    """How many requests wait and since when; None for who does not decide, or when none waits."""
    if not can_decide_access(context["request"].user):
        return None
    waiting = AccessRequest.objects.pending().order_by("created_at", "pk")
    oldest = waiting.first()
    return {"total": waiting.count(), "since": oldest.created_at} if oldest else None

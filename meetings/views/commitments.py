"""The register of the administration's commitments."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from meetings.models import Commitment


def commitment_list(request: HttpRequest) -> HttpResponse:
    """List the commitments that this reader knows of, the overdue first."""
    commitments = Commitment.objects.visible_to(request.user).by_urgency()
    return render(request, "meetings/commitment_list.html", {"commitments": commitments})

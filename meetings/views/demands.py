"""The tracker of demands: the list with its figures, the page of each demand, the exports."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render

from meetings.models import Demand


def demand_list(request: HttpRequest) -> HttpResponse:
    """List the demands that this reader knows of."""
    demands = Demand.objects.visible_to(request.user)
    return render(request, "meetings/demand_list.html", {"demands": demands})


def demand_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Show one demand."""
    demand = get_object_or_404(Demand.objects.visible_to(request.user), reference=reference)
    return render(request, "meetings/demand_detail.html", {"demand": demand})


def demands_csv(request: HttpRequest) -> HttpResponse:
    return HttpResponse("", content_type="text/csv")


def demands_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse({})

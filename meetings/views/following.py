"""Following demands: the button of a demand's page, and the list of what a person follows."""

from typing import Literal

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from meetings import services
from meetings.models import Demand, DemandFollower
from meetings.permissions import can_follow
from members.permissions import Reader, signed_in

PER_PAGE = 20
Following = Literal["follows", "may_follow", "visitor", "may_not"]


def following(demand: Demand, user: Reader) -> Following:
    """Where this reader stands with the demand, which decides the button shown."""
    if not user.is_authenticated:
        return "visitor"
    if DemandFollower.objects.filter(demand=demand, user=user.pk).exists():
        return "follows"
    return "may_follow" if can_follow(user) else "may_not"


@login_required
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, reference: str) -> HttpResponse:
    """Follow a demand, or stop: `following` says which, so that a form sent twice does one thing.

    A GET, after signing in for example, shows the demand.
    """
    user = signed_in(request)
    demand = get_object_or_404(Demand.objects.visible_to(user), reference=reference)
    if request.method == "POST":
        if request.POST.get("following") == "yes":
            services.follow(demand, user)
            messages.success(request, "Vous suivez cette revendication.")
        else:
            services.unfollow(demand, user)
            messages.success(request, f"Vous ne suivez plus la revendication {demand.reference}.")
        if "from_list" in request.POST:
            return redirect("meetings:followed")
    return redirect(demand)


@login_required
@require_safe
def followed(request: HttpRequest) -> HttpResponse:
    """List the demands that a person follows, the last followed first, as far as they may know."""
    user = signed_in(request)
    demands = Demand.objects.visible_to(user).filter(followers__user=user)
    demands = demands.defer("text", "searchable").order_by("-followers__since", "-pk")
    page = Paginator(demands, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "meetings/followed.html", {"page_obj": page})

"""Demands in templates: the words for a state, the time waited, and the bar of the figures."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse

from meetings import tracker
from meetings.chart import segments
from meetings.models import Demand, DemandState

register = template.Library()


@register.filter
def state_label(state: str) -> str:
    """The French word for a state: `{{ demand.shown_state|state_label }}`."""
    return str(DemandState(state).label)


@register.filter
def waiting(demand: Demand) -> str:
    """How long it has waited, for the reader to whom `visible_to` gave it."""
    return tracker.waiting_words(demand)


@register.inclusion_tag("meetings/_demand_figures.html")
def demand_figures(figures: tracker.Figures, chosen: dict[str, str] | None = None) -> dict[str, Any]:
    """The bar and its table, whose rows lead to the tracker narrowed down to that state."""
    address = reverse("meetings:demand_list")
    rows = [
        (share, f"{address}?{urlencode({**(chosen or {}), 'etat': share.group.key})}")
        for share in figures.shares
    ]
    return {"total": figures.total, "segments": segments(figures), "rows": rows}

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
def demand_figures(figures: tracker.Figures, chosen: dict[str, str]) -> dict[str, Any]:
    """The bar and its table; each row leads to the tracker narrowed down further, to that state."""
    return _shown(figures, chosen)


@register.inclusion_tag("meetings/_demand_summary.html")
def demand_summary(figures: tracker.Figures) -> dict[str, Any]:
    """The same in small, for a page about something else."""
    return _shown(figures, {})


def _shown(figures: tracker.Figures, chosen: dict[str, str]) -> dict[str, Any]:
    address = reverse("meetings:demand_list")
    rows = [
        (share, f"{address}?{urlencode(chosen | {'etat': share.group.key})}")
        for share in figures.shares
    ]
    return {
        "total": figures.total,
        "segments": segments(figures),
        "rows": rows,
        "is_rounded": any(share.is_rounded for share, _ in rows),
    }

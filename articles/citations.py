"""Citations: the demands and commitments that an article names, each with its state."""

from django.utils.safestring import SafeString, mark_safe

from cgtdouanes import richtext
from meetings.models import Commitment, Demand

# Said to who may not know the commitment: its words would tell.
COMMITMENT = "engagement de l’administration"


def of_demand(demand: Demand) -> SafeString:
    """Return what cites a demand in a body: its reference, and nothing that a reader learns by."""
    html = richtext.citation(demand.reference, demand.reference)
    return mark_safe(html)  # noqa: S308  escaped by `citation`


def of_commitment(commitment: Commitment) -> SafeString:
    """Return what cites a commitment in a body."""
    html = richtext.citation(commitment.anchor, COMMITMENT)
    return mark_safe(html)  # noqa: S308  escaped by `citation`

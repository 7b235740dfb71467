"""The life of one demand as a reader may know it: its steps in order, the corrected ones kept."""

from collections.abc import Container, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from meetings.models import AgendaItem, Demand, DemandState, DemandStep
from meetings.models.demand_step import DemandStepQuerySet
from members.permissions import Reader


@dataclass(frozen=True)
class Moment:
    """A step, with what corrects it and what it corrects where the reader may know of these.

    `is_corrected` is true even when the correction itself is not for this reader.
    """

    number: int
    step: DemandStep
    is_corrected: bool
    correction: DemandStep | None
    corrects: DemandStep | None
    corrects_number: int | None

    @property
    def agenda_heading(self) -> str:
        """The point of the agenda where it came up, unless it says no more than the demand."""
        item = self.step.agenda_item
        return item.heading if item and item.demand_id != self.step.demand_id else ""


def steps_for(user: Reader) -> DemandStepQuerySet:
    """Return the steps that this reader may know, demand by demand, in the order of time."""
    visible = DemandStep.objects.visible_to(user).select_related("meeting")
    return visible.order_by("demand_id", "on", "pk")


def corrected(steps: DemandStepQuerySet) -> set[int]:
    """Return the ids of those that were corrected, whoever may know the correction."""
    corrections = DemandStep.objects.filter(corrects__in=steps.order_by().values("pk"))
    return set(corrections.order_by().values_list("corrects_id", flat=True))


def with_agenda(steps: DemandStepQuerySet, user: Reader) -> DemandStepQuerySet:
    """Add the agenda items; those that this reader may not see are left out."""
    items = AgendaItem.objects.visible_to(user).with_origin()
    return steps.prefetch_related(Prefetch("agenda_item", queryset=items))


def moments(steps: Iterable[DemandStep], corrected: Container[int]) -> list[Moment]:
    """Return the moments of one demand, from its visible steps in order."""
    numbered = dict(enumerate(steps, 1))
    numbers = {step.pk: number for number, step in numbered.items()}
    corrections = {step.corrects_id: step for step in numbered.values()}
    found = []
    for number, step in numbered.items():
        corrects_number = numbers.get(step.corrects_id or 0)
        found.append(
            Moment(
                number,
                step,
                is_corrected=step.pk in corrected,
                correction=corrections.get(step.pk),
                corrects=numbered[corrects_number] if corrects_number else None,
                corrects_number=corrects_number,
            )
        )
    return found


def begins_with_raising(moments: list[Moment], demand: Demand) -> bool:
    """Whether a step already says that the demand was raised on its day."""
    first = next((moment.step for moment in moments if not moment.is_corrected), None)
    return bool(first and first.state == DemandState.RAISED and first.on == demand.raised_on)

"""What visitors may take away of the demands: a table for spreadsheets, and JSON for programs.

Both hold what the reader may know, and no more: the state is the one shown to that reader, and so
are the steps. Both are written as the rows come, in a number of queries that does not grow.

The CSV has one line for each demand, French headings, semicolons, and a byte order mark.

The JSON, `revendications/1`, is one object. Days and hours are in ISO 8601, addresses are whole:

    format          "revendications/1"; another number after the slash means another shape
    generated_at    when, with the time zone
    source          the address of the tracker
    filters         those that applied, by their names in the address
    demands         a list, in the order of their recording; for each:
      reference       REV-2025-014, given once for all
      url             its page
      title, text, theme
      raised_on       the day
      state           raised, under_review, partially_granted, granted, refused, postponed,
                      unanswered or withdrawn
      state_label     the same in French
      state_on        since which day
      waiting_days    from the raising to today, or to the day of the answer
      steps           a list, in the order of time; for each:
        number          its place in this list, from 1
        on              the day
        state, state_label
        answer          of the administration, may be empty
        quote           its own words, may be empty
        agenda_item     the title of the point of the agenda, may be empty
        meeting         null out of a meeting, or kind, kind_label, title, url
        recorded_at     when the step was recorded
        is_corrected    true: recorded by mistake, and of no effect
        corrects        the number of the step that this one corrects, or null
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from cgtdouanes.spreadsheets import csv_lines
from meetings.filters import DemandFilter
from meetings.models import Demand, DemandState, DemandStep
from meetings.models.demand import DemandQuerySet
from meetings.models.demand_step import DemandStepQuerySet
from meetings.timeline import Moment, corrected, moments, steps_for

FORMAT = "revendications/1"
STEP_FIELDS = [
    *("demand", "on", "state", "answer", "quote", "corrects", "recorded_at"),
    *("meeting__kind", "meeting__title", "meeting__slug", "agenda_item__title"),
]
NO_MORE: tuple[int, Iterator[DemandStep]] = (0, iter(()))
HEADS = [
    "Référence",
    "Intitulé",
    "Thème",
    "État",
    "Depuis le",
    "Déposée le",
    "Jours d’attente",
    "Dernière réponse",
    "Texte",
    "Adresse",
]


def as_csv(asked: DemandFilter) -> Iterator[str]:
    """Write the demands asked for as the lines of a table."""
    steps = DemandStep.objects.visible_to(asked.user).effective()
    answers = steps.filter(demand=OuterRef("pk")).exclude(answer="").order_by("-on", "-pk")
    last_answer = Coalesce(
        Subquery(answers.values("answer")[:1]), Value(""), output_field=TextField()
    )
    demands = asked.demands().annotate(last_answer=last_answer)
    return csv_lines(HEADS, (_row(demand) for demand in demands.iterator()))


def as_json(asked: DemandFilter) -> Iterator[str]:
    """Write the demands asked for as one JSON object, piece by piece."""
    head = {
        "format": FORMAT,
        "generated_at": timezone.localtime().isoformat(timespec="seconds"),
        "source": _whole(reverse("meetings:demand_list")),
        "filters": asked.chosen,
    }
    yield f'{_dumps(head)[:-1]}, "demands": ['
    separator = "\n"
    its_steps = steps_for(asked.user).filter(demand__in=asked.demands().order_by().values("pk"))
    wrong = corrected(its_steps)
    for demand, steps in _side_by_side(asked.demands().order_by("pk"), its_steps):
        yield separator + _dumps(_demand(demand, moments(steps, wrong)))
        separator = ",\n"
    yield "\n]}\n"


def _side_by_side(
    demands: DemandQuerySet, steps: DemandStepQuerySet
) -> Iterator[tuple[Demand, Iterable[DemandStep]]]:
    """Pair each demand with its steps: two lists in the same order, read together."""
    rows = steps.select_related("agenda_item").only(*STEP_FIELDS).iterator()
    by_demand = groupby(rows, key=lambda step: step.demand_id)
    pk, its_steps = next(by_demand, NO_MORE)
    for demand in demands.defer("searchable").iterator():
        # A demand recorded between the two queries is in one of the lists only.
        while 0 < pk < demand.pk:
            pk, its_steps = next(by_demand, NO_MORE)
        yield demand, its_steps if pk == demand.pk else ()


def _row(demand: Demand) -> list[str | int]:
    return [
        demand.reference,
        demand.title,
        demand.theme,
        str(DemandState(demand.shown_state).label),
        demand.shown_on.isoformat(),
        demand.raised_on.isoformat(),
        demand.waiting_days(demand.shown_state, demand.shown_on),
        getattr(demand, "last_answer", ""),
        demand.text,
        _whole(demand.get_absolute_url()),
    ]


def _demand(demand: Demand, its_moments: list[Moment]) -> dict[str, Any]:
    return {
        "reference": demand.reference,
        "url": _whole(demand.get_absolute_url()),
        "title": demand.title,
        "text": demand.text,
        "theme": demand.theme,
        "raised_on": demand.raised_on.isoformat(),
        "state": demand.shown_state,
        "state_label": DemandState(demand.shown_state).label,
        "state_on": demand.shown_on.isoformat(),
        "waiting_days": demand.waiting_days(demand.shown_state, demand.shown_on),
        "steps": [_step(moment) for moment in its_moments],
    }


def _step(moment: Moment) -> dict[str, Any]:
    step, meeting = moment.step, moment.step.meeting
    return {
        "number": moment.number,
        "on": step.on.isoformat(),
        "state": step.state,
        "state_label": step.get_state_display(),
        "answer": step.answer,
        "quote": step.quote,
        "agenda_item": step.agenda_item.title if step.agenda_item else "",
        "meeting": meeting
        and {
            "kind": meeting.kind,
            "kind_label": meeting.get_kind_display(),
            "title": meeting.title,
            "url": _whole(meeting.get_absolute_url()),
        },
        "recorded_at": timezone.localtime(step.recorded_at).isoformat(timespec="seconds"),
        "is_corrected": moment.is_corrected,
        "corrects": moment.corrects_number,
    }


def _whole(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _dumps(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)

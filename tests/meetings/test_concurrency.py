"""Two clicks at the same instant, on two workers: the record takes each thing once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from meetings import services
from meetings.models import AgendaItem, Demand, DemandStep
from tests.factories import DemandFactory, DemandStepFactory, MeetingFactory, UserFactory

WORKERS = 4


def at_once(verb):
    """Call it on several workers together, and return what each one got."""
    together = Barrier(WORKERS)

    def work():
        together.wait()
        try:
            return verb()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return [future.result() for future in [pool.submit(work) for _ in range(WORKERS)]]


@pytest.mark.django_db(transaction=True)
def test_what_is_owed_is_put_once_on_the_agenda():
    officer = UserFactory(role="editor")
    step = DemandStepFactory()
    meeting = MeetingFactory(follows=step.meeting)
    added = at_once(lambda: services.put_on_agenda(meeting, officer, demands=[step.demand_id]))
    assert sorted(map(len, added)) == [0, 0, 0, 1]
    assert AgendaItem.objects.get().demand == step.demand


@pytest.mark.django_db(transaction=True)
def test_a_step_is_recorded_once():
    officer = UserFactory(role="editor")
    demand, meeting = DemandFactory(), MeetingFactory(held=True)

    def record():
        step = DemandStep(demand=demand, meeting=meeting, state="refused", answer="Non.")
        return services.record_step(step, officer).pk

    assert set(at_once(record)) == {DemandStep.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_a_demand_is_raised_once():
    officer, meeting = UserFactory(role="editor"), MeetingFactory(held=True)

    def raise_it():
        demand = Demand(title="Deux agents", theme="Effectifs", raised_on=meeting.day)
        return services.raise_demand(demand, officer, meeting).pk

    assert set(at_once(raise_it)) == {Demand.objects.get().pk}

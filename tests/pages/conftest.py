"""What the tests of kept pages start from: nothing kept, and something to show."""

from types import SimpleNamespace

import pytest

from cgtdouanes.pages.memory import MEMORY
from tests.factories import (
    ArticleFactory,
    CategoryFactory,
    DemandFactory,
    DemandStepFactory,
    MeetingFactory,
)


@pytest.fixture
def _nothing_kept(settings, tmp_path):
    settings.PAGES_FILE = tmp_path / "counters"
    MEMORY.clear()
    yield
    MEMORY.clear()


@pytest.fixture
def _as_if_committed(request, monkeypatch):
    """A test is one transaction, which never ends: what waits for its end is done at once."""
    if not request.node.get_closest_marker("django_db").kwargs.get("transaction"):
        at_once = SimpleNamespace(on_commit=lambda said, robust: said())
        monkeypatch.setattr("cgtdouanes.pages.changes.transaction", at_once)


@pytest.fixture
def meeting():
    return MeetingFactory(held=True, title="Une réunion", slug="une-reunion")


@pytest.fixture
def article(meeting):
    category = CategoryFactory(title="Instances", slug="instances")
    return ArticleFactory(
        published=True, title="Un compte rendu", slug="un", meeting=meeting, category=category
    )


@pytest.fixture
def demand(meeting):
    demand = DemandFactory(title="Une revendication")
    DemandStepFactory(demand=demand, meeting=meeting)
    return demand

"""Chains: the meetings on one subject, before and after, whatever changes in the middle."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from meetings.models import Meeting
from meetings.record import chain_of
from tests.factories import MeetingFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def follow():
    """Make meetings that follow one another, the first one a hundred days ago."""
    days = iter(range(100))

    def _follow(*earlier, **traits):
        day = timezone.now() - timedelta(days=100 - next(days))
        return MeetingFactory(
            status="held", starts_at=day, follows=earlier[0] if earlier else None, **traits
        )

    return _follow


def chain(meeting):
    return list(Meeting.objects.of_chain(Meeting.objects.get(pk=meeting.pk)))


def test_every_meeting_of_a_chain_knows_all_of_it(follow):
    first = follow()
    second = follow(first)
    branch = follow(first)
    third = follow(second)
    follow()
    for meeting in (first, second, branch, third):
        assert chain(meeting) == [first, second, branch, third]


def test_a_meeting_that_leaves_takes_those_that_follow_it(follow):
    first = follow()
    second = follow(first)
    third = follow(second)
    fourth = follow(third)
    other = follow(second)
    third.follows = None
    third.save()
    assert chain(first) == chain(second) == chain(other) == [first, second, other]
    assert chain(third) == chain(fourth) == [third, fourth]


def test_two_chains_become_one_by_their_middle(follow):
    first = follow()
    second = follow(first)
    lone = follow()
    after = follow(lone)
    last = follow(after)
    lone.follows = second
    lone.save()
    assert chain(first) == chain(last) == [first, second, lone, after, last]
    assert chain(second) == chain(after) == chain(lone) == chain(first)


def test_a_chain_moves_from_one_to_another(follow):
    first, other = follow(), follow()
    moving = follow(first)
    after = follow(moving)
    moving.follows = other
    moving.save()
    assert chain(first) == [first]
    assert chain(other) == chain(after) == [other, moving, after]


def test_saving_a_few_fields_keeps_the_chain(follow):
    first = follow()
    second = follow()
    second.follows = first
    second.save(update_fields=["follows"])
    assert chain(first) == chain(second) == [first, second]


def test_the_meetings_already_recorded_are_put_in_chains(follow):
    first = follow()
    second = follow(first)
    branch = follow(first)
    third = follow(second)
    alone = follow()
    Meeting.objects.update(chain_start=None)
    import_module("meetings.migrations.0004_chains_and_role_permissions").join_chains(apps, None)
    assert chain(third) == chain(first) == [first, second, branch, third]
    assert chain(alone) == [alone]


def test_a_branch_says_which_meeting_it_follows(follow):
    first = follow()
    second = follow(first)
    branch = follow(first)
    stages = chain_of(second, UserFactory(adherent=True))
    assert [(stage.meeting, stage.follows) for stage in stages] == [
        (first, None),
        (second, None),
        (branch, first),
    ]
    assert [stage.is_current for stage in stages] == [False, True, False]


def test_the_page_shows_the_chain_with_this_meeting_marked(client, follow):
    first = follow(title="Premier temps")
    second = follow(first, title="Deuxième temps")
    third = follow(second, title="Troisième temps")
    page = client.get(second.get_absolute_url()).content.decode()
    timeline = page[page.index('id="chaine"') :]
    assert timeline.index("Premier") < timeline.index("Deuxième") < timeline.index("Troisième")
    assert '<b aria-current="page">Deuxième temps</b>' in timeline
    assert f'href="{third.get_absolute_url()}"' in timeline


def test_a_reserved_link_of_the_chain_leaves_no_trace_for_visitors(client, follow):
    first = follow(title="Premier temps")
    reserved = follow(first, title="CANARI", slug="canari", members_only=True)
    third = follow(reserved, title="Troisième temps")
    page = client.get(third.get_absolute_url()).content.decode()
    assert "Premier temps" in page
    assert "canari" not in page.lower()
    assert "Fait suite à" not in page
    client.force_login(UserFactory(adherent=True))
    assert "CANARI" in client.get(third.get_absolute_url()).content.decode()


def test_a_meeting_alone_has_no_chain_to_show(client, follow):
    assert 'id="chaine"' not in client.get(follow().get_absolute_url()).content.decode()


def test_the_chain_takes_one_query_whatever_its_length(follow, django_assert_num_queries):
    meeting = first = follow()
    for _ in range(30):
        meeting = follow(meeting)
    with django_assert_num_queries(1):
        assert len(list(Meeting.objects.of_chain(first))) == 31

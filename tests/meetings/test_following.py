"""Following a demand: the button of its page, the list in one's space, and who may."""

from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from meetings.models import DemandFollower
from tests.factories import DemandFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/espace/revendications/"


@pytest.fixture
def person(client):
    user = UserFactory(adherent=True)
    client.force_login(user)
    return user


def words(response):
    return unescape(response.content.decode())


def page(demand):
    return f"/revendications/{demand.reference}/"


def follow(client, demand, following="yes", **more):
    return client.post(f"{page(demand)}suivre/", {"following": following, **more}, follow=True)


def followers(demand):
    return [each.user for each in DemandFollower.objects.filter(demand=demand)]


def test_an_adherent_follows_a_demand_and_stops(client, person):
    demand = DemandFactory()
    assert "Suivre cette revendication" in words(client.get(page(demand)))
    response = follow(client, demand)
    assert response.redirect_chain == [(page(demand), 302)]
    assert "Vous suivez cette revendication." in words(response)
    assert "Ne plus suivre" in words(response)
    assert followers(demand) == [person]
    assert "Vous ne suivez plus" in words(follow(client, demand, "no"))
    assert followers(demand) == []


def test_the_same_click_twice_does_one_thing(client, person):
    demand = DemandFactory()
    for following, expected in (("yes", [person]), ("no", [])):
        for _ in range(2):
            assert follow(client, demand, following).status_code == 200
        assert followers(demand) == expected


def test_a_get_changes_nothing_and_shows_the_demand(client, person):
    demand = DemandFactory()
    assert client.get(f"{page(demand)}suivre/").url == page(demand)
    assert followers(demand) == []


def test_a_visitor_is_offered_to_sign_in_and_comes_back(client):
    demand = DemandFactory()
    assert f"/compte/login/?next={page(demand)}" in words(client.get(page(demand)))
    response = client.post(f"{page(demand)}suivre/", {"following": "yes"})
    assert response.url == f"/compte/login/?next={page(demand)}suivre/"
    assert followers(demand) == []


def test_who_is_no_adherent_is_not_offered_it_and_may_only_stop(client):
    demand = DemandFactory()
    lapsed = UserFactory(lapsed=True)
    client.force_login(lapsed)
    assert "suivre" not in words(client.get(page(demand))).lower()
    assert follow(client, demand).status_code == 403
    DemandFollower.objects.create(demand=demand, user=lapsed)
    assert "Ne plus suivre" in words(client.get(page(demand)))
    assert follow(client, demand, "no").status_code == 200
    assert followers(demand) == []


def test_a_demand_that_one_may_not_know_cannot_be_followed(client):
    demand = DemandFactory(members_only=True)
    client.force_login(UserFactory(lapsed=True))
    assert follow(client, demand).status_code == 404


def test_the_list_holds_what_one_follows_oneself_the_last_first(client, person):
    first, second, other = (DemandFactory(title=f"Demande {n}") for n in "ABC")
    DemandFollower.objects.create(demand=other, user=UserFactory(adherent=True))
    assert "Vous ne suivez aucune revendication" in words(client.get(LIST))
    follow(client, first)
    follow(client, second)
    shown = words(client.get(LIST))
    assert shown.index("Demande B") < shown.index("Demande A")
    assert "Demande C" not in shown
    response = follow(client, first, "no", from_list="1")
    assert response.redirect_chain == [(LIST, 302)]
    assert "Demande A" not in words(response)


def test_the_list_of_who_is_no_adherent_names_nothing_reserved(client, person):
    demand = DemandFactory(members_only=True, title="zqtitre")
    follow(client, demand)
    assert "zqtitre" in words(client.get(LIST))
    type(person.membership).objects.filter(user=person).delete()
    MembershipFactory(user=person, lapsed=True)
    assert "zqtitre" not in words(client.get(LIST))


def test_the_list_takes_the_same_queries_for_one_and_for_many(client, person):
    follow(client, DemandFactory())
    client.get(LIST)
    with CaptureQueriesContext(connection) as one:
        client.get(LIST)
    for _ in range(30):
        follow(client, DemandFactory())
    client.get(LIST)
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(one)


def test_the_space_leads_to_the_list_and_the_choices(client, person):
    shown = words(client.get("/espace/"))
    assert LIST in shown
    assert "/espace/notifications/" in shown

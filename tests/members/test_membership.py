"""A membership's status follows its dates, and the rights follow the status, at once."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from members.models import Membership, Status
from members.permissions import is_adherent, reads_reserved
from tests.factories import ArticleFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def days(number):
    return timezone.localdate() + timedelta(days=number)


CASES = [
    (Status.PENDING, {"joined_on": None}),
    (Status.PENDING, {"joined_on": 1}),
    (Status.PENDING, {"paid_until": None}),
    (Status.ACTIVE, {"joined_on": 0, "paid_until": 0}),
    (Status.ACTIVE, {"paid_until": 30}),
    (Status.GRACE, {"paid_until": -1}),
    (Status.GRACE, {"paid_until": -60}),
    (Status.LAPSED, {"paid_until": -61}),
    (Status.RESIGNED, {"resigned_on": 0}),
    (Status.ACTIVE, {"resigned_on": 1}),
    (Status.EXCLUDED, {"excluded_on": 0, "resigned_on": -10}),
    (Status.ACTIVE, {"excluded_on": 1}),
]


@pytest.mark.parametrize(("status", "dates"), CASES)
def test_the_status_follows_the_dates(status, dates, settings):
    settings.MEMBERSHIP_GRACE_DAYS = 60
    dates = {name: None if number is None else days(number) for name, number in dates.items()}
    membership = MembershipFactory(**dates)
    assert membership.status == status
    current = status in {Status.ACTIVE, Status.GRACE}
    assert Membership.objects.current().filter(pk=membership.pk).exists() is current


def test_the_grace_period_is_a_setting(settings):
    settings.MEMBERSHIP_GRACE_DAYS = 5
    assert MembershipFactory(paid_until=days(-6)).status == Status.LAPSED
    assert MembershipFactory(paid_until=days(-5)).status == Status.GRACE


def test_the_day_is_that_of_paris():
    membership = MembershipFactory(
        joined_on="2020-01-01", paid_until="2025-06-30", resigned_on="2025-07-01"
    )
    membership.refresh_from_db()
    with time_machine.travel("2025-06-30T21:59:00+00:00", tick=False):
        assert membership.status == Status.ACTIVE
    with time_machine.travel("2025-06-30T22:01:00+00:00", tick=False):
        assert membership.status == Status.RESIGNED


def test_a_lapse_acts_in_the_open_session(client):
    article = ArticleFactory(published=True, members_only=True)
    user = UserFactory(adherent=True)
    client.force_login(user)
    assert client.get(article.get_absolute_url()).status_code == 200
    Membership.objects.filter(user=user).update(paid_until=days(-400))
    assert client.get(article.get_absolute_url()).status_code == 404


def test_a_closed_account_has_no_rights_left():
    user = UserFactory(adherent=True, role="secretary", is_active=False)
    assert not is_adherent(user)
    assert not reads_reserved(user)
    assert not user.opens_admin


def test_the_space_shows_where_the_membership_stands(client):
    user = UserFactory(lapsed=True)
    client.force_login(user)
    page = client.get(reverse("members:space")).content.decode()
    assert "Votre cotisation n’est plus à jour" in page


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("moi＠exemple.test", "plutôt qu’une adresse"),
        ("\u202eeivaS", "caractères invisibles"),
        ("\u200b", "caractères invisibles"),
        ("LA VIGIE", "déjà pris"),
    ],
)
def test_a_display_name_deceives_nobody(client, name, message):
    UserFactory(display_name="La vigie")
    client.force_login(UserFactory(adherent=True))
    answer = client.post(reverse("members:space"), {"display_name": name})
    assert message in answer.content.decode()


def test_a_display_name_may_be_chosen_but_not_an_address(client):
    user = UserFactory(adherent=True)
    client.force_login(user)
    page = client.post(reverse("members:space"), {"display_name": "moi@exemple.test"})
    assert "Choisissez un nom plutôt qu’une adresse" in page.content.decode()
    client.post(reverse("members:space"), {"display_name": "  La  vigie  "})
    user.refresh_from_db()
    assert user.display_name == "La vigie"

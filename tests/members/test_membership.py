"""A membership's status follows its dates, and the rights follow the status, at once."""

import random
from datetime import date, timedelta
from itertools import product

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.models import Reaction
from meetings.models import CalendarFeed
from members.models import Membership, Status
from members.models.membership import CURRENT
from members.permissions import is_adherent, reads_reserved
from tests.factories import ArticleFactory, MembershipFactory, ReactionFactory, UserFactory

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


OVERRIDE = {"override_reason": "virement annoncé"}


@pytest.mark.parametrize(
    ("status", "until", "expected"),
    [
        (Status.ACTIVE, 0, Status.ACTIVE),
        (Status.ACTIVE, 30, Status.ACTIVE),
        (Status.ACTIVE, -1, Status.LAPSED),
        (Status.PENDING, 0, Status.PENDING),
    ],
)
def test_an_override_holds_to_its_last_day(status, until, expected):
    membership = MembershipFactory(
        lapsed=True, override_status=status, override_until=days(until), **OVERRIDE
    )
    assert membership.status == expected
    current = expected in CURRENT
    assert Membership.objects.current().filter(pk=membership.pk).exists() is current


def test_an_override_passes_before_an_exclusion():
    membership = MembershipFactory(
        excluded_on=days(-1),
        override_status=Status.GRACE,
        override_until=days(3),
        **OVERRIDE,
    )
    assert membership.status == Status.GRACE
    assert list(Membership.objects.current()) == [membership]


def test_both_twins_agree_whatever_the_dates(settings):
    """The rule in Python and the rule in the database, over six hundred memberships and a year."""
    settings.MEMBERSHIP_GRACE_DAYS = 60
    draw = random.Random(20251125)  # noqa: S311  to be the same at each run
    start = date(2025, 1, 1)

    def some_day(chance):
        return start + timedelta(draw.randrange(-90, 450)) if draw.random() < chance else None

    rows = []
    for number in range(600):
        until = some_day(0.3)
        rows.append(
            Membership(
                number=str(number),
                joined_on=some_day(0.9),
                paid_until=some_day(0.9),
                resigned_on=some_day(0.2),
                excluded_on=some_day(0.2),
                override_until=until,
                override_status=draw.choice(Status.values) if until else "",
                override_reason="motif" if until else "",
            )
        )
    Membership.objects.bulk_create(rows)
    seen = set()
    for offset in range(0, 365, 7):
        day = start + timedelta(offset)
        in_database = dict(
            Membership.objects.with_status(day).values_list("number", "status_that_day")
        )
        in_python = {membership.number: membership.status_on(day) for membership in rows}
        assert in_database == in_python
        current = set(Membership.objects.current(day).values_list("number", flat=True))
        assert current == {number for number, status in in_python.items() if status in CURRENT}
        seen |= set(in_python.values())
    assert seen == set(Status)


@pytest.mark.parametrize(
    ("status", "until", "reason"),
    [
        parts
        for parts in product(["", "active"], [None, "2025-01-01"], ["", "motif"])
        if 0 < sum(map(bool, parts)) < 3
    ]
    + [("inconnu", "2025-01-01", "motif")],
)
def test_no_override_is_kept_in_part(status, until, reason):
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(override_status=status, override_until=until, override_reason=reason)


def desk_form(membership, **changes):
    """What the desk's form sends back."""
    names = ["number", "last_name", "first_name", "email", "joined_on", "paid_until"]
    names += ["resigned_on", "excluded_on", "user", *changes]
    values = {name: getattr(membership, name) for name in names} | changes
    return {name: "" if value is None else str(value) for name, value in values.items()}


def test_the_desk_grants_an_override_and_says_what_is_missing(client):
    client.force_login(UserFactory(role="membership_manager"))
    membership = MembershipFactory(lapsed=True)
    url = reverse("admin:members_membership_change", args=[membership.pk])
    answer = client.post(url, desk_form(membership, override_status="active"))
    page = answer.content.decode()
    assert "Donnez le dernier jour de la dérogation" in page
    assert "Donnez le motif de la dérogation" in page
    whole = {"override_status": "active", "override_reason": "virement annoncé"}
    late = desk_form(membership, override_until=f"{days(-1):%d/%m/%Y}", **whole)
    assert "n’aurait pas d’effet" in client.post(url, late).content.decode()
    sent = desk_form(membership, override_until=f"{days(30):%d/%m/%Y}", **whole)
    assert client.post(url, sent).status_code == 302
    membership.refresh_from_db()
    assert membership.status == Status.ACTIVE
    assert "(dérogation," in client.get(reverse("admin:members_membership_changelist")).text


def test_the_list_is_filtered_and_sorted_by_status(client, django_assert_num_queries):
    client.force_login(UserFactory(role="secretary"))
    expected = {Status.ACTIVE: MembershipFactory(), Status.LAPSED: MembershipFactory(lapsed=True)}
    expected[Status.PENDING] = MembershipFactory(pending=True)
    url = reverse("admin:members_membership_changelist")
    for status, membership in expected.items():
        shown = client.get(url, {"etat": status.value}).context["cl"].result_list
        assert list(shown) == [membership]
    by_status = client.get(url, {"o": "4"}).context["cl"].result_list
    assert [m.status for m in by_status] == [Status.ACTIVE, Status.PENDING, Status.LAPSED]
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(40):
        MembershipFactory()
    with django_assert_num_queries(len(few)):
        client.get(url)


@pytest.mark.parametrize("typed", ["elodie", "ÉLODIE lefevre", "Œnone", "oenone", "d-77"])
def test_the_desk_finds_people_as_they_are_typed(client, typed):
    client.force_login(UserFactory(role="membership_manager"))
    MembershipFactory()
    MembershipFactory(number="D-77", last_name="LEFÈVRE Œnone", first_name="Élodie")
    url = reverse("admin:members_membership_changelist")
    assert [m.number for m in client.get(url, {"q": typed}).context["cl"].result_list] == ["D-77"]


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


def test_the_end_of_an_override_acts_in_the_open_session_and_spares_the_past(client):
    user = UserFactory(lapsed=True)
    last_day = date(2027, 7, 31)
    Membership.objects.update(
        override_status=Status.ACTIVE, override_until=last_day, override_reason="virement"
    )
    article = ArticleFactory(published=True, members_only=True)
    public = ArticleFactory(published=True)
    feed = reverse("meetings:personal_calendar", args=[CalendarFeed.issue(user)])
    react = reverse("articles:react", args=[public.slug])

    def doors():
        before = Reaction.objects.count()
        client.post(react, {"body": f"Une réaction, la {before}e."})
        return (
            client.get(article.get_absolute_url()).status_code,
            Reaction.objects.count() - before,
            client.get(feed).status_code,
        )

    with time_machine.travel("2027-07-31T21:59:00+00:00", tick=False):
        client.force_login(user)
        past = ReactionFactory(article=public, author=user)
        assert doors() == (200, 1, 200)
    with time_machine.travel("2027-07-31T22:01:00+00:00", tick=False):
        assert doors() == (404, 0, 404)
        past.refresh_from_db()
        assert past.status == "published"
        other = UserFactory(adherent=True)
        client.force_login(other)
        assert past.body in client.get(public.get_absolute_url()).content.decode()


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
        ("LA VIGIE D’ÉTÉ", "déjà pris"),
        ("La vigie d'ete", "déjà pris"),
        ("La-vigie d’été.", "déjà pris"),
        ("Ancien·ne Adhérent·e", "déjà pris"),
        ("adherent.e", "déjà pris"),
    ],
)
def test_a_display_name_deceives_nobody(client, name, message):
    UserFactory(display_name="La vigie d’été")
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

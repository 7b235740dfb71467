"""Who is in the demo: accounts, memberships and mandates, and who is about to come.

Everything is dated from the day of the filling.
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cgtdouanes import demo
from cgtdouanes.management.filling.story import Row, Story, only, save
from members.models import AccessRequest, Invitation, Mandate, Membership, User


def add(story: Story) -> None:
    for row in demo.rows("people"):
        story.people[row["email"]] = _add_person(row, story)
    for row in demo.rows("members"):
        save(_membership(row, story))
    for row in demo.rows("invited"):
        _add_invitation(row, story)
    for row in demo.rows("access_requests"):
        fields = only(row, "first_name", "last_name", "email", "number", "message")
        save(AccessRequest(**fields, created_at=_moment(row["asked"], story)))


def _add_person(row: Row, story: Story) -> User:
    signs_in = "signs_in_as" in row
    create = User.objects.create_superuser if "superuser" in row else User.objects.create_user
    person = create(
        row["email"],
        demo.PASSWORD if signs_in else None,
        display_name=row.get("display_name", ""),
    )
    if known := row.get("membership"):
        membership = _membership(known | {"email": person.email}, story)
        membership.user = person
        save(membership)
    if held := row.get("mandate"):
        save(
            Mandate(
                user=person,
                role=held["role"],
                starts_on=story.today + timedelta(days=held["starts"]),
                ends_on=story.today + timedelta(days=held["ends"]),
            )
        )
    return person


def _membership(row: Row, story: Story) -> Membership:
    def day(number: int | None) -> date | None:
        return None if number is None else story.today + timedelta(days=number)

    granted = row.get("override", {})
    return Membership(
        number=row["number"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        email=row.get("email", ""),
        joined_on=day(row.get("joined")),
        paid_until=day(row.get("paid_until")),
        resigned_on=day(row.get("resigned")),
        excluded_on=day(row.get("excluded")),
        override_status=granted.get("status", ""),
        override_until=day(granted.get("until")),
        override_reason=granted.get("reason", ""),
    )


def _add_invitation(row: Row, story: Story) -> None:
    membership = save(
        Membership(
            **only(row, "number", "first_name", "last_name", "email"),
            joined_on=story.today + timedelta(days=row["joined"]),
            paid_until=story.today + timedelta(days=row["paid_until"]),
        )
    )
    officer = story.people["secretaire@example.org"]
    sent_at = _moment(row["invited"], story)
    Invitation.prepare(membership, officer, sent_at).save()


def _moment(day: int, story: Story) -> datetime:
    """In the middle of the day, that many days from the filling."""
    noon = datetime.combine(story.today + timedelta(days=day), time(12))
    return timezone.make_aware(noon)

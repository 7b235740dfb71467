"""Who is in the demo: accounts, memberships and mandates, dated from the day of the filling."""

from datetime import timedelta

from cgtdouanes import demo
from cgtdouanes.management.filling.story import Row, Story, save
from members.models import Mandate, Membership, User


def add(story: Story) -> None:
    for row in demo.rows("people"):
        story.people[row["email"]] = _add_person(row, story)


def _add_person(row: Row, story: Story) -> User:
    signs_in = "signs_in_as" in row
    create = User.objects.create_superuser if "superuser" in row else User.objects.create_user
    person = create(
        row["email"],
        demo.PASSWORD if signs_in else None,
        display_name=row.get("display_name", ""),
    )
    if known := row.get("membership"):
        save(
            Membership(
                user=person,
                number=known["number"],
                first_name=known["first_name"],
                last_name=known["last_name"],
                email=person.email,
                joined_on=story.today + timedelta(days=known["joined"]),
                paid_until=story.today + timedelta(days=known["paid_until"]),
            )
        )
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

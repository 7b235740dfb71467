"""`manage.py demo`: fill an empty database with a section's year, by the officers' own rules."""

from datetime import date, datetime, timedelta
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models, transaction
from django.utils import timezone

from articles.models import Article, Attachment, Category, Reaction, ReactionStatus
from cgtdouanes import demo
from cgtdouanes.checks import demo_accounts_found
from meetings.models import AgendaItem, Meeting
from members.models import Mandate, Membership, User

M = TypeVar("M", bound=models.Model)
Row = dict[str, Any]
SATURDAY = 5


class Command(BaseCommand):
    help = "Remplit une base vide avec le contenu de démonstration."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="ne rien faire, sans erreur, si la base n’est pas vide",
        )

    def handle(self, *args: Any, if_empty: bool, **options: Any) -> None:
        """Fill the database, or raise CommandError and leave it as it is."""
        with transaction.atomic():
            refusal = _refusal()
            if not refusal:
                _fill(timezone.localdate())
        if refusal and not if_empty:
            raise CommandError(refusal)
        self.stdout.write(refusal or "Contenu de démonstration en place.")
        self._tell_accounts()

    def _tell_accounts(self) -> None:
        present = demo_accounts_found()
        if not present:
            return
        self.stdout.write(f"Comptes de démonstration, mot de passe « {demo.PASSWORD} » :")
        for row in demo.rows("people"):
            if row["email"] in present:
                self.stdout.write(f"  {row['email']:<26}{row['signs_in_as']}")


def _refusal() -> str:
    """Why this database may not be filled, or nothing."""
    if settings.IS_PRODUCTION:
        return "Pas de démonstration en production : le mot de passe de ses comptes est public."
    if any(model._default_manager.exists() for model in (User, Membership, Meeting, Article)):
        return "La base n’est pas vide : rien n’y a été changé."
    return ""


def _fill(today: date) -> None:
    people = {row["email"]: _add_person(row, today) for row in demo.rows("people")}
    meetings: dict[str, Meeting] = {}
    for row in demo.rows("meetings"):
        meetings[row["slug"]] = _add_meeting(row, meetings, today)
    categories = {
        row["slug"]: _save(Category(position=position, **row))
        for position, row in enumerate(demo.rows("categories"), start=1)
    }
    articles = {
        row["slug"]: _add_article(row, categories, meetings, people) for row in demo.reports()
    }
    for row in demo.rows("reactions"):
        _add_thread(row, articles[row["article"]], people)


def _save(instance: M) -> M:
    """Save what an officer could have typed. Raises ValidationError for anything else."""
    instance.full_clean()
    instance.save()
    return instance


def _add_person(row: Row, today: date) -> User:
    signs_in = "signs_in_as" in row
    create = User.objects.create_superuser if "superuser" in row else User.objects.create_user
    person = create(
        row["email"],
        demo.PASSWORD if signs_in else None,
        display_name=row.get("display_name", ""),
    )
    if known := row.get("membership"):
        _save(
            Membership(
                user=person,
                number=known["number"],
                first_name=known["first_name"],
                last_name=known["last_name"],
                email=person.email,
                joined_on=today + timedelta(days=known["joined"]),
                paid_until=today + timedelta(days=known["paid_until"]),
            )
        )
    if held := row.get("mandate"):
        _save(
            Mandate(
                user=person,
                role=held["role"],
                starts_on=today + timedelta(days=held["starts"]),
                ends_on=today + timedelta(days=held["ends"]),
            )
        )
    return person


def _add_meeting(row: Row, earlier: dict[str, Meeting], today: date) -> Meeting:
    starts_at, ends_at = _times(row, today)
    meeting = _save(
        Meeting(
            starts_at=starts_at,
            ends_at=ends_at,
            follows=earlier[row["follows"]] if "follows" in row else None,
            **_only(row, "slug", "kind", "title", "place", "status", "visibility", "delegation"),
        )
    )
    for position, item in enumerate(row["agenda"], start=1):
        parent = _add_agenda_item(item, meeting, position)
        for sub_position, sub_item in enumerate(item.get("sub_items", []), start=1):
            _add_agenda_item(sub_item, meeting, sub_position, parent)
    return meeting


def _times(row: Row, today: date) -> tuple[datetime, datetime]:
    """When a meeting starts and ends; one that is planned falls on a working day."""
    if "in_days" not in row:
        return timezone.make_aware(row["starts_at"]), timezone.make_aware(row["ends_at"])
    day = today + timedelta(days=row["in_days"])
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    starts_at = timezone.make_aware(datetime.combine(day, row["at"]))
    return starts_at, starts_at + timedelta(hours=row["hours"])


def _add_agenda_item(
    row: Row, meeting: Meeting, position: int, parent: AgendaItem | None = None
) -> AgendaItem:
    texts = _only(row, "title", "presented", "discussion", "outcome", "outcome_kind")
    return _save(AgendaItem(meeting=meeting, parent=parent, position=position, **texts))


def _add_article(
    row: Row,
    categories: dict[str, Category],
    meetings: dict[str, Meeting],
    people: dict[str, User],
) -> Article:
    published_at = row.get("published_at")
    texts = _only(row, "slug", "kicker", "title", "lead", "body")
    article = _save(
        Article(
            category=categories[row["category"]],
            meeting=meetings[row["meeting"]] if "meeting" in row else None,
            author=people[row["author"]],
            published_at=published_at and timezone.make_aware(published_at),
            **texts,
            **_only(row, "status", "visibility", "reactions_policy"),
        )
    )
    for attached in row.get("attachments", []):
        with demo.file(attached["file"]).open("rb") as content:
            _save(
                Attachment(
                    article=article,
                    file=File(content, name=attached["file"]),
                    **_only(attached, "title", "kind", "visibility"),
                )
            )
    return article


def _add_thread(row: Row, article: Article, people: dict[str, User]) -> None:
    published_at = cast(datetime, article.published_at)
    first = _add_reaction(row, article, published_at, people)
    for answer in row.get("answers", []):
        _add_reaction(answer, article, first.created_at, people, parent=first)


def _add_reaction(
    row: Row,
    article: Article,
    since: datetime,
    people: dict[str, User],
    parent: Reaction | None = None,
) -> Reaction:
    created_at = since + timedelta(hours=row["hours_after"])
    reaction = Reaction(
        article=article,
        author=people[row["author"]],
        parent=parent,
        created_at=created_at,
        **_only(row, "body", "status", "moderation_reason"),
    )
    if "edited_minutes_after" in row:
        reaction.edited_at = created_at + timedelta(minutes=row["edited_minutes_after"])
    if reaction.status == ReactionStatus.HIDDEN:
        reaction.moderated_by = people[row["moderated_by"]]
        reaction.moderated_at = created_at + timedelta(hours=row["moderated_hours_after"])
    return _save(reaction)


def _only(row: Row, *fields: str) -> Row:
    """The fields that the row gives; blank lines around a text are only there for the eye."""
    return {
        field: row[field].strip() if isinstance(row[field], str) else row[field]
        for field in fields
        if field in row
    }

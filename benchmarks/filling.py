"""A database of any size, the same each time, to see what time does to the site.

    DATABASE_URL=sqlite:///var/large.sqlite3 .venv/bin/python -m benchmarks.filling 100000

fills an empty database, migrated if it needs to be, with as many reports, ten reactions for each,
a meeting for twenty and a demand for five (`--reactions`, `--meetings`, `--demands` say otherwise).
What saving derives is there as if each had been saved: rendered texts, revisions, states, index of
the search. Days are counted back from today, over ten years. Memory is bounded: rows are written
by the thousand, and nothing of them is kept but their keys.
"""

import argparse
import os
import random
import resource
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, islice
from typing import Any

import django

BATCH = 1000
YEARS = 10
UPCOMING = 10
TEXTS = 100
MEMBERS = 300
CATEGORIES = 20
THEMES = 15
# Who reads as an adherent, and what: a report with so many reactions; who opens the desk.
READER, OFFICER = "adherent@example.org", "officer@example.org"
DISCUSSED, DISCUSSED_REACTIONS = "compte-rendu-discute", 50
# Words of every report, of one in a hundred, and of one alone.
FREQUENT, SELDOM, UNIQUE = "administration", "passerelle", "dossier 417"


@dataclass(frozen=True)
class Sizes:
    """How many of each; by default in the proportions of a section's archives."""

    reports: int
    reactions: int
    meetings: int
    demands: int


@dataclass
class Words:
    """Sentences whose words are as unevenly frequent as those of any language (Zipf's law)."""

    chance: random.Random
    known: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        first = ["con", "pro", "dé", "re", "tra", "ser", "for", "mu", "pla", "bri", "sa", "vé"]
        middle = ["ga", "mi", "lo", "tu", "ri", "sen", "val", "ter", "du", "cu", "na", "fé"]
        last = ["tion", "ment", "ge", "té", "re", "ble", "teur", "que", "ral", "nier"]
        self.known = [f"{a}{b}{c}" for a in first for b in middle for c in last]
        self.chance.shuffle(self.known)
        self.weights = list(accumulate(1 / rank for rank in range(1, len(self.known) + 1)))

    def sentence(self, count: int) -> str:
        return " ".join(
            self.chance.choices(self.known, cum_weights=self.weights, k=count)
        ).capitalize()


def fill(sizes: Sizes) -> None:
    """Fill the database that the settings name, and say how long each part takes."""
    from cgtdouanes.search.rebuilding import rebuild

    filling = _Filling(sizes)
    for name in ("people", "meetings", "demands", "articles", "reactions"):
        start = time.monotonic()
        getattr(filling, name)()
        print(f"  {name:<12}{time.monotonic() - start:8.1f} s", flush=True)
    start = time.monotonic()
    for _ in rebuild(batch=BATCH):
        pass
    print(f"  {'index':<12}{time.monotonic() - start:8.1f} s", flush=True)
    _tidy()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak of memory: {peak:.0f} MB", flush=True)


class _Filling:
    def __init__(self, sizes: Sizes) -> None:
        from django.utils import timezone

        self.sizes = sizes
        self.chance = random.Random(7)  # noqa: S311  the same each time
        self.words = Words(self.chance)
        self.now = timezone.now().replace(hour=9, minute=0, second=0, microsecond=0)
        self.users: list[int] = []
        self.categories: list[int] = []
        self.meeting_keys: list[int] = []
        self.article_keys: list[int] = []

    def people(self) -> None:
        from members.models import Mandate, Membership, Role, User

        today = self.now.date()
        others = (f"personne{number}@example.org" for number in range(MEMBERS - 2))
        emails = [READER, OFFICER, *others]
        users = [User(email=each, display_name=each.partition("@")[0]) for each in emails]
        for user in users:
            user.set_unusable_password()
        self.users = _write(User, users)
        _write(
            Membership,
            (
                Membership(
                    user_id=pk,
                    number=f"A-{pk}",
                    joined_on=today - timedelta(days=900),
                    paid_until=today + timedelta(days=200),
                )
                for pk in self.users
            ),
        )
        officer = User.objects.get(email=OFFICER)
        Mandate(user=officer, role=Role.SECRETARY, starts_on=today - timedelta(days=90)).save()

    def meetings(self) -> None:
        from meetings.models import AgendaItem, Commitment, CommitmentState, Kind, Meeting

        kinds, states = list(Kind), list(CommitmentState)
        past = self.sizes.meetings - UPCOMING
        days = [self._day(number, past) for number in range(past)]
        days += [self.now + timedelta(days=7 * number) for number in range(1, UPCOMING + 1)]
        self.meeting_keys = _write(
            Meeting,
            (
                Meeting(
                    kind=kinds[number % len(kinds)],
                    title=self.words.sentence(5),
                    slug=f"reunion-{number}",
                    starts_at=day,
                    status="planned" if day > self.now else "held",
                    visibility="members" if number % 10 == 9 else "public",
                )
                for number, day in enumerate(days)
            ),
        )
        items = _write(
            AgendaItem,
            (
                AgendaItem(
                    meeting_id=meeting,
                    position=position,
                    title=self.words.sentence(6),
                    presented=self.words.sentence(40),
                    outcome=self.words.sentence(15),
                )
                for meeting in self.meeting_keys
                for position in range(1, 5)
            ),
        )
        _write(
            Commitment,
            (
                Commitment(
                    agenda_item_id=item,
                    wording=self.words.sentence(20),
                    made_by="la direction",
                    state=states[number % len(states)],
                    state_on=self.now.date() - timedelta(days=number % 900),
                    due_on=self.now.date() + timedelta(days=number % 700 - 500),
                )
                for number, item in enumerate(items[::2])
            ),
        )

    def demands(self) -> None:
        """Demands, two steps for most, and the state that these make."""
        from cgtdouanes.text.words import folded
        from meetings.models import Demand, DemandState, DemandStep
        from meetings.models.demand import ReferenceCounter

        states = list(DemandState)
        themes = [self.words.sentence(2) for _ in range(THEMES)]
        public = [pk for number, pk in enumerate(self.meeting_keys) if number % 10 != 9]
        numbers: dict[int, int] = {}
        steps: dict[str, list[tuple[str, Any, int]]] = {}

        def demands() -> Iterator[Demand]:
            for number in range(self.sizes.demands):
                raised = self._day(number, self.sizes.demands).date()
                numbers[raised.year] = numbers.get(raised.year, 0) + 1
                demand = Demand(
                    reference=f"REV-{raised.year}-{numbers[raised.year]:03}",
                    title=self.words.sentence(7),
                    text=self.words.sentence(30),
                    theme=themes[number % THEMES],
                    raised_on=raised,
                    visibility="members" if number % 10 == 9 else "public",
                )
                demand.searchable = folded(
                    f"{demand.reference} {demand.title} {demand.theme} {demand.text}"
                )
                own = [
                    (
                        self.chance.choice(states).value,
                        min(raised + timedelta(days=90 * step), self.now.date()),
                        self.chance.choice(public),
                    )
                    for step in range(number % 3)
                ]
                steps[demand.reference] = own
                (demand.state, demand.state_on), seen = demand.states_by(
                    [(state, on, "public") for state, on, _ in own]
                )
                demand.public_state, demand.public_state_on = seen or ("", None)
                yield demand

        for batch in _batches(demands()):
            Demand.objects.bulk_create(batch)
            _write(
                DemandStep,
                [
                    DemandStep(demand=demand, meeting_id=meeting, state=state, on=on)
                    for demand in batch
                    for state, on, meeting in steps.pop(demand.reference)
                ],
            )
        _write(ReferenceCounter, (ReferenceCounter(year=y, last=n) for y, n in numbers.items()))

    def articles(self) -> None:
        from articles.models import Article, Category, EditorialEvent, Revision

        self.categories = _write(
            Category,
            (
                Category(title=self.words.sentence(2), slug=f"rubrique-{number}")
                for number in range(CATEGORIES)
            ),
        )
        texts = [self._text(number) for number in range(TEXTS)]
        for batch in _batches(self._article(number, texts) for number in range(self.sizes.reports)):
            Article.objects.bulk_create(batch)
            self.article_keys += [article.pk for article in batch]
            revisions = [
                Revision(
                    article=article,
                    number=1,
                    created_at=article.published_at,
                    **{
                        name: getattr(article, name)
                        for name in ("kicker", "title", "lead", "body", "category_id", "meeting_id")
                    },
                    visibility=article.visibility,
                    reactions_policy=article.reactions_policy,
                )
                for article in batch
            ]
            Revision.objects.bulk_create(revisions)
            _write(
                EditorialEvent,
                [EditorialEvent(revision=each, decision="published") for each in revisions],
            )

    def reactions(self) -> None:
        from articles.models import Reaction

        bodies = [self.words.sentence(25) for _ in range(TEXTS)]
        others = len(self.article_keys) - 1

        def reactions() -> Iterator[Reaction]:
            for number in range(self.sizes.reactions):
                # The first ones are all of the report that is much discussed, the newest.
                discussed = number < DISCUSSED_REACTIONS
                yield Reaction(
                    article_id=self.article_keys[-1 if discussed else number % others],
                    author_id=self.chance.choice(self.users),
                    body=bodies[number % TEXTS],
                    status="pending" if number % 20_000 == 2000 else "published",
                    to_read=number % 20_000 == 3000,
                    created_at=self._day(number, self.sizes.reactions),
                )

        for batch in _batches(reactions()):
            Reaction.objects.bulk_create(batch)

    def _article(self, number: int, texts: list[Any]) -> Any:
        from articles.models import Article

        is_last = number == self.sizes.reports - 1
        is_seldom = number % 100 == 50
        text = texts[number % TEXTS]
        visibility = {8: "teaser", 9: "members"}.get(number % 10, "public")
        return Article(
            kicker="Réunion technique",
            title=f"{self.words.sentence(6)} {SELDOM if is_seldom else ''} {number}".strip(),
            slug=DISCUSSED if is_last else f"compte-rendu-{number}",
            lead=f"{self.words.sentence(25)} dossier {number}.",
            body=text.body,
            full_html=text.full_html,
            teaser_html=text.teaser_html,
            category_id=self.categories[number // 10 % CATEGORIES],
            meeting_id=self.meeting_keys[number % (len(self.meeting_keys) - UPCOMING)],
            status="published",
            visibility="public" if is_last else visibility,
            published_at=self._day(number, self.sizes.reports),
            shown_number=1,
        )

    def _text(self, number: int) -> Any:
        """A text of some three thousand characters, as saving prepares it."""
        from articles.models import Article

        def paragraphs(count: int) -> str:
            return "".join(f"<p>{self.words.sentence(50)}.</p>" for _ in range(count))

        article = Article(
            body=f"<h2>Ce que dit l’{FREQUENT}</h2>{paragraphs(3)}"
            f"<ul><li>{self.words.sentence(12)}</li><li>{self.words.sentence(9)}</li></ul>"
            f'<hr class="cut"><h2>Ce que nous demandons</h2>{paragraphs(3)}'
        )
        article.prepare()
        return article

    def _day(self, number: int, count: int) -> datetime:
        """The moments of so many things, the oldest first, all in the past."""
        share = (count - number) / count
        moment: datetime = self.now - timedelta(days=YEARS * 365 * share)
        return moment


def _write(model: Any, rows: Iterable[Any]) -> list[int]:
    """Write the rows by the thousand, and return their keys."""
    keys: list[int] = []
    for batch in _batches(rows):
        model._base_manager.bulk_create(batch)
        keys += [row.pk for row in batch]
    return keys


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _tidy() -> None:
    """What the database does by itself on a site that lives."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def main() -> None:
    """Read the sizes, prepare an empty database and fill it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=int)
    for name in ("reactions", "meetings", "demands"):
        parser.add_argument(f"--{name}", type=int)
    asked = parser.parse_args()
    sizes = Sizes(
        asked.reports,
        asked.reactions or asked.reports * 10,
        max(asked.meetings or asked.reports // 20, 2 * UPCOMING),
        asked.demands or asked.reports // 5,
    )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cgtdouanes.settings")
    django.setup()

    from django.core.management import call_command

    from articles.models import Article

    call_command("migrate", verbosity=0)
    if Article.objects.exists():
        parser.error("the database is not empty: DATABASE_URL must name another one")
    fill(sizes)


if __name__ == "__main__":
    main()

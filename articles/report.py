"""From a meeting's record to the draft of its report: the officer rewrites instead of retyping."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.html import escape
from django.utils.text import capfirst

from articles import citations
from articles.models import Article, ArticleVisibility, Category
from cgtdouanes import richtext
from cgtdouanes.text.paragraphs import paragraphs
from cgtdouanes.text.typography import french_date, french_time
from meetings.models import (
    AgendaItem,
    Commitment,
    Demand,
    DemandStep,
    Meeting,
    MeetingStatus,
    OutcomeKind,
)
from meetings.record import Answer, Contents, Point, record_of
from meetings.wording import is_feminine, the_kind, the_meeting
from members.models import User
from members.permissions import Reader

# A boycott is told too: why the section did not sit.
REPORTABLE = frozenset({MeetingStatus.HELD, MeetingStatus.RECONVENED, MeetingStatus.BOYCOTTED})

_ATTEMPTS = 5


class NoCategory(Exception):
    """There is no rubrique yet, and an article is always in one."""


def calls_for_report(meeting: Meeting) -> bool:
    """Whether it has begun and something can be told of it."""
    return meeting.status in REPORTABLE and meeting.has_begun


def without_report(reader: Reader) -> QuerySet[Meeting]:
    """The meetings that call for a report and that no article is about, the latest first."""
    meetings = Meeting.objects.visible_to(reader).past().filter(status__in=REPORTABLE)
    return meetings.filter(~Exists(Article.objects.filter(meeting=OuterRef("pk"))))


@transaction.atomic
def report_of(meeting: Meeting, author: User, *, another: bool) -> tuple[Article, bool]:
    """Return the first article about a meeting, else a new draft; and whether it is new.

    With `another`, the draft is made in any case. Raises NoCategory as `draft_report` does.
    """
    # Held so that a double click finds the draft that its first half made.
    Meeting.objects.select_for_update(of=("self",)).get(pk=meeting.pk)
    existing = None if another else meeting.articles.order_by("pk").first()
    return (existing, False) if existing else (draft_report(meeting, author), True)


@transaction.atomic
def draft_report(meeting: Meeting, author: User) -> Article:
    """Save and return a draft made from the record of the meeting.

    The report of a public meeting takes up what visitors may know of it, and no more; that of a
    reserved one is reserved. Raises NoCategory where no rubrique exists.
    """
    reader: Reader = AnonymousUser() if meeting.is_public else author
    article = Article(
        kicker=capfirst(meeting.get_kind_display()),
        title=meeting.title,
        lead=_lead(meeting),
        body=richtext.sanitise(_body(meeting, reader)),
        category=_category(meeting),
        meeting=meeting,
        visibility=ArticleVisibility.PUBLIC if meeting.is_public else ArticleVisibility.MEMBERS,
        author=author,
    )
    return _save_at_a_free_address(article)


def reserved_left_out(meeting: Meeting) -> int:
    """Count the points and the demands that the draft about a public meeting leaves out."""
    if not meeting.is_public:
        return 0
    visitor = AnonymousUser()
    items = AgendaItem.objects.filter(meeting=meeting)
    steps = DemandStep.objects.effective().filter(meeting=meeting).order_by()
    hidden_items = items.exclude(pk__in=AgendaItem.objects.visible_to(visitor).values("pk"))
    hidden_steps = steps.exclude(pk__in=DemandStep.objects.visible_to(visitor).values("pk"))
    return hidden_items.count() + hidden_steps.values("demand").distinct().count()


def _category(meeting: Meeting) -> Category:
    """That of the latest report about a meeting of this kind, else the first of all."""
    reports = Article.objects.filter(meeting__kind=meeting.kind).select_related("category")
    latest = reports.order_by(F("published_at").desc(nulls_last=True), "-pk").first()
    category = latest.category if latest else Category.objects.first()
    if category is None:
        raise NoCategory
    return category


def _save_at_a_free_address(article: Article) -> Article:
    """Save it under an address made from its title; another draft may take the same meanwhile."""
    for _ in range(_ATTEMPTS):
        article.slug = Article.objects.free_slug(article.title)
        try:
            with transaction.atomic():
                article.save()
        except IntegrityError:
            if not Article.objects.filter(slug=article.slug).exists():
                raise
        else:
            return article
    raise IntegrityError(f"No free address for “{article.title}”.")


def _lead(meeting: Meeting) -> str:
    place = f" ({meeting.place})" if meeting.place else ""
    if meeting.status == MeetingStatus.BOYCOTTED:
        return f"La section a boycotté {the_meeting(meeting)}{place}."
    ending = "e" if is_feminine(meeting.kind) else ""
    what = capfirst(the_kind(meeting.kind))
    if meeting.status == MeetingStatus.RECONVENED:
        what = f"{what}, reconvoqué{ending},"
    return f"{what} s’est tenu{ending} le {french_date(meeting.day)}{place}."


def _body(meeting: Meeting, reader: Reader) -> str:
    record = record_of(meeting, reader)
    parts = list(_heading(meeting))
    for point in record.points:
        parts += _point(point, "h2")
        for sub_point in point.sub_points:
            parts += _point(sub_point, "h3")
    if record.apart.answers or record.apart.promises:
        parts.append("<h2>Autres revendications et engagements</h2>")
        parts += _contents(record.apart)
    return "".join(parts)


def _heading(meeting: Meeting) -> Iterator[str]:
    starts = timezone.localtime(meeting.starts_at)
    hours = f"à {french_time(starts)}"
    if meeting.ends_at and timezone.localtime(meeting.ends_at).date() == starts.date():
        hours = f"de {french_time(starts)} à {french_time(timezone.localtime(meeting.ends_at))}"
    when = f"{capfirst(meeting.get_kind_display())} du {french_date(meeting.day)}, {hours}"
    yield _paragraph(_full_stop(", ".join(filter(None, [when, meeting.place]))))
    yield from _labelled("Délégation", meeting.delegation)


def _point(point: Point, level: str) -> Iterator[str]:
    item = point.item
    yield f"<{level}>{escape(item.heading)}</{level}>"
    yield from _labelled("Ce que l’administration a présenté", item.presented)
    yield from _labelled("Échanges", item.discussion)
    yield from _taken_up(point)
    yield from _contents(point.contents)
    yield from _outcome(item)


def _taken_up(point: Point) -> Iterator[str]:
    """What the point was about, unless it is told below."""
    answered = {answer.step.demand_id for answer in point.contents.answers}
    if point.demand and point.demand.pk not in answered:
        yield _cited_demand(point.demand)
    if point.commitment:
        yield f"<p>{citations.of_commitment(point.commitment)}</p>"


def _outcome(item: AgendaItem) -> Iterator[str]:
    label = capfirst(item.get_outcome_kind_display())
    if item.outcome_kind == OutcomeKind.NONE:
        label = "Suite donnée"
    elif not item.outcome.strip():
        yield f"<p><strong>{escape(label)}.</strong></p>"
    yield from _labelled(label, item.outcome)


def _contents(contents: Contents) -> Iterator[str]:
    for answers in _by_demand(contents.answers):
        yield from _demand([answer.step for answer in answers])
    for promise in contents.promises:
        yield from _commitment(promise.commitment)


def _by_demand(answers: Iterable[Answer]) -> list[list[Answer]]:
    grouped: dict[int, list[Answer]] = defaultdict(list)
    for answer in answers:
        grouped[answer.step.demand_id].append(answer)
    return list(grouped.values())


def _demand(steps: list[DemandStep]) -> Iterator[str]:
    """The demand, cited, and each state that it took that day with the answer and its words."""
    yield _cited_demand(steps[0].demand)
    for step in sorted(steps, key=lambda step: (step.on, step.pk)):
        state = f"{step.get_state_display()}."
        yield from _labelled("À cette réunion", f"{state} {step.answer}")
        yield from _quoted(step.quote)


def _cited_demand(demand: Demand) -> str:
    return f"<p><strong>Revendication :</strong> {citations.of_demand(demand)}</p>"


def _commitment(commitment: Commitment) -> Iterator[str]:
    """The commitment, cited; its words again where the citation does not hold them all."""
    yield f"<p>{citations.of_commitment(commitment)}</p>"
    if not citations.quotes_whole(commitment):
        yield from _quoted(commitment.wording)


def _quoted(words: str) -> Iterator[str]:
    if words.strip():
        quoted = map(_paragraph, paragraphs(f"« {words.strip()} »"))
        yield f"<blockquote>{''.join(quoted)}</blockquote>"


def _labelled(label: str, text: str) -> Iterator[str]:
    """The paragraphs of a plain text, the first one begun by a label in bold."""
    for number, paragraph in enumerate(map(_paragraph, paragraphs(text))):
        start = f"<strong>{escape(label)} :</strong> "
        yield paragraph if number else paragraph.replace("<p>", f"<p>{start}", 1)


def _paragraph(text: str) -> str:
    return f"<p>{escape(text).replace(chr(10), '<br>')}</p>"


def _full_stop(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."

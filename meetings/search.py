"""What is found of the record: meetings with their agenda, demands with their steps, commitments
and the titles of documents; and what is written again when one of them changes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.text import Truncator, capfirst

from cgtdouanes.search import sources
from cgtdouanes.search.models import Audience
from cgtdouanes.search.sources import Page, Source, Touched
from cgtdouanes.text.typography import french, french_date
from meetings.models import AgendaItem, Commitment, Demand, DemandStep, Document, Meeting
from members.audiences import reader_of
from members.permissions import Reader

MEETING, DEMAND, COMMITMENT, DOCUMENT = "meeting", "demand", "commitment", "document"
_WORDS_OF_TITLE = 24


def meetings(pks: Collection[int], audience: Audience) -> Iterator[Page]:
    """A meeting goes by its kind and its day too; its agenda is in it."""
    reader = reader_of(audience)
    items: dict[int, list[AgendaItem]] = defaultdict(list)
    visible = AgendaItem.objects.visible_to(reader).filter(meeting__in=pks)
    for item in visible.with_origin().in_outline():
        items[item.meeting_id].append(item)
    for meeting in Meeting.objects.visible_to(reader).filter(pk__in=pks).order_by("pk"):
        agenda = (
            text
            for item in items[meeting.pk]
            for text in (item.heading, item.presented, item.discussion, item.outcome)
        )
        yield Page(
            object_id=meeting.pk,
            label=capfirst(meeting.get_kind_display()),
            title=french(meeting.title),
            also=f"{meeting.get_kind_display()} {french_date(meeting.day)}",
            url=meeting.get_absolute_url(),
            on=meeting.day,
            lines=_shown([meeting.place, meeting.delegation, *agenda]),
        )


def demands(pks: Collection[int], audience: Audience) -> Iterator[Page]:
    """A demand goes by its reference too; what it was answered is in it."""
    reader = reader_of(audience)
    answers: dict[int, list[str]] = defaultdict(list)
    steps = DemandStep.objects.visible_to(reader).filter(demand__in=pks).order_by("on", "pk")
    for step in steps:
        answers[step.demand_id] += [step.answer, step.quote]
    for demand in Demand.objects.visible_to(reader).filter(pk__in=pks).order_by("pk"):
        yield Page(
            object_id=demand.pk,
            label=f"Revendication {demand.reference}",
            title=french(demand.title),
            also=demand.reference,
            url=demand.get_absolute_url(),
            on=demand.raised_on,
            lines=_shown([demand.text, demand.theme, *answers[demand.pk]]),
        )


def commitments(pks: Collection[int], audience: Audience) -> Iterator[Page]:
    found = Commitment.objects.visible_to(reader_of(audience)).filter(pk__in=pks)
    for commitment in found.select_related("agenda_item__meeting").order_by("pk"):
        meeting = commitment.agenda_item.meeting
        title = Truncator(commitment.wording).words(_WORDS_OF_TITLE, truncate=" […]")
        yield Page(
            object_id=commitment.pk,
            label="Engagement de l’administration",
            title=french(f"« {title} »"),
            url=commitment.get_absolute_url(),
            on=meeting.day,
            lines=_shown(
                [
                    commitment.wording if title != commitment.wording else "",
                    f"{capfirst(commitment.made_by)}, {_name(meeting)}",
                    commitment.proof,
                ]
            ),
        )


def documents(pks: Collection[int], audience: Audience) -> Iterator[Page]:
    found = Document.objects.visible_to(reader_of(audience)).filter(pk__in=pks)
    for document in found.select_related("meeting").order_by("pk"):
        yield Page(
            object_id=document.pk,
            label=capfirst(document.get_kind_display()),
            title=french(document.title),
            also=document.get_kind_display(),
            url=document.get_absolute_url(),
            on=document.received_on or document.meeting.day,
            lines=_shown([capfirst(_name(document.meeting))]),
        )


def _name(meeting: Meeting) -> str:
    return f"{meeting.get_kind_display()} du {french_date(meeting.day)} : {meeting.title}"


def _shown(texts: Iterable[str]) -> Iterator[str]:
    """The texts as pages show them."""
    return (french(text) for text in texts if text)


def touched_by_meeting(meeting: Meeting) -> Touched:
    """Its visibility is that of all that took place there, and of what takes it up elsewhere."""
    its_own = Q(agenda_items__takes_up__meeting=meeting)
    its_own |= Q(agenda_items__commitment__agenda_item__meeting=meeting)
    return {
        MEETING: {meeting.pk, *_pks(Meeting.objects.filter(its_own))},
        DEMAND: _pks(Demand.objects.filter(steps__meeting=meeting)),
        COMMITMENT: _pks(Commitment.objects.filter(agenda_item__meeting=meeting)),
        DOCUMENT: _pks(meeting.documents.all()),
    }


def touched_by_item(item: AgendaItem) -> Touched:
    return {MEETING: {item.meeting_id, *_taking_up(takes_up=item)}}


def touched_by_demand(demand: Demand) -> Touched:
    """What takes up a demand bears its title, and is reserved as it is."""
    linked = Q(agenda_items__demand=demand) | Q(agenda_items__takes_up__demand=demand)
    return {DEMAND: [demand.pk], MEETING: _pks(Meeting.objects.filter(linked))}


def touched_by_commitment(commitment: Commitment) -> Touched:
    linked = Q(agenda_items__commitment=commitment)
    linked |= Q(agenda_items__takes_up__commitment=commitment)
    return {COMMITMENT: [commitment.pk], MEETING: _pks(Meeting.objects.filter(linked))}


def touched_by_document(document: Document) -> Touched:
    return {DOCUMENT: [document.pk]}


def _taking_up(**origin: Any) -> set[int]:
    items = AgendaItem.objects.filter(**origin).order_by()
    return set(items.values_list("meeting", flat=True))


def _pks(rows: Any) -> set[int]:
    return set(rows.order_by().values_list("pk", flat=True))


def _visible(model: Any, user: Reader, pks: Collection[int]) -> set[int]:
    return _pks(model.objects.visible_to(user).filter(pk__in=pks))


def register() -> None:
    """Make the record known to the search; called once, when the app is ready."""
    for name, model, pages, touched in (
        (MEETING, Meeting, meetings, touched_by_meeting),
        (DEMAND, Demand, demands, touched_by_demand),
        (COMMITMENT, Commitment, commitments, touched_by_commitment),
        (DOCUMENT, Document, documents, touched_by_document),
    ):
        sources.register(Source(name, model, pages, partial(_visible, model)))
        sources.follow(model, touched)
    sources.follow(AgendaItem, touched_by_item)

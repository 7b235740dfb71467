"""Citations: the demands and commitments that an article names, each with its state.

A body keeps only the name of what it cites. Online the rest is today's, as far as the reader may
know it; on paper it is that of the day of publication, kept with the article when it comes out.
"""

import re
from collections.abc import Callable, Collection
from datetime import date
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from cgtdouanes import richtext
from cgtdouanes.text.typography import french, french_date
from cgtdouanes.text.words import folded
from meetings.as_of import Standing, Standings, commitments_on, demands_on
from meetings.models import PENDING_STATES, Commitment, CommitmentState, Demand, DemandState
from members.permissions import Reader, reads_reserved

Cited = Demand | Commitment
# What an article keeps: by what is cited, the day and where it stood for members and for visitors.
CitedStates = dict[str, dict[str, Any]]

# Said to who may not know the commitment: its own words would tell.
COMMITMENT = "engagement de l’administration"
_COMMITMENT_VALUE = re.compile(r"engagement-([1-9][0-9]{0,8})")
_WORDS_QUOTED = 24
_MAX_ASKED = 100
_FOUND_OF_EACH_KIND = 10


def of_demand(demand: Demand) -> SafeString:
    """Return what cites a demand in a body: its reference, and nothing that could be reserved."""
    html = richtext.citation(demand.reference, demand.reference)
    return mark_safe(html)  # noqa: S308  escaped by `citation`


def of_commitment(commitment: Commitment) -> SafeString:
    """Return what cites a commitment in a body."""
    html = richtext.citation(commitment.anchor, COMMITMENT)
    return mark_safe(html)  # noqa: S308  escaped by `citation`


def name_of(cited: Cited) -> str:
    """Return the words by which readers who may know it recognise what is cited."""
    if isinstance(cited, Demand):
        return french(f"{cited.reference} : {cited.title}")
    return french(f"Engagement : « {_quoted(cited)} » ({cited.made_by})")


def quotes_whole(commitment: Commitment) -> bool:
    """Whether a citation gives all the words of this commitment."""
    return _quoted(commitment).split() == commitment.wording.split()


def state_today(cited: Cited) -> str:
    """Return the state that the reader for whom this was found knows, with its date."""
    today = timezone.localdate()
    standing = _standing_today(cited)
    since = f"{_label(cited, standing)} (depuis le {french_date(standing.since)})"
    return since + _due(standing, today)


def visible(values: Collection[str], user: Reader) -> dict[str, Cited]:
    """Return what this reader may know among what is cited, in one query for each kind."""
    references, pks = _sorted_out(values)
    found: dict[str, Cited] = {}
    if references:
        demands = Demand.objects.visible_to(user).filter(reference__in=references)
        found |= {demand.reference: demand for demand in demands}
    if pks:
        commitments = Commitment.objects.visible_to(user).filter(pk__in=pks)
        for commitment in commitments.select_related("agenda_item__meeting"):
            found[commitment.anchor] = commitment
    return found


def matching(words: str, user: Reader) -> list[Cited]:
    """Return what an officer may cite, by its reference or words: some of each kind, latest first.

    The commitments are compared here: there are few, and the database knows no accents.
    """
    words = words[:_MAX_ASKED]
    demands = Demand.objects.visible_to(user).matching(words).order_by("-raised_on", "-pk")
    asked = folded(words).split()
    commitments = (
        commitment
        for commitment in Commitment.objects.visible_to(user)
        .select_related("agenda_item__meeting")
        .order_by("-state_on", "-pk")
        if _holds(commitment, asked)
    )
    return [*demands[:_FOUND_OF_EACH_KIND], *islice(commitments, _FOUND_OF_EACH_KIND)]


def card(cited: Cited) -> dict[str, Any]:
    """Return what the editor needs to offer, insert and name what is cited."""
    if isinstance(cited, Demand):
        value, words, is_public = cited.reference, cited.reference, bool(cited.public_state)
    else:
        value, words = cited.anchor, COMMITMENT
        is_public = cited.agenda_item.meeting.is_public
    return {
        "value": value,
        "words": words,
        "name": name_of(cited),
        "state": french(state_today(cited)),
        "reserved": not is_public,
    }


def live(html: SafeString, user: Reader) -> SafeString:
    """Return a sanitised text with today's state in place of its citations."""
    return _woven(html, user, lambda value, cited: french(f"aujourd’hui : {state_today(cited)}"))


def printed(
    html: SafeString, user: Reader, published_on: date | None, kept: CitedStates
) -> SafeString:
    """Return a sanitised text with the state on the day of publication, which it names.

    What was not kept on that day is looked for in the record; before the publication, and for what
    this reader did not know then, the state is today's. Paper grows old: each state has its day.
    """
    values = richtext.cited(html)
    if published_on:
        kept = states_on(published_on, values - kept.keys()) | kept
    whose = "members" if reads_reserved(user) else "visitors"

    def state(value: str, cited: Cited) -> str:
        entry = kept.get(value, {})
        if not (published_on and entry.get(whose)):
            standing, day = _standing_today(cited), timezone.localdate()
        else:
            standing, day = _unpacked(entry[whose]), date.fromisoformat(entry["on"])
        when = french_date(day)
        if day == published_on:
            when = f"{when}, jour de la publication"
        return french(f"état au {when} : {_label(cited, standing)}{_due(standing, day)}")

    return _woven(html, user, state)


def states_on(day: date, values: Collection[str]) -> CitedStates:
    """Return where what is cited stood on a day, in the form that an article keeps."""
    references, pks = _sorted_out(values)
    found: dict[str, Standings] = {}
    if references:
        found |= demands_on(day, references)
    if pks:
        found |= {f"engagement-{pk}": known for pk, known in commitments_on(day, pks).items()}
    return {
        value: {
            "on": day.isoformat(),
            "members": _packed(known.members),
            "visitors": known.visitors and _packed(known.visitors),
        }
        for value, known in found.items()
    }


def _quoted(commitment: Commitment) -> str:
    return Truncator(commitment.wording).words(_WORDS_QUOTED, truncate=" […]")


def _woven(html: SafeString, user: Reader, state: Callable[[str, Cited], str]) -> SafeString:
    values = richtext.cited(html)
    if not values:
        return html
    found = visible(values, user)

    def shown(value: str, words: str) -> str:
        return _html(found[value], state(value, found[value])) if value in found else words

    return mark_safe(richtext.with_citations(html, shown))  # noqa: S308  sanitised, then escaped


def _html(cited: Cited, state: str) -> SafeString:
    name = name_of(cited)
    if isinstance(cited, Demand):
        rest = name.removeprefix(cited.reference)
        name = format_html('<span class="citation__reference">{}</span>{}', cited.reference, rest)
    return format_html(
        '<span class="citation"><a href="{}">{}</a> — '
        '<span class="citation__state">{}</span></span>',
        cited.get_absolute_url(),
        name,
        state,
    )


def _holds(commitment: Commitment, asked: list[str]) -> bool:
    meeting = commitment.agenda_item.meeting
    text = folded(f"engagement {commitment.wording} {commitment.made_by} {meeting.title}")
    return all(word in text for word in asked)


def _sorted_out(values: Collection[str]) -> tuple[list[str], list[int]]:
    """Return the references of demands and the keys of commitments."""
    commitments = [match for value in values if (match := _COMMITMENT_VALUE.fullmatch(value))]
    pks = [int(match[1]) for match in commitments]
    return sorted(set(values) - {match[0] for match in commitments}), sorted(pks)


def _standing_today(cited: Cited) -> Standing:
    if isinstance(cited, Demand):
        return Standing(cited.shown_state, cited.shown_on)
    return Standing(cited.state, cited.state_on, cited.due_on)


def _label(cited: Cited, standing: Standing) -> str:
    states = DemandState if isinstance(cited, Demand) else CommitmentState
    return str(states(standing.state).label)


def _due(standing: Standing, day: date) -> str:
    """Say for when it was promised and, as of that day, how late it is."""
    if not standing.due_on or standing.state not in PENDING_STATES:
        return ""
    late = (day - standing.due_on).days
    delay = f", en retard de {late} jour{'s' if late > 1 else ''}" if late > 0 else ""
    return f", échéance le {french_date(standing.due_on)}{delay}"


def _packed(standing: Standing) -> dict[str, str | None]:
    due_on = standing.due_on.isoformat() if standing.due_on else None
    return {"state": standing.state, "since": standing.since.isoformat(), "due_on": due_on}


def _unpacked(kept: dict[str, str]) -> Standing:
    due_on = date.fromisoformat(kept["due_on"]) if kept["due_on"] else None
    return Standing(kept["state"], date.fromisoformat(kept["since"]), due_on)

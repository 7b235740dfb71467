"""The messages of the old site's forums, as reactions of people who have no account here.

The name that was printed is kept, never an address; whose it is, nobody guesses. What was refused,
unwanted or written in the private space is not taken over.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from articles.models import Article, Reaction, ReactionStatus, Section, SpipKind, SpipObject
from articles.spip import memory
from articles.spip.findings import Findings, Outcome
from articles.spip.places import Places
from articles.spip.rows import SpipMessage
from articles.spip.shortcuts import convert, convert_line
from articles.spip.wording import in_words

# What it becomes when it is no longer read on the old site.
GONE = {"status": ReactionStatus.HIDDEN}
STATES = {"publie": ReactionStatus.PUBLISHED, "prop": ReactionStatus.PENDING}
_WHY_NOT = {
    "off": "refus de la modération",
    "spam": "courrier indésirable",
    "poubelle": "à la poubelle",
}
_EMPTY = "sans aucun texte"
_PRIVATE = "de l’espace privé"
_LOST = "réponse à un message qui n’est pas repris"
_ANSWERS = re.compile(r"^(?:\s*(?:>|re\s*:|re$))+\s*", re.IGNORECASE)
_NAME_LENGTH = Reaction._meta.get_field("former_name").max_length or 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A message to take over: the values of its reaction, and the message that it answers."""

    number: int
    article: int
    root: int
    values: dict[str, Any]
    made: str
    outcome: Outcome
    earlier: SpipObject | None


class Messages:
    """Decides about each message, and stores those that are taken over."""

    def __init__(self, places: Places, findings: Findings, *, dry_run: bool) -> None:
        self._places = places
        self._findings = findings
        self._dry_run = dry_run
        self.left_out: Counter[str] = Counter()
        self.read = 0

    def plan(
        self,
        rows: Sequence[SpipMessage],
        titles: Mapping[int, str],
        subjects: Mapping[int, str],
        here: Mapping[int, Article],
    ) -> list[Planned]:
        """Return the messages to take over; `rows` are all those of whole articles.

        `here` are those of the articles that were here before, by their old numbers: what was said
        of them, and is no longer read on the old site, is hidden here too.
        """
        earlier = memory.known(SpipKind.MESSAGE, [row.number for row in rows])
        by_number = {row.number: row for row in rows}
        self.read += len(rows)
        planned = []
        for row in rows:
            before, root = earlier.get(row.number), _root(row, by_number)
            values = {}
            if row.state in STATES and root is not None and row.on is not None:
                values = self._values(row, titles[row.article], subjects[row.article])
            if root is not None and values.get("body"):
                planned.append(_planned(row.number, row.article, root, values, before))
            elif before:
                planned.append(_planned(row.number, row.article, row.number, GONE, before))
            else:
                self.left_out[_why_not(row, root)] += 1
        planned += [
            _planned(before.number, article, before.number, GONE, before)
            for article, before in memory.known_messages(here, but=by_number)
        ]
        return self._decided(planned, subjects)

    def _decided(self, planned: Sequence[Planned], subjects: Mapping[int, str]) -> list[Planned]:
        """Give each message its outcome; those that changed there are held before it is known."""
        changed = [p.number for p in planned if p.earlier and p.earlier.made != p.made]
        if changed and not self._dry_run:
            memory.hold_reactions(changed)
        now = memory.known(SpipKind.MESSAGE, changed) if changed else {}
        decided = []
        for each in planned:
            earlier = now.get(each.number, each.earlier)
            each = replace(each, earlier=earlier, outcome=_outcome(earlier, each.made))
            decided.append(each)
            self._findings.count(SpipKind.MESSAGE.label, each.outcome)
            if each.outcome == Outcome.CONFLICT:
                self._findings.tell(
                    Section.CONFLICT,
                    f"message {each.number} de l’{subjects[each.article]}",
                    "le message a changé sur l’ancien site, et sa réaction ici",
                    each.article,
                )
        return decided

    def write(self, planned: Sequence[Planned], articles: Mapping[int, Article]) -> None:
        """Store these messages, those that open a thread before the answers."""
        new = [p for p in planned if p.outcome == Outcome.CREATED and p.article in articles]
        roots = {p.number: p.earlier.reaction for p in planned if p.earlier and p.earlier.reaction}
        for batch in (
            [p for p in new if p.root == p.number],
            [p for p in new if p.root != p.number],
        ):
            reactions = Reaction.objects.bulk_create(
                Reaction(article=articles[p.article], parent=roots.get(p.root), **p.values)
                for p in batch
            )
            roots |= {p.number: reaction for p, reaction in zip(batch, reactions, strict=True)}
            SpipObject.objects.bulk_create(
                SpipObject(
                    kind=SpipKind.MESSAGE,
                    number=p.number,
                    reaction=reaction,
                    made=p.made,
                    kept=memory.kept_reaction(reaction),
                )
                for p, reaction in zip(batch, reactions, strict=True)
            )
        for p in planned:
            if p.outcome == Outcome.UPDATED and p.earlier and (reaction := p.earlier.reaction):
                for name, value in p.values.items():
                    setattr(reaction, name, value)
                reaction.save()
                p.earlier.made, p.earlier.kept = p.made, memory.kept_reaction(reaction)
                p.earlier.save()

    def _values(self, row: SpipMessage, title: str, subject: str) -> dict[str, Any]:
        converted = convert(row.text, self._places)
        named = f"message {row.number} de l’{subject}"
        for problem in converted.problems:
            self._findings.tell_problem(named, problem, row.article)
        headline = convert_line(row.title, self._places).text
        name = convert_line(row.name, self._places).text
        body = in_words(converted.html).strip()
        if headline and headline != title and not _ANSWERS.match(headline):
            body = f"{headline}\n\n{body}".strip()
        return {
            # Who signed with an address did not mean to leave it here.
            "former_name": "" if "@" in name else name[:_NAME_LENGTH],
            "body": body,
            "status": STATES[row.state],
            "created_at": row.on,
        }


def _planned(
    number: int, article: int, root: int, values: dict[str, Any], before: SpipObject | None
) -> Planned:
    made = memory.fingerprint([values, root])
    return Planned(number, article, root, values, made, Outcome.UNCHANGED, before)


def _root(row: SpipMessage, by_number: Mapping[int, SpipMessage]) -> int | None:
    """Return the message that opens the thread; None when one above is not taken over."""
    seen: set[int] = set()
    while row.parent and row.number not in seen:
        seen.add(row.number)
        above = by_number.get(row.parent)
        if above is None or above.state not in STATES:
            return None
        row = above
    return row.number


def _why_not(row: SpipMessage, root: int | None) -> str:
    if row.on is None:
        return "sans date"
    if row.state in STATES:
        return _LOST if root is None else _EMPTY
    if row.state.startswith("priv"):
        return _PRIVATE
    return _WHY_NOT.get(row.state, f"dans l’état « {row.state} »")


def _outcome(earlier: SpipObject | None, made: str) -> Outcome:
    if earlier is None:
        return Outcome.CREATED
    if earlier.made == made:
        return Outcome.UNCHANGED
    if earlier.reaction is None:
        return Outcome.SKIPPED
    if earlier.kept != memory.kept_reaction(earlier.reaction):
        return Outcome.CONFLICT
    return Outcome.UPDATED

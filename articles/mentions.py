"""Calling somebody who takes part: « @Nom affiché », chosen in a list or typed.

Only those whose name already stands beside a published reaction to the article can be called: the
list tells nothing that the page does not, and another name, member's or not, remains plain words.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.utils import timezone

from articles.models import Article, Mention, Reaction, ReactionStatus, Wording
from cgtdouanes.text.typography import french_date, french_time
from cgtdouanes.text.words import folded
from members.models import User
from members.models.user import GONE
from members.permissions import Reader


class Ambiguous(Exception):
    """Several of those who take part have this `name`, and none was chosen in the list."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Participant(NamedTuple):
    """Somebody to call. `key` is the number of their first reaction here, and tells no more."""

    key: str
    name: str
    label: str
    user: User


def participants(
    article: Article, user: Reader, among: Iterable[Reaction] | None = None
) -> list[Participant]:
    """Return those whom this person can call, by name; in one query.

    In none where the reactions to the article, with their authors, are already read: `among`.
    """
    if among is None:
        among = article.reactions.select_related("author").order_by("created_at", "pk")
    first: dict[int, Reaction] = {}
    for reaction in among:
        is_published = reaction.status == ReactionStatus.PUBLISHED
        if is_published and reaction.author_id and reaction.author_id != user.pk:
            first.setdefault(reaction.author_id, reaction)
    names = {reaction.pk: folded(reaction.author_name) for reaction in first.values()}
    count = Counter(names.values())
    return [
        Participant(
            str(reaction.pk),
            reaction.author_name,
            _label(reaction, is_alone=count[names[reaction.pk]] == 1),
            reaction.author,
        )
        for reaction in sorted(first.values(), key=lambda each: (names[each.pk], each.pk))
        if reaction.author
    ]


def called(
    body: str, present: Sequence[Participant], chosen: Collection[str]
) -> tuple[str, list[User]]:
    """Return the words, with the names that were only chosen in the list, and who is called.

    Raises Ambiguous.
    """
    people = [each for each in present if each.key in chosen]
    written = _names_written(body, {each.name for each in present})
    missing = [each.name for each in people if folded(each.name) not in written]
    for name in written:
        same = [each for each in present if folded(each.name) == name]
        if len(same) == 1:
            people += same
        elif not any(each in people for each in same):
            raise Ambiguous(same[0].name)
    before = "".join(f"@{name} " for name in dict.fromkeys(missing))
    return before + body, list(dict.fromkeys(each.user for each in people))


def keep(reaction: Reaction, people: Iterable[User]) -> None:
    """Keep whom these words call, and forget whom they no longer do."""
    people = list(people)
    Mention.objects.filter(reaction=reaction).exclude(user__in=people).delete()
    rows = [Mention(reaction=reaction, user=each, name=each.public_name) for each in people]
    Mention.objects.bulk_create(rows, ignore_conflicts=True)


def forget(user: User) -> None:
    """Take the name of who leaves out of the words that call them; the words stay."""
    for mention in Mention.objects.filter(user=user).select_related("reaction"):
        name = _pattern({mention.name})
        reaction = mention.reaction
        body = name.sub(f"@{GONE}", reaction.body)
        Reaction.objects.filter(pk=reaction.pk).update(body=body)
        for wording in Wording.objects.filter(reaction=reaction):
            wording.body = name.sub(f"@{GONE}", wording.body)
            wording.save(update_fields=["body"])


def _names_written(body: str, names: Collection[str]) -> list[str]:
    """The names that the words call, folded; of one that begins another, the longest is read."""
    if not names:
        return []
    return list(dict.fromkeys(folded(found[1:]) for found in _pattern(names).findall(body)))


def _pattern(names: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    anyone = "|".join(re.escape(name) for name in longest_first)
    return re.compile(rf"(?<![\w@/])@(?:{anyone})(?!\w)", re.IGNORECASE)


def _label(reaction: Reaction, *, is_alone: bool) -> str:
    if is_alone:
        return reaction.author_name
    moment = timezone.localtime(reaction.created_at)
    when = f"{french_date(moment.date())} à {french_time(moment)}"
    return f"{reaction.author_name} (a réagi le {when})"

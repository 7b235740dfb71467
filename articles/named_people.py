"""What officers and adherents write of reactions may name somebody: the name goes with them."""

import re
from typing import Any

from django.db.models import Model, Q

from articles.models import Appeal, Article, Flag, ModerationDecision, Reaction
from cgtdouanes import pages
from cgtdouanes.text.words import folded
from members.models import Membership, User

REMOVED = "[nom retiré]"
# Shorter names are found in too many words.
SHORTEST_NAME = 3
# Texts about a reaction that are not its author's own words.
_TEXTS: tuple[tuple[type[Model], str], ...] = (
    (ModerationDecision, "reason"),
    (Flag, "words"),
    (Appeal, "words"),
)


def remove(user: User) -> None:
    """Take the names and addresses of this person out of what others wrote of reactions."""
    names, addresses = _names_of(user), user.addresses()
    # A name alone may be an ordinary word; it has its capital, or several.
    spellings = {spelling for name in names for spelling in (name, name.upper())}
    called = re.compile(rf"(?<!\w)(?:{_any_of(spellings)}|(?i:{_any_of(addresses)}))(?!\w)")
    for model, field in _TEXTS:
        # Not every database knows that « É » is the capital of « é ».
        _remove_from(model, field, spellings | addresses, called)
    _remove_of_the_old_site(names)


def _remove_from(model: type[Model], field: str, words: set[str], called: re.Pattern[str]) -> None:
    rows: Any = model._default_manager
    named = Q()
    for word in words:
        named |= Q(**{f"{field}__icontains": word})
    limit = model._meta.get_field(field).max_length  # type: ignore[union-attr]
    for row in rows.filter(named):
        text = called.sub(REMOVED, getattr(row, field))[:limit]
        rows.filter(pk=row.pk).update(**{field: text})


def _remove_of_the_old_site(names: set[str]) -> None:
    """What came from the old site bears names that nobody has linked to an account."""
    own = {folded(name) for name in names}
    signing = Reaction.objects.exclude(former_name="").values_list("former_name", flat=True)
    former = [name for name in signing.order_by().distinct() if folded(name) in own]
    Reaction.objects.filter(former_name__in=former).update(former_name="")
    for key, byline in Article.objects.exclude(byline="").values_list("pk", "byline"):
        signed = [each.strip() for each in byline.split(",")]
        left = [each for each in signed if folded(each) not in own]
        if left != signed:
            Article.objects.filter(pk=key).update(byline=", ".join(left))
            pages.changed(Article(pk=key).page_tag)


def _names_of(user: User) -> set[str]:
    names = {user.display_name}
    if membership := Membership.objects.filter(user=user).first():
        names |= {membership.last_name, membership.number}
        names.add(f"{membership.first_name} {membership.last_name}")
        names.add(f"{membership.last_name} {membership.first_name}")
    return {name for name in names if len(name) >= SHORTEST_NAME}


def _any_of(words: set[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

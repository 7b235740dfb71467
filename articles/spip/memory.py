"""What earlier imports made of the old site, and whether somebody has touched it since."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import F

from articles.models import (
    Article,
    Attachment,
    Category,
    Reaction,
    Revision,
    SpipKind,
    SpipObject,
    Status,
)

# A meeting is linked by an officer who confirms it, which is no change to the text.
_COMPARED = [name for name in Revision.CONTENT if name != "meeting"]
# What was scheduled comes out by itself.
_SAME = {Status.SCHEDULED: Status.PUBLISHED}


def fingerprint(values: Any) -> str:
    """Return a fingerprint of these values, the same for the same ones on any machine."""
    told = json.dumps(values, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def known(kind: SpipKind, numbers: Collection[int]) -> dict[int, SpipObject]:
    """Return what these objects of the old site became, by their numbers."""
    found = SpipObject.objects.filter(kind=kind, number__in=numbers, within=0).order_by("pk")
    return {
        each.number: each
        for each in found.select_related("article", "category", "reaction", "picture")
    }


def known_documents(articles: Collection[int]) -> dict[tuple[int, int], SpipObject]:
    """Return what the documents of these articles became, by the numbers of both."""
    found = SpipObject.objects.filter(kind=SpipKind.DOCUMENT, within__in=articles).order_by("pk")
    return {(each.within, each.number): each for each in found.select_related("attachment")}


def known_messages(
    articles: Mapping[int, Article], *, but: Collection[int]
) -> list[tuple[int, SpipObject]]:
    """Return what the messages of these articles became, but for those of these numbers.

    `articles` are by their old numbers, each of which comes with its messages.
    """
    numbers = {article.pk: number for number, article in articles.items()}
    found = SpipObject.objects.filter(kind=SpipKind.MESSAGE, reaction__article__in=numbers)
    return [
        (numbers[each.reaction.article_id], each)
        for each in found.order_by("number").select_related("reaction")
        if each.reaction and each.number not in but
    ]


def hold_reactions(messages: Collection[int]) -> None:
    """Keep others from changing what these messages became, until the transaction ends."""
    became = SpipObject.objects.filter(kind=SpipKind.MESSAGE, number__in=messages)
    held = Reaction.objects.filter(pk__in=became.values("reaction"))
    list(held.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def hold_categories(rubriques: Collection[int]) -> None:
    """Keep others from changing what these rubriques became, until the transaction ends."""
    became = SpipObject.objects.filter(kind=SpipKind.RUBRIQUE, number__in=rubriques)
    held = Category.objects.filter(pk__in=became.values("category"))
    list(held.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def settled(status: str) -> str:
    """Return the state by which an article is compared."""
    return str(_SAME.get(Status(status), Status(status)))


def kept_article(article: Article, pending: Revision | None = None) -> str:
    """The fingerprint of what is stored, or waits, of an article: any version kept changes it."""
    holder = pending or article
    number = pending.number if pending else article.shown_number
    values = {name: getattr(holder, _column(name)) for name in _COMPARED}
    at = article.published_at
    return fingerprint(
        [values, number, settled(article.status), at.timestamp() if at else None, article.byline]
    )


def kept_category(category: Category) -> str:
    """The fingerprint of what is stored of a rubrique."""
    return fingerprint(
        [category.title, category.description, category.parent_id, category.position]
    )


def kept_attachment(attachment: Attachment) -> str:
    """The fingerprint of what is stored of a document."""
    return fingerprint([attachment.title, attachment.sha256])


def kept_reaction(reaction: Reaction) -> str:
    """The fingerprint of what is stored of a message."""
    return fingerprint([reaction.body, reaction.status, reaction.former_name])


def pending_revisions(articles: Iterable[Article]) -> dict[int, Revision]:
    """Return what waits beside these articles, by their keys."""
    ahead = Revision.objects.filter(article__in=list(articles)).order_by("number")
    return {each.article_id: each for each in ahead.filter(number__gt=F("article__shown_number"))}


def _column(name: str) -> str:
    return "category_id" if name == "category" else name

"""What is found of what is published: articles, of a teaser each audience its part, and the titles
of attachments. What is being written is looked for at the desk: the search knows it when it is out.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import lru_cache
from typing import cast

from django.utils import timezone
from django.utils.text import capfirst

from articles.models import Article, Attachment
from cgtdouanes import richtext
from cgtdouanes.search import sources
from cgtdouanes.search.models import Audience
from cgtdouanes.search.sources import Page, Source, Touched
from cgtdouanes.text.typography import french
from members.audiences import reader_of
from members.permissions import Reader

ARTICLE, ATTACHMENT = "article", "attachment"


def articles(pks: Collection[int], audience: Audience) -> Iterator[Page]:
    reader = reader_of(audience)
    found = Article.objects.published().open_to(reader).filter(pk__in=pks)
    for article in found.order_by("pk"):
        came_out = cast(datetime, article.published_at)
        body = _words_of(article.written_for(reader))
        yield Page(
            object_id=article.pk,
            label=french(article.kicker or "Article"),
            title=french(article.title),
            also=f"{article.kicker} {article.keywords}",
            url=article.get_absolute_url(),
            on=timezone.localtime(came_out).date(),
            lines=[french(article.lead), body],
            category_id=article.category_id,
        )


@lru_cache(maxsize=128)
def _words_of(written: str) -> str:
    """The words of a text as they are shown; both audiences read most articles whole."""
    return french(richtext.plain_text(written))


def attachments(pks: Collection[int], audience: Audience) -> Iterator[Page]:
    reader = reader_of(audience)
    of_articles = Article.objects.published().open_to(reader)
    found = Attachment.objects.shown().open_to(reader).filter(pk__in=pks, article__in=of_articles)
    for attachment in found.select_related("article").order_by("pk"):
        article = attachment.article
        came_out = cast(datetime, article.published_at)
        yield Page(
            object_id=attachment.pk,
            label=capfirst(attachment.get_kind_display()),
            title=french(attachment.title),
            also=attachment.get_kind_display(),
            url=attachment.get_absolute_url(),
            on=timezone.localtime(came_out).date(),
            lines=[french(f"Pièce jointe à : {article.title}")],
            category_id=article.category_id,
        )


def touched_by_article(article: Article) -> Touched:
    attached = article.attachments.order_by().values_list("pk", flat=True)
    return {ARTICLE: [article.pk], ATTACHMENT: attached}


def touched_by_attachment(attachment: Attachment) -> Touched:
    return {ATTACHMENT: [attachment.pk]}


def _visible_articles(user: Reader, pks: Collection[int]) -> set[int]:
    found = Article.objects.published().visible_to(user).filter(pk__in=pks)
    return set(found.order_by().values_list("pk", flat=True))


def _visible_attachments(user: Reader, pks: Collection[int]) -> set[int]:
    found = Attachment.objects.visible_to(user).filter(pk__in=pks)
    return set(found.order_by().values_list("pk", flat=True))


def register() -> None:
    """Make what is published known to the search; called once, when the app is ready."""
    sources.register(Source(ARTICLE, Article, articles, _visible_articles))
    sources.register(Source(ATTACHMENT, Attachment, attachments, _visible_attachments))
    sources.follow(Article, touched_by_article)
    sources.follow(Attachment, touched_by_attachment)

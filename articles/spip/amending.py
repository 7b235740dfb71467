"""One fact of an article changed by itself: its texts stay, and what waits beside it waits on."""

from typing import Any

from articles import editorial
from articles.models import Article, Revision
from articles.spip.memory import pending_revisions
from members.models import User


def amended(article: Article, by: User | None, **values: Any) -> tuple[Article, Revision]:
    """Record a version with these values, and return it with the article that has them, unsaved.

    `values` are columns. Where a version waits, the new one waits in its place, and readers see
    the same text as before. The caller holds the article.
    """
    pending = pending_revisions([article]).get(article.pk)
    newest = editorial.begin(article)
    article = Article.objects.get(pk=article.pk)
    revision = Revision.objects.create(
        article=article,
        number=newest.number + 1,
        author=by,
        attachments=newest.attachments,
        **(newest.content() | values),
    )
    for name, value in values.items():
        setattr(article, name, value)
    if not pending:
        article.shown_number = revision.number
    return article, revision

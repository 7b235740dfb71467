"""Publishing: what it changes, and who is told of it by mail, in the same transaction."""

from django.db import transaction

from articles import emails
from articles.models import Article, Status


@transaction.atomic
def save_article(article: Article) -> None:
    """Save an article; when that publishes it, tell adherents."""
    former = Article.objects.select_for_update(of=("self",)).filter(pk=article.pk).first()
    article.save()
    was_out = former and former.status == Status.PUBLISHED
    if article.status == Status.PUBLISHED and not was_out:
        emails.tell_of_article(article)

"""Publishing: what it changes, who is told of it by mail, and what is due, in one transaction."""

from django.db import transaction

from articles import emails, press
from articles.models import Article, Status


@transaction.atomic
def save_article(article: Article) -> None:
    """Save an article; when it is out, its PDFs are due; when that publishes it, tell adherents."""
    former = Article.objects.select_for_update(of=("self",)).filter(pk=article.pk).first()
    article.save()
    was_out = former and former.status == Status.PUBLISHED
    if article.status == Status.PUBLISHED:
        press.want(article)
    if article.status == Status.PUBLISHED and not was_out:
        emails.tell_of_article(article)

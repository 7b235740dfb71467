"""What search engines read of a published article: nothing that is reserved."""

from django.conf import settings
from django.utils.safestring import SafeString

from articles.models import Article, ArticleVisibility
from cgtdouanes.linked_data import as_script, section
from cgtdouanes.text.typography import french


def of_article(article: Article) -> SafeString | None:
    """Return the NewsArticle of what everybody may read; None for a reserved article."""
    is_reserved = article.visibility == ArticleVisibility.MEMBERS
    if is_reserved or not article.is_published or not article.published_at:
        return None
    return as_script(
        {
            "@type": "NewsArticle",
            "headline": french(article.title),
            "description": french(article.lead),
            "datePublished": article.published_at.isoformat(),
            "dateModified": max(article.published_at, article.updated_at).isoformat(),
            "inLanguage": "fr",
            "isAccessibleForFree": not article.is_teaser,
            "mainEntityOfPage": f"{settings.SITE_URL}{article.get_absolute_url()}",
            "publisher": section(),
        }
    )

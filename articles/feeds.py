"""The feeds that readers follow: public, by rubrique, and an adherent's own at a secret address.

Atom (RFC 4287). A public feed holds the same for everyone: what a visitor may read, in full.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import feedgenerator

from articles.models import ARTICLES, CATEGORIES, Article, Category
from articles.presentation import fed_body
from cgtdouanes.pages import kept
from cgtdouanes.secrecy.secret_addresses import keep_to_the_bearer
from cgtdouanes.text.typography import french
from meetings.models import RECORD, CalendarFeed
from meetings.permissions import can_have_calendar
from members.permissions import Reader

LATEST = 20


class _Atom(feedgenerator.Atom1Feed):
    """Atom, whose entries hold the text and say in which rubrique they are."""

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class ArticleFeed(Feed):
    """The latest articles that a visitor may read."""

    feed_type = _Atom
    subtitle = "Ce que la section demande, obtient et se voit refuser."
    author_name = settings.SITE_NAME
    reader: Reader = AnonymousUser()

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return kept(super().__call__(request, *args, **kwargs), ARTICLES, CATEGORIES, RECORD)

    def title(self, obj: Any) -> str:
        return f"Comptes rendus – {settings.SITE_NAME}"

    def link(self, obj: Any) -> str:
        return reverse("articles:list")

    def items(self, obj: Any) -> Any:
        articles = Article.objects.published().visible_to(self.reader)
        if isinstance(obj, Category):
            articles = articles.filter(category=obj)
        latest = articles.select_related("category").order_by("-published_at", "-pk")
        return latest[:LATEST]

    def item_title(self, item: Any) -> str:
        return french(f"{item.kicker} : {item.title}" if item.kicker else item.title)

    def item_description(self, item: Any) -> str:
        return french(item.lead)

    def item_link(self, item: Any) -> str:
        return str(item.get_absolute_url())

    def item_guid(self, item: Any) -> str:
        """An identifier that outlives a change of host or of address (RFC 4287, 4.2.6)."""
        return f"tag:{settings.SITE_URL.partition('//')[2]},{item.created_at:%Y}:article-{item.pk}"

    def item_pubdate(self, item: Any) -> Any:
        return item.published_at

    def item_updateddate(self, item: Any) -> Any:
        return max(item.published_at, item.updated_at)

    def item_categories(self, item: Any) -> list[str]:
        return [item.category.title]

    def item_extra_kwargs(self, item: Any) -> dict[str, Any]:
        return {"content": fed_body(item, self.reader)}


class CategoryFeed(ArticleFeed):
    """The same, for one rubrique."""

    def get_object(self, request: HttpRequest, slug: str) -> Category:
        return get_object_or_404(Category, slug=slug)

    def title(self, obj: Any) -> str:
        return f"{obj.title} – {settings.SITE_NAME}"

    def link(self, obj: Any) -> str:
        return str(obj.get_absolute_url())


def personal_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give the owner of this secret address what they may read today; else nothing is there."""
    owner = CalendarFeed.objects.owner_of(token)
    if not (owner and owner.is_active and can_have_calendar(owner)):
        raise Http404
    feed = ArticleFeed()
    feed.reader = owner
    return keep_to_the_bearer(feed(request))

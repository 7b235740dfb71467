"""The addresses that search engines may visit: what a visitor may read, and nothing else."""

from datetime import datetime
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from articles.models import ARTICLES, Article, Category
from cgtdouanes.pages import known
from cgtdouanes.paging import LongList
from meetings.models import RECORD, Demand, Meeting

VISITOR = AnonymousUser()


class _LongSitemap(Sitemap):
    """A sitemap of rows, in files of a size that is quickly made however many there are."""

    limit = 1000
    tag: str

    @property
    def paginator(self) -> LongList:
        rows = cast(QuerySet[Any], self.items())

        def count() -> int:
            return known(("sitemap", self.tag, rows.model), rows.order_by().count, self.tag)

        return LongList(rows, count, self.limit)


class _DatedSitemap(_LongSitemap):
    """The same of rows that tell when they last changed."""

    def lastmod(self, item: Any) -> datetime:
        changed_at: datetime = item.updated_at
        return changed_at

    def get_latest_lastmod(self) -> datetime | None:
        rows = cast(QuerySet[Any], self.items()).order_by()
        name = ("latest change", rows.model)
        return known(name, lambda: rows.aggregate(latest=Max("updated_at"))["latest"], self.tag)


class Pages(Sitemap):
    def items(self) -> list[str]:
        return [
            *("home", "articles:list"),
            *("meetings:list", "meetings:demand_list", "meetings:commitment_list"),
        ]

    def location(self, item: Any) -> str:
        return reverse(item)


class Articles(_DatedSitemap):
    tag = ARTICLES

    def items(self) -> Any:
        articles = Article.objects.published().visible_to(VISITOR)
        return articles.only("slug", "updated_at").order_by("-published_at", "-pk")


class Categories(Sitemap):
    def items(self) -> Any:
        return Category.objects.order_by("position", "pk")


class Meetings(_DatedSitemap):
    tag = RECORD

    def items(self) -> Any:
        return Meeting.objects.visible_to(VISITOR).order_by("-starts_at", "-pk")


class Demands(_LongSitemap):
    tag = RECORD

    def items(self) -> Any:
        return Demand.objects.visible_to(VISITOR).order_by("-raised_on", "-pk")


SITEMAPS = {
    "pages": Pages,
    "articles": Articles,
    "rubriques": Categories,
    "reunions": Meetings,
    "revendications": Demands,
}

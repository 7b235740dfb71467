"""The addresses that search engines may visit: what a visitor may read, and nothing else."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from articles.models import Article, Category
from meetings.models import Demand, Meeting

VISITOR = AnonymousUser()


class Pages(Sitemap):
    def items(self) -> list[str]:
        return [
            *("home", "articles:list"),
            *("meetings:list", "meetings:demand_list", "meetings:commitment_list"),
        ]

    def location(self, item: Any) -> str:
        return reverse(item)


class Articles(Sitemap):
    def items(self) -> Any:
        articles = Article.objects.published().visible_to(VISITOR)
        return articles.only("slug", "updated_at").order_by("-published_at", "-pk")

    def lastmod(self, item: Any) -> Any:
        return item.updated_at


class Categories(Sitemap):
    def items(self) -> Any:
        return Category.objects.order_by("position", "pk")


class Meetings(Sitemap):
    def items(self) -> Any:
        return Meeting.objects.visible_to(VISITOR).order_by("-starts_at", "-pk")

    def lastmod(self, item: Any) -> Any:
        return item.updated_at


class Demands(Sitemap):
    def items(self) -> Any:
        return Demand.objects.visible_to(VISITOR).order_by("-raised_on", "-pk")


SITEMAPS = {
    "pages": Pages,
    "articles": Articles,
    "rubriques": Categories,
    "reunions": Meetings,
    "revendications": Demands,
}

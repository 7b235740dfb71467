"""The project's own pages: the home page, and what machines read."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from articles.models import ARTICLES, CATEGORIES, Article
from cgtdouanes.operations.health import database_answers
from cgtdouanes.pages import kept, known
from meetings import tracker
from meetings.models import RECORD, Commitment, Demand, Meeting
from members.audiences import audience_of
from members.permissions import Reader


def home(request: HttpRequest) -> HttpResponse:
    """Show where the demands stand, the latest reports, the next meetings and the last ones."""
    user = request.user
    meetings = Meeting.objects.visible_to(user)
    figures, overdue = known(("home", audience_of(user)), lambda: _standing(user), RECORD)
    context = {
        "figures": figures,
        "overdue": overdue,
        "reports": Article.objects.listed_for(user)[:6],
        "upcoming_meetings": meetings.upcoming()[:3],
        "recent_meetings": meetings.past()[:3],
    }
    return kept(render(request, "home.html", context), ARTICLES, CATEGORIES, RECORD)


def _standing(user: Reader) -> tuple[tracker.Figures, int]:
    """Where the demands stand, and how many commitments are overdue, as this reader knows it."""
    overdue = Commitment.objects.visible_to(user).overdue()
    return tracker.figures(Demand.objects.visible_to(user)), overdue.count()


def robots(request: HttpRequest) -> HttpResponse:
    """Keep search engines away from what is nobody's but its reader's."""
    own = ["admin", "brouillon", "compte", "courrier", "demande-d-acces", "espace", "invitation"]
    lines = ["User-agent: *", *(f"Disallow: /{path}/" for path in own)]
    lines += [f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers, else 503, without a detail and within seconds."""
    is_alive = database_answers()
    return HttpResponse(
        "ok" if is_alive else "ko",
        status=200 if is_alive else 503,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"},
    )

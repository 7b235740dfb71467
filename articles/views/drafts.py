"""A version given to read before it is out, to somebody who may have no account."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from articles import editorial
from articles.models import DraftLink
from articles.presentation import preview_context
from cgtdouanes.secrecy.secret_addresses import keep_to_the_bearer


def draft(request: HttpRequest, token: str) -> HttpResponse:
    """Show the version under a watermark, to whoever holds the link, until it is revoked."""
    link = DraftLink.objects.opened_by(token)
    if link is None:
        raise Http404
    article = editorial.as_in(link.revision, link.revision.article)
    pictures = f"{reverse('articles:draft', args=[token])}images/"
    # What is cited, and the meeting, are shown as a visitor knows them: a link may be passed on.
    context = preview_context(article, AnonymousUser(), pictures_at=pictures)
    response = render(request, "articles/article_detail.html", context | {"draft_link": link})
    return keep_to_the_bearer(response)

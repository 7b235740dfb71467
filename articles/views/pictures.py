"""The pictures of what is written, each for who may read where it stands."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from articles.models import DraftLink, Picture
from cgtdouanes import richtext
from cgtdouanes.files import downloads
from cgtdouanes.secrecy.secret_addresses import keep_to_the_bearer


def picture(request: HttpRequest, key: UUID, width: int = 0) -> HttpResponseBase:
    """Serve a picture, or its copy of this width, to who may read where it stands."""
    found = get_object_or_404(Picture.objects.visible_to(request.user), key=key)
    return _served(request, found, width)


def draft_picture(request: HttpRequest, token: str, key: UUID, width: int = 0) -> HttpResponseBase:
    """Serve a picture of the version that this link opens, to whoever holds the link."""
    link = DraftLink.objects.opened_by(token)
    if link is None or str(key) not in richtext.pictured(link.revision.body):
        raise Http404
    found = get_object_or_404(Picture, key=key)
    return keep_to_the_bearer(_served(request, found, width))


def _served(request: HttpRequest, picture: Picture, width: int) -> HttpResponseBase:
    """Serve it under a name that says nothing: that of the file may say who took it."""
    file = picture.copy(width) if width else picture.file
    if not file:
        raise Http404
    ending = picture.content_type.rpartition("/")[2]
    response = downloads.serve(
        request,
        file,
        name=f"illustration.{ending}",
        content_type=picture.content_type,
        sha256=f"{picture.sha256}-{width}" if width else picture.sha256,
    )
    # Rights may end on any day: a browser that keeps it asks each time whether it may show it.
    response.headers["Cache-Control"] = "private, no-cache"
    return response

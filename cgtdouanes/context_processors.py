"""What every page of the site knows besides its own context."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return the site's name and address, and whether this reader may open the officers' desk."""
    user = getattr(request, "user", None)
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "opens_admin": bool(user and user.is_authenticated and user.opens_admin),
    }

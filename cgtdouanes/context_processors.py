"""What every page of the site knows besides its own context."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return the site's name and address, and what officers are shown: a door, a warning."""
    user = getattr(request, "user", None)
    is_officer = bool(user and user.is_authenticated and user.is_officer)
    return {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "is_officer": is_officer,
        "owes_second_factor": bool(user and is_officer and user.mandates_suspended),
        "no_second_factor_here": is_officer and not settings.REQUIRE_SECOND_FACTOR,
    }

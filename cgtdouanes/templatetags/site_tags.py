"""The frame of every page: `{% site_navigation %}`, `{% site_footer %}`. Each is drawn once."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()

# The parts of the site whose pages the menu recognises by their address.
_PARTS = frozenset({"articles", "rubriques", "reunions", "espace", "compte"})


@register.simple_tag(takes_context=True)
def site_navigation(context: template.RequestContext) -> SafeString:
    """Draw the menu, which shows where one is and the doors that one may open."""
    request = context["request"]
    match = request.resolver_match
    part = request.path.split("/", 2)[1]
    user = context.get("user")
    return _navigation(
        view=match.view_name if match else "",
        part=part if part in _PARTS else "",
        is_signed_in=bool(user and user.is_authenticated),
        is_officer=bool(context.get("is_officer")),
    )


@lru_cache(maxsize=500)
def _navigation(**place: str | bool) -> SafeString:
    return render_to_string("_site_navigation.html", place)


@register.simple_tag
@lru_cache(maxsize=1)
def site_footer() -> SafeString:
    """Draw the foot of the page, which is the same everywhere."""
    return render_to_string("_site_footer.html")

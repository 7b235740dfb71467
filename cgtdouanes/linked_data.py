"""Facts of schema.org in a page, as JSON-LD: what search engines and messengers read of it."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def as_script(facts: dict[str, Any]) -> SafeString:
    """Return the content of a script element, which nothing in the facts can end."""
    written = json.dumps({"@context": "https://schema.org"} | facts, ensure_ascii=False)
    escaped = written.translate(_ESCAPES)
    return mark_safe(escaped)  # noqa: S308  the three characters of markup are escaped


def section() -> dict[str, Any]:
    """Return the section as an organisation."""
    return {"@type": "Organization", "name": settings.SITE_NAME, "url": settings.SITE_URL}

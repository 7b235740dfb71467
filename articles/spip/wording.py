"""A converted text in plain words: what leads, presentations and messages keep."""

import re

from django.conf import settings

from articles.spip.places import STAND_IN
from cgtdouanes import richtext

_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_ITEM = re.compile(r"(<li>(?:<p>)?)")


def in_words(html: str) -> str:
    """Return the words, a line for each paragraph; links show their address, items their dash.

    Documents have none: they are with the article, or nowhere.
    """
    return richtext.plain_text(_ITEM.sub(r"\1– ", _LINK.sub(_link_in_words, html)))


def _link_in_words(match: re.Match[str]) -> str:
    address, words = match.groups()
    if address.startswith(("#", STAND_IN)):
        return words
    if address.startswith("/"):
        address = f"{settings.SITE_URL}{address}"
    shown = address.removeprefix("mailto:")
    return words if shown in words else f"{words} ({shown})"

"""The words of a reaction as pages show them: plain text, in paragraphs, with its web addresses.

No markup of the author's counts. An address that begins with http:// or https:// becomes a link;
which addresses these are, and where they end in a sentence, is Django's own `urlize`.
"""

import re
from collections.abc import Collection

from django.utils.html import Urlizer, escape, linebreaks
from django.utils.safestring import SafeString, mark_safe

from cgtdouanes.text.typography import french

_NEVER = re.compile(r"(?!)")


class _WebAddresses(Urlizer):
    """Links what is written whole, and neither a bare domain nor an e-mail address.

    `ugc` tells search engines that the section did not choose the link; `noopener` that the page
    it opens has no hold on this one.
    """

    simple_url_2_re = _NEVER
    url_template = '<a href="{href}" rel="nofollow ugc noopener">{url}</a>'

    @staticmethod
    def is_email_simple(value: str) -> bool:
        return False


_link = _WebAddresses()


def shown(body: str, called: Collection[str] = ()) -> SafeString:
    """Return the text as HTML: escaped, in French typography, with its links.

    `called`: the names that it mentions, which stand out and lead nowhere.
    """
    if not body:
        return SafeString("")
    names = "|".join(re.escape(french(name)) for name in sorted(called, key=len, reverse=True))
    mention = re.compile(rf"(?<![\w@/])(@(?:{names}))(?!\w)", re.IGNORECASE) if names else _NEVER
    # What the pattern captures comes at every second place.
    pieces = [
        f'<b class="mention">{escape(piece)}</b>' if place % 2 else _link(piece, autoescape=True)
        for place, piece in enumerate(mention.split(french(body)))
    ]
    escaped = mark_safe("".join(pieces))  # noqa: S308  each piece was escaped
    html = linebreaks(escaped, autoescape=False)
    return mark_safe(html)  # noqa: S308  paragraphs around what was escaped


def count_links(body: str) -> int:
    """How many links the page would make of this text."""
    return _link(body, autoescape=True).count("<a href=")

"""Addresses made from titles: without accents or spaces, and numbered where another has them."""

import re
from collections.abc import Callable

from django.utils.text import slugify

_APOSTROPHE = re.compile("['’]")


def free_slug(title: str, is_taken: Callable[[str], bool], length: int, otherwise: str) -> str:
    """Return an address of at most this length; `otherwise` when the title has no letter."""
    wanted = slugify(_APOSTROPHE.sub(" ", title)) or otherwise
    slug, number = wanted[:length].strip("-"), 1
    while is_taken(slug):
        number += 1
        suffix = f"-{number}"
        slug = wanted[: length - len(suffix)].strip("-") + suffix
    return slug

"""The pages of the old site that hang on no object, and where these are here."""

from urllib.parse import urlencode

from django.urls import reverse

from articles.spip.addresses import OldAddress

_NAMES = {
    "home": "home",
    "list": "articles:list",
    "feed": "articles:feed",
    "sign-in": "account_login",
    "desk": "admin:index",
}


def url_of(asked: OldAddress) -> str:
    """Return where such a page is; empty when the address asks for none of them."""
    if asked.page == "search":
        return f"{reverse('search')}?{urlencode({'q': asked.words})}"
    # An object that is named comes first: it has a feed of its own, and an impression.
    name = _NAMES.get(asked.page) if not asked.paths else None
    return reverse(name) if name else ""

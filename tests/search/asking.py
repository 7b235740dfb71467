"""Asking the search page as readers do, and reading its answers."""

import re
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from members.models import User
from tests.factories import UserFactory


def ask(q: str, user: User | None = None, **narrowed: Any) -> str:
    """Return the page for a question, asked by a visitor unless a user is given."""
    client = Client()
    if user:
        client.force_login(user)
    response = client.get(reverse("search"), {"q": q} | narrowed)
    assert response.status_code == 200
    return response.content.decode()


def addresses(page: str) -> list[str]:
    """Where the answers of a page lead, in their order."""
    return re.findall(r'<h3><a href="([^"]+)">', page)


def found(q: str, user: User | None = None, **narrowed: Any) -> list[str]:
    """Return the titles of the answers, in their order."""
    titles = re.findall(r"<h3><a [^>]+>(.*?)</a></h3>", ask(q, user, **narrowed))
    return [unescape(re.sub("</?mark>", "", title)) for title in titles]


def heading(page: str) -> str:
    """What the page says of the number of answers."""
    match = re.search(r'id="resultats">(.*?)</h2>', page)
    assert match
    return unescape(match[1])


def proposed(page: str) -> str:
    """What the page says that the reader may have meant; nothing when it does not know."""
    match = re.search(r'class="search__suggestion">Essayez <a [^>]+>«\s(.*?)\s»</a>', page)
    return unescape(match[1]) if match else ""


def marks(page: str) -> list[str]:
    """What is marked, in the order of the page."""
    return [unescape(text) for text in re.findall("<mark>(.*?)</mark>", page)]


def an_adherent() -> User:
    return UserFactory(adherent=True)

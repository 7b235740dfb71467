"""The impression of an article: what stands on the page made for paper, and on the PDF of it."""

import hashlib
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from articles import pdf
from articles.models import Article
from articles.permissions import reaction_notice
from articles.presentation import modifications, paged_body, printed_body
from cgtdouanes import richtext
from cgtdouanes.qr_code import qr_code
from members.permissions import Reader

TEMPLATE = "articles/article_print.html"
# In characters, as printed.
LINE = 95


def impression_context(article: Article, user: Reader) -> dict[str, Any]:
    """Return the context of the printable page, as far as this reader may read."""
    return {
        "article": article,
        "body": printed_body(article, user),
        "ends_on_a_line": _ends_on_a_line(article, user),
        "is_truncated": article.is_truncated_for(user),
        "online_url": _online_url(article),
        "modifications": modifications(article),
        "notice": reaction_notice(user, article),
        "qr_code": "",
    }


def on_paper(article: Article, user: Reader) -> str:
    """Return the page of which the PDF is made.

    A PDF is handed on, so that it speaks to whoever may hold it: of the reader, it shows how far
    they may read and nothing else.
    """
    online_url = _online_url(article)
    context = impression_context(article, user) | {
        "SITE_NAME": settings.SITE_NAME,
        "body": paged_body(article, user),
        "notice": "visitor",
        "qr_code": qr_code(online_url, title=f"Code QR de la version en ligne : {online_url}"),
    }
    return render_to_string(TEMPLATE, context)


def fingerprint_of(page: str) -> str:
    """Return what recognises the PDF of this page: of another page, or another maker, it differs.

    The page names its style sheet by an address that changes with it.
    """
    return hashlib.sha256(f"{pdf.MAKER}\n{page}".encode()).hexdigest()


def _ends_on_a_line(article: Article, user: Reader) -> bool:
    """Whether the last paragraph is too short to be met alone on a page of its own."""
    leaves = richtext.read(article.written_for(user)).leaves()
    paragraphs = [leaf for leaf in leaves if leaf.tag != "footnote"]
    return bool(paragraphs) and len(paragraphs[-1].text()) < LINE


def _online_url(article: Article) -> str:
    return f"{settings.SITE_URL}{article.get_absolute_url()}"

"""The rich text editor of article bodies: what officers may type, and what it loads."""

import base64
import hashlib
from typing import Any

from csp.decorators import csp_update
from django.core.validators import MaxLengthValidator
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy
from django_prose_editor.fields import ProseEditorField
from django_prose_editor.widgets import AdminProseEditorWidget
from js_asset import Media

from cgtdouanes.richtext import sanitise

EXTENSIONS: dict[str, Any] = {
    "Heading": {"levels": [2, 3, 4]},
    "Bold": True,
    "Italic": True,
    "Underline": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HardBreak": True,
    "HorizontalRule": True,
    "CutMarker": True,
    "Citation": {"url": reverse_lazy("admin:articles_article_citations")},
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "CaptionedTable": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "Footnote": True,
    "Encadre": True,
    "Anchors": True,
    "Preformatted": True,
    "CodeWords": True,
    "Abbreviation": True,
    "Illustration": True,
    "Picture": True,
    "FigureCaption": True,
    "Credit": True,
    "SpecialCharacters": True,
    "CleanPaste": True,
    "FrenchLabels": True,
}

# Some forty printed pages: more is a paste gone wrong, and its PDF would take long to make.
MAX_LENGTH = 100_000

# The style sheet that the editor's library adds to the page by itself; it changes with its version.
LIBRARY_STYLE_HASH = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


def body_field(verbose_name: str) -> "models.TextField[str, str]":
    """Return the field of a rich text, cleaned by our own allowlist when a form is read."""
    field: models.TextField[str, str] = ProseEditorField(
        verbose_name,
        extensions=EXTENSIONS,
        sanitize=sanitise_within_bounds,
        validators=[MaxLengthValidator(MAX_LENGTH)],
    )
    return field


def sanitise_within_bounds(html: str) -> str:
    """Clean what a form sent, unless it is too long: then the validator refuses it as it is."""
    return sanitise(html) if len(html) <= MAX_LENGTH else html


def allow_in_csp(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Admit on this page the two inline parts that the editor needs, by their hashes."""
    import_map = _inline_content(AdminProseEditorWidget(preset="configurable").media)
    sources = {"script-src": [_hash_source(import_map)], "style-src": [LIBRARY_STYLE_HASH]}
    return csp_update(sources)(lambda request: response)(request)


def _inline_content(media: Media) -> str:
    (tag,) = media.render_importmap()
    return tag.partition(">")[2].rpartition("<")[0]


def _hash_source(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"

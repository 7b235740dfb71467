"""A picture of the old site with its caption, in the one form that a body knows."""

from html import escape

from articles.spip.site import SpipDocument
from cgtdouanes.richtext.pictures import is_ours

_SIDES = ("left", "right")
_END = "</figure>"
_CAPTION_END = f"</figcaption>{_END}"


def is_shown(document: SpipDocument) -> bool:
    """Tell whether a body can show a document; any other is a link."""
    return document.is_picture and is_ours(document.url)


def figure(document: SpipDocument, side: str, alt: str, caption: str = "", credit: str = "") -> str:
    """Return the figure of a picture; `caption` and `credit` are HTML, `alt` is plain text.

    Without a description there is no `alt`: an empty one would declare that none is needed.
    """
    sided = f" figure--{side}" if side in _SIDES else ""
    size = f' width="{document.width}" height="{document.height}"' if document.width else ""
    described = f' alt="{escape(alt)}"' if alt else ""
    if credit:
        caption = f'{caption} <small class="credit">{credit}</small>'
    return f'<figure class="figure{sided}"><img src="{escape(document.url)}"{size}{described}>' + (
        f"<figcaption>{caption}{_CAPTION_END}" if caption else _END
    )


def linked(html: str, url: str, words: str) -> str | None:
    """Return a figure with a link in its caption, for a picture is no link; None if it is none."""
    if not html.startswith("<figure") or not html.endswith(_END):
        return None
    link = f'<a href="{escape(url)}">{words}</a>'
    if html.endswith(_CAPTION_END):
        return f"{html.removesuffix(_CAPTION_END)}<br>{link}{_CAPTION_END}"
    return f"{html.removesuffix(_END)}<figcaption>{link}{_CAPTION_END}"

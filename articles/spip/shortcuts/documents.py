"""SPIP's models, “<doc4|left>” and the like: pictures, documents and pages that a text shows."""

import re
from html import escape

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts.addresses import destination
from articles.spip.shortcuts.figures import figure, is_shown, linked
from articles.spip.shortcuts.inline import inline_html
from articles.spip.shortcuts.links import with_links
from articles.spip.shortcuts.work import Work, escaped, prepared, words_of
from articles.spip.site import SpipDocument

# The parameters of a model may hold tags: “<doc4|titre=Le <i>plan</i>>”.
_MODEL = re.compile(
    r"<([a-zA-Z_-]{3,20})[ \t]*+([0-9]{0,9})\s*+((?:\|(?:[^<>]++|<[^<>]*+>)*+)?)/?>"
)
_DOCUMENTS = frozenset(
    {"doc", "document", "emb", "image", "img", "audio", "video", "lecteur", "media"}
)
_PAGES = {
    **dict.fromkeys(("art", "article"), "article"),
    **dict.fromkeys(("rub", "rubrique"), "rubrique"),
    **dict.fromkeys(("aut", "auteur"), "auteur"),
    "mot": "mot",
}
_SIDES = ("left", "right")
_LINKS = ("lien", "url")
# What asks a model for the words of its document.
_OWN = frozenset({"oui", "legende", "complete", "personnalisee"})


def with_models(work: Work, text: str) -> str:
    """Set apart what the models of a text show; one that is not known stays visible."""
    return _MODEL.sub(lambda match: _shown(work, match), text)


def _shown(work: Work, match: re.Match[str]) -> str:
    name, number, given = match[1].lower(), match[2], match[3]
    if not number and not given:
        return match[0]
    if name in _DOCUMENTS and number:
        document = work.site.document(int(number))
        if document is None:
            work.report(ProblemKind.MISSING_DOCUMENT, match[0])
            return work.put_text(match[0])
        if not document.url:
            work.report(ProblemKind.MISSING_DOCUMENT, match[0])
        return work.put(_document(work, document, f"{name}{number}", _parameters(work, given)))
    if name in _PAGES and number and (found := destination(work, _PAGES[name] + number)):
        words = escaped(found.title)
        return work.put(f'<a href="{escape(found.url)}">{words}</a>' if found.url else words)
    work.report(ProblemKind.UNKNOWN_MODEL, match[0])
    return work.put_text(match[0])


def _parameters(work: Work, given: str) -> dict[str, str]:
    """Read “|left|titre=Le plan” as {"left": "", "titre": "Le plan"}."""
    parts = (part.partition("=") for part in work.plain(given).split("|")[1:])
    return {name.strip().lower(): value.strip() for name, _equals, value in parts}


def _document(work: Work, document: SpipDocument, name: str, given: dict[str, str]) -> str:
    title = _words(work, _said(given, document.title, "titre", "title"))
    description = _words(work, _said(given, document.description, "descriptif", "legende"))
    credit = _words(work, _said(given, document.credits, "credits"))
    if not is_shown(document):
        words = title or "Document"
        if document.url:
            words = f'<a href="{escape(document.url)}">{words}</a>'
        kind = f" ({escaped(document.extension.upper())})" if document.extension else ""
        after = "".join(f"<br>{said}" for said in (description, credit) if said)
        return f"<p>{words}{kind}{after}</p>"
    if title and description:
        title = f"<strong>{title}</strong>"
    caption = "<br>".join(filter(None, (title, description)))
    alt = given.get("alt", document.alt) or " ".join(words_of(title).split())
    if not alt:
        work.report(ProblemKind.MISSING_ALT, name)
    side = next((side for side in _SIDES if side in given), "")
    shown = figure(document, side, alt, caption, credit)
    address = next((given[name] for name in _LINKS if given.get(name, "oui") != "oui"), "")
    found = destination(work, address) if address else None
    if found is None or not found.url:
        return shown
    return linked(shown, found.url, escaped(found.title)) or shown


def _said(given: dict[str, str], own: str, *names: str) -> str:
    """Return what a model says in place of what its document says itself; “non” is nothing."""
    value = next((given[name] for name in names if name in given), "oui")
    if value in _OWN:
        return own
    return "" if value == "non" else value


def _words(work: Work, source: str) -> str:
    """Return a caption as HTML: what it shows of other documents stays as it is typed."""
    return inline_html(work, with_links(work, prepared(source))) if source else ""

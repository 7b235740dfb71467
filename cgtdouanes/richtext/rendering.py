"""What a screen shows of a clean body: calls and notes with links there and back, pictures in the
sizes that it needs, tables that the keyboard scrolls. Paper takes the body as it is.
"""

import re
from collections.abc import Callable

from cgtdouanes.richtext.pictures import ADDRESS, responsive
from cgtdouanes.text.markup import Token, attributes, tokens

_NOTES = '<section class="footnotes" role="doc-endnotes" aria-labelledby="notes">'
_OWN_ADDRESS = re.compile(r'(\s(?:href|src)=")([/#])')
_MARKS = {"strong", "em", "s", "u", "sub", "sup", "code", "abbr", "span"}
_SIZES = re.compile(r'\ssrcset="[^"]*"\ssizes="[^"]*"')
_LAZY = re.compile(r'\sloading="lazy"\sdecoding="async"')
_PICTURE = re.compile(rf'(?<=[" ]){ADDRESS}(?=[0-9a-f-]{{36}}/)')


def rendered(clean: str) -> str:
    """Return what pages show of a text that `sanitise` returned: its notes are at the end."""
    written: list[str] = []
    notes: list[str] = []
    note_from = 0
    for token in tokens(clean):
        # A clean text holds no other span than notes, and none in another.
        if token.name != "span":
            written.append(_piece(clean, token))
        elif token.kind == "start":
            note_from = len(written)
        else:
            notes.append("".join(written[note_from:]))
            written[note_from:] = [_call(len(notes))]
    return "".join(written) + _list(notes)


def split_notes(shown: str) -> tuple[str, str]:
    """Split what `rendered` returned in its text and its notes, which may be none."""
    text, opening, rest = shown.partition(_NOTES)
    return text, opening + rest


def elsewhere(shown: str, *, site: str, page: str) -> str:
    """Return what `rendered` made, to be read away from its page: its links say where they lead.

    A picture has one size there, for who knows in what column.
    """

    def address(match: re.Match[str]) -> str:
        return f"{match[1]}{page if match[2] == '#' else site}{match[2]}"

    return _in_tags(shown, {"a", "img"}, lambda tag: _OWN_ADDRESS.sub(address, _SIZES.sub("", tag)))


def with_whole_pictures(shown: str) -> str:
    """Return the same for a printer, which does not scroll and wants every point of a picture."""
    return _in_tags(shown, {"img"}, lambda tag: _LAZY.sub("", _SIZES.sub("", tag)))


def with_pictures_at(base: str, shown: str) -> str:
    """Return the same with its pictures taken from another address, which its reader may open."""
    return _in_tags(shown, {"img"}, lambda tag: _PICTURE.sub(base, tag))


def with_plain_links(shown: str) -> str:
    """Return the same for a PDF, without bold, italics or the like inside of its links.

    WeasyPrint makes one more link of each, which it does not tag as one (ISO 14289-1, 7.18.5).
    """
    written: list[str] = []
    in_link = False
    # Of each mark that is open in a link, whether it stays.
    stays: list[bool] = []
    for token in tokens(shown):
        is_kept = True
        if token.name == "a":
            in_link = token.kind == "start"
        elif in_link and token.name in _MARKS and token.kind == "start":
            is_kept = "footnote" in token.attributes
            stays.append(is_kept)
        elif stays and token.name in _MARKS:
            is_kept = stays.pop()
        if is_kept:
            written.append(shown[token.start : token.end])
    return "".join(written)


def _in_tags(shown: str, names: set[str], change: Callable[[str], str]) -> str:
    pieces = ((shown[token.start : token.end], token) for token in tokens(shown))
    return "".join(
        change(piece) if token.kind == "start" and token.name in names else piece
        for piece, token in pieces
    )


def _piece(clean: str, token: Token) -> str:
    written = clean[token.start : token.end]
    if token.kind == "start" and token.name == "table":
        return '<table tabindex="0">'
    if token.name == "img":
        return f"{written.removesuffix('>')}{responsive(attributes(token))}>"
    return written


def _call(number: int) -> str:
    return (
        f'<sup class="call"><a href="#note-{number}" id="appel-{number}" role="doc-noteref" '
        f'aria-label="Note {number}">{number}</a></sup>'
    )


def _list(notes: list[str]) -> str:
    if not notes:
        return ""
    items = "".join(
        f'<li id="note-{number}">{note} <a href="#appel-{number}" role="doc-backlink" '
        f'aria-label="Revenir à l’appel de la note {number}">↩</a></li>'
        for number, note in enumerate(notes, 1)
    )
    return f'{_NOTES}<h2 id="notes">Notes</h2><ol>{items}</ol></section>'

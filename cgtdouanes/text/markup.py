"""The small HTML reader behind the sanitiser and the typography: tags and text, in linear time.

It is no judge of what is safe: nh3 is (`cgtdouanes.richtext`). It exists because html.parser has
no bound on time, and html5ever slows down as the square of the nesting.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

# Quotes count after "=" alone, as in browsers; possessive quantifiers forbid going back.
_TAG = re.compile(r"""<(/?)([a-zA-Z][^\s/>]*+)((?:[^>=]++|=\s*+(?:"[^"]*"|'[^']*'|(?!["'])))*+)>""")
_TAG_OPENING = re.compile(r"</?[a-zA-Z]")
_ATTRIBUTE = re.compile(
    r"""([^\s=/>"'][^\s=/>]*+)(?:\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s>]++)))?"""
)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_NOT_READ_AS_HTML = {
    name: re.compile(rf"</{name}[\s/>]", re.IGNORECASE)
    for name in (
        *("script", "style", "title", "textarea", "xmp"),
        *("iframe", "noembed", "noframes"),
    )
}


class Token(NamedTuple):
    """A piece of the source: `kind` is "text", "start", "end" or "other" (comments, scripts…)."""

    kind: str
    start: int
    end: int
    name: str = ""
    attributes: str = ""


def tokens(source: str) -> Iterator[Token]:
    """Cut the source in pieces that cover it whole, in order; a tag never closed is text."""
    text_from = position = 0
    while (opening := source.find("<", position)) != -1:
        token = _markup_at(source, opening)
        if token is None:
            position = opening + 1
            continue
        if opening > text_from:
            yield Token("text", text_from, opening)
        yield token
        text_from = position = token.end
        if token.kind == "start" and token.name in _NOT_READ_AS_HTML:
            closing = _NOT_READ_AS_HTML[token.name].search(source, position)
            text_from = position = closing.start() if closing else len(source)
            yield Token("other", token.end, position)
        elif token.kind == "text":
            return
    if text_from < len(source):
        yield Token("text", text_from, len(source))


def attributes(token: Token) -> dict[str, str]:
    """Return the attributes of a tag, names in lower case, values decoded; the first one wins."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(token.attributes):
        found.setdefault(name.lower(), decode(next(filter(None, values), "")))
    return found


def decode(text: str) -> str:
    """Decode the character references that end with a semicolon, and only these."""
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def characters(source: str, token: Token) -> Iterator[tuple[str, int, int]]:
    """Give each character of a text with the place of its source; a reference is one piece."""
    position = token.start
    for reference in _REFERENCE.finditer(source, token.start, token.end):
        yield from ((source[i], i, i + 1) for i in range(position, reference.start()))
        yield html.unescape(reference[0]), reference.start(), reference.end()
        position = reference.end()
    yield from ((source[i], i, i + 1) for i in range(position, token.end))


def _markup_at(source: str, opening: int) -> Token | None:
    if _TAG_OPENING.match(source, opening):
        match = _TAG.match(source, opening)
        if match is None:
            return Token("text", opening, len(source))
        kind = "end" if match[1] else "start"
        return Token(kind, opening, match.end(), match[2].lower(), match[3])
    if source.startswith("<!--", opening):
        if source.startswith(("<!-->", "<!--->"), opening):
            return Token("other", opening, source.index(">", opening) + 1)
        return Token("other", opening, _after(source, "-->", opening + 4))
    if source.startswith(("<!", "<?", "</"), opening):
        return Token("other", opening, _after(source, ">", opening + 2))
    return None


def _after(source: str, mark: str, position: int) -> int:
    found = source.find(mark, position)
    return len(source) if found == -1 else found + len(mark)

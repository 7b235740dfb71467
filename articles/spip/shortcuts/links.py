"""What stands in square brackets: links, anchors, words of the glossary, abbreviations."""

import re
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from articles.spip.shortcuts.addresses import anchor_id, destination
from articles.spip.shortcuts.figures import linked
from articles.spip.shortcuts.inline import inline_html
from articles.spip.shortcuts.work import Work, escaped

_SIGN = re.compile(r"\[|\]|->")
_ANCHOR = re.compile(r"#?([^\[\]<>]+)<-")
_GLOSSARY = re.compile(r"\?+\s*([^|{#\s][^|{#]*)")
_ABBREVIATION = re.compile(r"([^|<>]+)\|([^|{<>]+)(?:\{[a-z_]*\})?")
_WITHOUT_BRACES = str.maketrans({"{": "", "}": "", "'": "’"})
# The languages that a French section may link to; other braces are italics.
_LANGUAGES = "fr|en|ar|br|ca|co|de|el|es|eu|it|ja|nl|oc|pl|pt|ro|ru|sv|tr|uk|zh"
_LANGUAGE = re.compile(rf"\{{(?:(?:{_LANGUAGES})(?:_[a-z]+)?)?\}}\Z")
# Longer is no shortcut, but a bracket that somebody forgot to close.
_MAX_LENGTH = 4000
_ENCYCLOPEDIA = "https://fr.wikipedia.org/wiki/"


@dataclass
class _Frame:
    """An opening bracket: where it is, where its arrow is, and what brackets it holds."""

    start: int
    arrow: int = -1
    holds_brackets: bool = False
    holds_a_shortcut: bool = False


def with_links(work: Work, text: str) -> str:
    """Set apart what brackets hold where it is a shortcut; other brackets stay.

    The innermost brackets win, as a link holds no link; “[texte [précision]->art1]” is one link.
    """
    written: list[tuple[int, int, str]] = []
    frames: list[_Frame] = []
    for sign in _SIGN.finditer(text):
        if sign[0] == "[":
            frames.append(_Frame(sign.start()))
        elif not frames:
            continue
        elif sign[0] == "->":
            if frames[-1].arrow < 0:
                frames[-1].arrow = sign.start()
        else:
            frame = frames.pop()
            html = _shown(work, text, frame, sign.start())
            if html is not None:
                written.append((frame.start, sign.end(), html))
            if frames:
                frames[-1].holds_brackets = True
                is_shortcut = html is not None or frame.arrow >= 0
                frames[-1].holds_a_shortcut |= is_shortcut or frame.holds_a_shortcut
    for frame in frames:
        if frame.arrow >= 0:
            work.report_unfinished(text, frame.start)
    pieces: list[str] = []
    position = 0
    for start, end, html in written:
        pieces += [text[position:start], work.put(html)]
        position = end
    return "".join([*pieces, text[position:]])


def _shown(work: Work, text: str, frame: _Frame, end: int) -> str | None:
    """Return the HTML of what stands between two brackets, or None when it is not a shortcut."""
    if frame.holds_a_shortcut or end - frame.start > _MAX_LENGTH:
        return None
    if frame.arrow >= 0:
        return link(work, text[frame.start + 1 : frame.arrow], text[frame.arrow + 2 : end])
    content = "" if frame.holds_brackets else text[frame.start + 1 : end]
    if match := _ANCHOR.fullmatch(content):
        return f'<a id="{anchor_id(match[1])}"></a>'
    if match := _GLOSSARY.match(content):
        word = " ".join(match[1].split())
        url = _ENCYCLOPEDIA + quote(work.plain(word).replace(" ", "_"), safe="")
        return f'<a href="{escape(url)}">{inline_html(work, word, in_link=True)}</a>'
    if match := _ABBREVIATION.fullmatch(content):
        title = escape(" ".join(work.plain(match[2]).split()))
        return f'<abbr title="{title}">{inline_html(work, match[1])}</abbr>'
    return None


def link(work: Work, source: str, address: str) -> str | None:
    """Return “[words|bubble{en}->address]” as HTML; without an address left, its words alone."""
    words, bubble = _parts(source)
    found = destination(work, address.removeprefix(">"))
    if found is None:
        return None
    html = inline_html(work, words, in_link=True) or escaped(found.title)
    if not found.url:
        return html
    if shown := linked(html, found.url, escaped(found.title)):
        return shown
    plain = " ".join(work.plain(bubble).translate(_WITHOUT_BRACES).split())
    title = f' title="{escape(plain)}"' if plain else ""
    return f'<a href="{escape(found.url)}"{title}>{html}</a>'


def _parts(source: str) -> tuple[str, str]:
    """Cut what precedes an arrow in its words and its bubble; the language of the page is left."""
    source = _LANGUAGE.sub("", source.strip())
    after_tags = max(source.rfind("<"), source.rfind(">")) + 1
    bar = source.find("|", after_tags)
    return (source, "") if bar < 0 else (source[:bar].rstrip(), source[bar + 1 :])

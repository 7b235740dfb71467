"""The parts of a text in which SPIP reads no shortcut: code, frames, raw HTML, scripts."""

import re

from articles.spip.problems import ProblemKind
from articles.spip.shortcuts.html_tags import from_html
from articles.spip.shortcuts.work import Work, escaped, replace_enclosed

_NAMES = ("html", "code", "cadre", "frame", "pre", "math", "script", "style", "textarea")
_OPENING = re.compile(rf"<(?:({'|'.join(_NAMES)})(?:\s[^<>]*)?>|(!--|\?))", re.IGNORECASE)
_CLOSINGS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in _NAMES} | {
    "!--": re.compile("-->"),
    "?": re.compile(r"\?>"),
}
_VERSE = re.compile("<(poesie|poetry)()>", re.IGNORECASE)
_VERSE_ENDS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("poesie", "poetry")}
_WRAPPING_CODE = re.compile(r"\s*<code\b[^<>]*>(.*)</code>\s*", re.IGNORECASE | re.DOTALL)
_ALIGNED = re.compile(r"^(?: {2}|\t)", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_ESCAPED = re.compile(r"\\([{}_\-\[\]|<>\\*#+~])")


def with_verbatim_apart(work: Work, text: str) -> str:
    """Set apart the parts of a source that are not shortcuts, and the signs after a backslash."""

    def shown(match: re.Match[str], content: str) -> str:
        return work.put(_shown(work, (match[1] or match[2]).lower(), match[0], content))

    text = replace_enclosed(text, _OPENING, _CLOSINGS, shown)
    return _ESCAPED.sub(lambda match: work.put_text(match[1]), text)


def with_verse(work: Work, text: str) -> str:
    """Make a quote of each poem, in which nothing that begins a line is a shortcut."""
    guard = work.put("")

    def shown(_match: re.Match[str], content: str) -> str:
        lines = (f"{guard}{line}" if line.strip() else "" for line in content.strip().split("\n"))
        verse = "\n".join(lines)
        return f"\n\n{work.put('<blockquote>')}{verse}{work.put('</blockquote>')}\n\n"

    return replace_enclosed(text, _VERSE, _VERSE_ENDS, shown)


def _shown(work: Work, name: str, opening: str, content: str) -> str:
    if name == "html":
        return from_html(work, content)
    if name == "code":
        tag = "pre" if "\n" in content else "code"
        shown = escaped(content.strip("\n"))
        return f"<{tag}>{shown}</{tag}>"
    if name == "pre":
        if match := _WRAPPING_CODE.fullmatch(content):
            return f"<pre>{escaped(match[1])}</pre>"
        return f"<pre>{from_html(work, content)}</pre>"
    if name in ("cadre", "frame", "textarea"):
        return _framed(content.strip())
    if name == "math":
        work.report(ProblemKind.UNKNOWN_MODEL, f"<math>{content}</math>")
        return f"<code>{escaped(content.strip())}</code>"
    work.report(ProblemKind.REMOVED_HTML, f"{opening}{content}")
    return f"<code>{escaped(f'{opening}{content}?>')}</code>" if name == "?" else ""


def _framed(text: str) -> str:
    """Return a frame; what its writer aligned stays aligned, else its lines follow the page."""
    if _ALIGNED.search(text):
        return f'<div class="encadre"><pre>{escaped(text)}</pre></div>'
    paragraphs = (escaped(part).replace("\n", "<br>") for part in _BLANK_LINES.split(text))
    return f'<div class="encadre">{"".join(f"<p>{part}</p>" for part in paragraphs)}</div>'

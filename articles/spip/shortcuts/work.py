"""A text in the middle of its conversion: some of its parts are HTML already.

Such a part stands in the text as a mark that no shortcut looks into; so do the emphases and the
headings once their braces are paired. What is left between the marks is the writer's own text.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape

from articles.spip.problems import Problem, ProblemKind
from articles.spip.site import Site

# Noncharacters of Unicode: no text of the old site holds them once `prepared` has read it.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
STRONG, END_STRONG, EM, END_EM = "\ufdd2", "\ufdd3", "\ufdd4", "\ufdd5"
HEADINGS = {"\ufdd6": "h2", "\ufdd7": "h3", "\ufdd8": "h4"}
END_HEADING = "\ufdd9"
MARKED_UP = frozenset({STRONG, END_STRONG, EM, END_EM, END_HEADING, *HEADINGS})

_TOKEN = re.compile(f"({_OPEN}[0-9]+{_CLOSE}|[\ufdd2-\ufdd9])")
_STRAY = re.compile(f"{_OPEN}[0-9]*{_CLOSE}?|^[0-9]*{_CLOSE}|[\ufdd0-\ufdd9]")
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|[\u2028\u2029]")
# Sites that were once in Latin 1 hold the quotes and the euro of Windows as control characters.
_WINDOWS = {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}
_TAG = re.compile("<[^<>]*>")
_UNBREAKABLE = re.compile("(?<! ) *+~[~ ]*")
_DASH = re.compile(r"(?<!-)--(?!-)")
_MAX_DETAIL = 200
_MAX_PROBLEMS = 200
_BEFORE, _AFTER = 30, 60
_MAX_REPEATED = 100_000


class Work:
    """What a conversion knows of the site, what it has set apart and what it has to report."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.problems: dict[Problem, None] = {}
        self._pieces: list[str] = []
        self._repeated = 0

    def put(self, html: str) -> str:
        """Set an HTML apart and return the mark that stands for it."""
        self._pieces.append(html)
        return f"{_OPEN}{len(self._pieces) - 1}{_CLOSE}"

    def put_text(self, text: str) -> str:
        """Set a text apart, to be shown as it is written."""
        return self.put(escaped(self.plain(text)))

    def report(self, kind: ProblemKind, detail: str) -> None:
        """Note what a person should look at, once; a text with that many is to be read whole."""
        if len(self.problems) == _MAX_PROBLEMS:
            return
        words = " ".join(self.plain(detail).split())
        if len(words) > _MAX_DETAIL:
            words = words[: _MAX_DETAIL - 1] + "…"
        self.problems.setdefault(Problem(kind, words))

    def report_unfinished(self, text: str, start: int) -> None:
        """Report a shortcut that nothing ends, or that nothing begins."""
        self.report(ProblemKind.UNBALANCED, text[max(0, start - _BEFORE) : start + _AFTER])

    def may_repeat(self, text: str) -> bool:
        """Tell whether a text may be written once more: a page must not grow without end."""
        self._repeated += len(text)
        return self._repeated <= _MAX_REPEATED

    def plain(self, text: str) -> str:
        """Return the words of a text, without its marks or the tags of what they stand for.

        A text may be cut anywhere: what is left of a mark is no word either.
        """
        words = []
        for rank, part in enumerate(_TOKEN.split(text)):
            if not rank % 2:
                words.append(_STRAY.sub("", part))
            elif part not in MARKED_UP:
                words.append(words_of(self._html(part)))
        return "".join(words)

    def tokens(self, text: str) -> Iterator[tuple[str, str]]:
        """Cut a text in pairs: the mark of an emphasis or heading, or "", and an HTML."""
        for rank, part in enumerate(_TOKEN.split(text)):
            if part in MARKED_UP:
                yield part, ""
            elif part:
                yield "", self._html(part) if rank % 2 else _typeset(part)

    def html(self, text: str) -> str:
        """Return as HTML a text without emphases, whose signs are left as they are."""
        parts = enumerate(_TOKEN.split(text))
        return "".join(self._html(part) if rank % 2 else _angled(part) for rank, part in parts)

    def _html(self, mark: str) -> str:
        return self._pieces[int(mark[1:-1])]


def prepared(source: str) -> str:
    """Return a source with one form of line end, and none of the characters used as marks."""
    return _NOT_TEXT.sub("\ufffd", _LINE_END.sub("\n", source).translate(_WINDOWS)).strip(" \t\n")


def escaped(text: str) -> str:
    """Return the HTML that shows a text as it is written."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def words_of(html: str) -> str:
    """Return the words of an HTML of ours, without its tags."""
    return unescape(_TAG.sub("", html))


def replace_enclosed(
    text: str, opening: re.Pattern[str], closings: dict[str, re.Pattern[str]], new: Callable
) -> str:
    """Replace each part from an opening to the first closing of its name, in linear time.

    The name is the first or the second group of `opening`; `new` is given its match and what is
    enclosed. What is never closed stays.
    """
    written: list[str] = []
    position = 0
    never_closed: set[str] = set()
    for match in opening.finditer(text):
        name = (match[1] or match[2]).lower()
        if match.start() < position or name in never_closed:
            continue
        closing = closings[name].search(text, match.end())
        if closing is None:
            never_closed.add(name)
            continue
        written.append(text[position : match.start()])
        written.append(new(match, text[match.end() : closing.start()]))
        position = closing.end()
    return "".join([*written, text[position:]])


def _typeset(text: str) -> str:
    """Return a text of the writer as HTML: its character references and SPIP's own signs count.

    The French spaces are set when the article is saved, as they are for every other one.
    """
    text = _angled(text).replace("'", "’")
    if "~" in text:
        text = _UNBREAKABLE.sub("\u00a0", text)
    return _DASH.sub("—", text)


def _angled(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")
